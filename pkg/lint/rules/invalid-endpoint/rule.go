// Package invalidendpoint has the rule invalid-endpoint.
package invalidendpoint

import (
	_ "embed"
	"errors"
	"net"
	"regexp"
	"strconv"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a component is to listen at what is no address with a port.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "invalid-endpoint",
		Severity: lint.Error,
		Summary:  "A component is to listen at what is no address with a port.",
		Why:      "The collector can't listen there and stops at start; where the port is left empty, it takes any that is free, and no sender finds it.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://pkg.go.dev/net#Listen",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		for _, socket := range c.Sockets {
			if !socket.Written {
				continue
			}
			if fault := faultOf(socket.Endpoint); fault != "" {
				p.ReportSocket(c, socket, nil, "%s is to listen at %s, which %s", socket.Called(), socket.Endpoint, fault)
			}
		}
	}
}

var variable = regexp.MustCompile(`\$\{[^}]*\}`)

// masked stands for a variable whose value is not known.
const masked = "variable"

// faultOf says what is wrong with an endpoint; empty where nothing is, as far as is known.
func faultOf(endpoint string) string {
	text := variable.ReplaceAllString(endpoint, masked)
	unknown := text != endpoint
	if strings.Contains(text, "$") {
		return ""
	}
	_, port, err := net.SplitHostPort(text)
	var broken *net.AddrError
	switch {
	case err != nil && unknown:
		return ""
	case err != nil && !strings.Contains(text, ":"):
		return "has no port: write " + text + ":PORT"
	case errors.As(err, &broken):
		return "is no address (" + broken.Err + "): write HOST:PORT, without a scheme, an IPv6 host in brackets"
	case strings.Contains(port, masked):
		return ""
	case port == "":
		return "has no port: write it after the colon"
	}
	return faultOfPort(port)
}

func faultOfPort(port string) string {
	number, err := strconv.Atoi(port)
	switch {
	case port == "http" || port == "https": // Go knows them wherever it runs.
		return ""
	case err != nil:
		return "has a port that is no number: write one from 1 to 65535"
	case number < 0 || number > 65535:
		return "has a port beyond what there is: write one from 1 to 65535"
	default:
		return ""
	}
}
