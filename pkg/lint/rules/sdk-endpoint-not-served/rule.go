// Package sdkendpointnotserved has the rule sdk-endpoint-not-served.
package sdkendpointnotserved

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: an application's OTEL_EXPORTER_OTLP_ENDPOINT is where nothing takes what it sends.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "sdk-endpoint-not-served",
		Severity: lint.Error,
		Summary:  "An application is told to send its telemetry to a port that the Service it names, the collector in its Pod, or the agent of its node does not have.",
		Why:      "Nothing of it arrives, and the application runs on as if nothing were wrong: its SDK logs an error at most, tries again, and drops what it has. Where the port speaks the other protocol of OTLP, the address has a path that is not taken there, or no agent of the input opens the port on its node, it is a warning: an SDK may be told otherwise in code, and a node have another agent.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/specs/otel/protocol/exporter/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	if p.Kustomized() {
		return
	}
	for _, s := range p.Senders() {
		switch reach, reached := p.ReachOf(s); {
		case s.Loopback():
			beside(p, s)
		case s.OnNode:
			onNode(p, s)
		case reached:
			through(p, s, reach)
		}
	}
}

// beside judges what goes to the collectors in the sender's own Pod.
func beside(p *lint.Pass, s lint.Sender) {
	for _, c := range s.Beside {
		if c.OtherPorts()[s.Port] {
			return
		}
		if c.MayListenBeside(s.Port) {
			if protocol, receiver, known := c.OTLPBeside(s.Port); known {
				judge(p, s, place{"of its Pod, where the receiver " + receiver, protocol, s.Beside, lint.PortBeside(s.Beside, s.Protocol)})
			}
			return
		}
	}
	if len(s.Beside) > 0 {
		var listened []string
		for _, c := range s.Beside {
			listened = append(listened, c.ListenedBeside())
		}
		p.Report(s.Place, "%s sends to port %d of its Pod%s, and the collector there does not listen on it (%s): give one of the two the other's port",
			s.Name, s.Port, variable(s), strings.Join(listened, "; "))
	}
}

// through judges what goes to a Service.
func through(p *lint.Pass, s lint.Sender, reach lint.Reach) {
	if why := reach.Unserved(s.Port); why != "" {
		p.Report(s.Place, "%s sends to port %d of Service %s%s, %s", s.Name, s.Port, reach.Name, variable(s), why)
		return
	}
	if protocol, by, known := reach.Spoken(s.Target); known {
		judge(p, s, place{"of Service " + reach.Name + ", where " + by, protocol, reach.Collectors, reach.PortOf(s.Protocol)})
	}
}

// place is where something is sent.
type place struct {
	// named is it as messages go on behind the port.
	named string
	// spoken is the protocol there, and by whom.
	spoken string
	by     []*lint.Collector
	// right is the port of the sender's own protocol; 0 where there is none.
	right int64
}

// judge judges how something is sent to a place.
func judge(p *lint.Pass, s lint.Sender, to place) {
	at := s.Place
	at.Severity = lint.Warning
	if s.Protocol != "" && s.Protocol != to.spoken {
		instead := "set " + strings.TrimSuffix(s.Variable, "ENDPOINT") + "PROTOCOL to " + map[string]string{lint.GRPC: "grpc", lint.HTTP: "http/protobuf"}[to.spoken]
		if s.Signal != "" && to.spoken == lint.HTTP && !strings.HasSuffix(s.Text, path(s.Signal)) {
			instead += ", and end the address in " + path(s.Signal)
		}
		if to.right > 0 {
			instead = fmt.Sprintf("send to port %d, or %s", to.right, instead)
		}
		p.Report(at, "%s speaks %s to port %d %s listens for %s: %s",
			s.Name, lint.InWords(s.Protocol), s.Port, to.named, lint.InWords(to.spoken), instead)
		return
	}
	if to.spoken != lint.HTTP || slices.ContainsFunc(to.by, takesElsewhere) {
		return
	}
	_, address, _ := strings.Cut(s.Text, "://")
	switch _, rest, _ := strings.Cut(address, "/"); {
	case s.Signal != "" && rest == "":
		p.Report(at, "%s sends its %s to / of port %d, and the receiver takes them at %s: that path is not put behind %s, so write it there",
			s.Name, s.Signal, s.Port, path(s.Signal), s.Variable)
	case s.Signal == "" && ofSignal.MatchString(rest):
		p.Report(at, "%s sends to /%s/v1/traces and the like of port %d%s: an SDK puts the path of each signal behind the address, so leave it out",
			s.Name, strings.Trim(rest, "/"), s.Port, variable(s))
	}
}

// ofSignal are the paths at which a receiver takes a signal.
var ofSignal = regexp.MustCompile(`^v1/(traces|metrics|logs)/?$`)

func path(signal string) string { return "/v1/" + signal }

// takesElsewhere says that a collector takes signals at other paths.
func takesElsewhere(c *lint.Collector) bool {
	found := false
	c.Config.Scalars(func(steps []any, _ string) {
		key, _ := steps[len(steps)-1].(string)
		found = found || strings.HasSuffix(key, "_url_path")
	})
	return found
}

// variable names the variable that has the address.
func variable(s lint.Sender) string {
	if s.Variable == "" {
		return ""
	}
	return fmt.Sprintf(" (%s)", s.Variable)
}
