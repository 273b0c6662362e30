// Package sdkendpointnotserved has the rule sdk-endpoint-not-served.
package sdkendpointnotserved

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: an application's OTEL_EXPORTER_OTLP_ENDPOINT is where no collector takes what it sends.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "sdk-endpoint-not-served",
		Severity: lint.Error,
		Summary:  "An application is told to send its telemetry to a port on which no collector listens, or one that speaks the other protocol of OTLP.",
		Why:      "Nothing of it arrives, and the application runs on as if nothing were wrong: its SDK logs an error at most, tries again, and drops what it has.",
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
		if s.Loopback() {
			beside(p, s)
		} else if reach, ok := p.ReachOf(s); ok {
			through(p, s, reach)
		}
	}
}

// beside judges what goes to the collectors in the sender's own Pod.
func beside(p *lint.Pass, s lint.Sender) {
	for _, c := range s.Beside {
		if c.MayListenBeside(s.Port) {
			protocol, receiver, known := c.OTLPBeside(s.Port)
			if known && differs(s, protocol) && len(s.Beside) == 1 {
				report(p, s, "where the receiver "+receiver+" of the collector in its Pod", protocol)
			}
			return
		}
	}
	if len(s.Beside) > 0 {
		p.Report(s.Place, "%s sends to port %d of its Pod%s, and the collector there does not listen on it (%s): give one of the two the other's port",
			s.Name, s.Port, variable(s), s.Beside[0].ListenedBeside())
	}
}

// through judges what goes to a Service.
func through(p *lint.Pass, s lint.Sender, reach lint.Reach) {
	if why := reach.Unserved(s.Port); why != "" {
		p.Report(s.Place, "%s sends to port %d of Service %s%s, %s", s.Name, s.Port, reach.Name, variable(s), why)
		return
	}
	protocol, by, known := reach.Spoken(lint.Target{Address: s.Address})
	if known && differs(s, protocol) {
		report(p, s, "of Service "+reach.Name+", where "+by, protocol)
	}
}

// differs says that a sender surely speaks another protocol than one.
func differs(s lint.Sender, protocol string) bool { return s.Protocol != "" && s.Protocol != protocol }

// report says that a sender speaks the wrong protocol.
func report(p *lint.Pass, s lint.Sender, where, listens string) {
	said := map[string]string{lint.GRPC: "gRPC", lint.HTTP: "HTTP"}
	p.Report(s.Place, "%s speaks %s to port %d %s listens for %s: send to its port of %s, or set %s to %s",
		s.Name, said[s.Protocol], s.Port, where, said[listens], said[s.Protocol],
		strings.TrimSuffix(s.Variable, "ENDPOINT")+"PROTOCOL", map[string]string{lint.GRPC: "grpc", lint.HTTP: "http/protobuf"}[listens])
}

// variable names the variable that has the address.
func variable(s lint.Sender) string {
	if s.Variable == "" {
		return ""
	}
	return fmt.Sprintf(" (%s)", s.Variable)
}
