package collectorconfig

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTargets(t *testing.T) {
	const plain = `f.yaml:1:`
	for _, test := range []struct {
		exporter, version, want string
		warning                 bool
	}{
		{"otlp_grpc: {endpoint: backend}", "0.161.0", `endpoint of the exporter otlp_grpc is "backend", which names no port (write backend:4317)`, false},
		{"otlp_grpc/2: {endpoint: 'http://backend:4317/v1'}", "0.161.0", `has the path /v1, and a gRPC server has none (write http://backend:4317)`, false},
		{"otlp_grpc: {endpoint: 'https://backend'}", "0.161.0", "names no port", false},
		{"otlp_grpc: {endpoint: '::1:4317'}", "0.161.0", "is no address with a port", false},
		{"otlp_grpc: {endpoint: 'backend:otlp'}", "0.161.0", "has a port that is no number", false},
		{"otlp_grpc: {endpoint: 'http:/backend:4317'}", "0.161.0", "has no :// behind http (write http://backend:4317)", false},
		{"otlp_grpc: {endpoint: 'https//backend'}", "0.161.0", "has no :// behind https (write https://backend:4317)", false},
		{"otlp_grpc: {endpoint: 'http//backend:4317'}", "0.161.0", "has no :// behind http, so that nothing is sent (write http://backend:4317)", true},
		{"otlp_grpc: {endpoint: '//backend:4317'}", "0.161.0", "has the path //backend:4317, and a gRPC server has none, so that nothing is sent (write backend:4317)", true},
		{"otlp_grpc: {endpoint: 'gw/ingest:4317'}", "0.161.0", "has the path /ingest:4317, and a gRPC server has none, so that nothing is sent (write gw:4317)", true},
		{"otlp_grpc: {endpoint: 'dns:///a/b:4317'}", "0.161.0", "so that nothing is sent (write dns:///a:4317)", true},
		{"otlp_grpc: {endpoint: 'http://a/v1:80'}", "0.161.0", "so that nothing is sent (write http://a:80)", true},
		{"otlp_grpc: {endpoint: '[::1]/v1'}", "0.161.0", "has the path /v1, and a gRPC server has none (write [::1]:4317)", false},
		{"otlp_grpc: {endpoint: '//'}", "0.161.0", "(write HOST:PORT)", false},
		{"otlp_grpc: {endpoint: 'http:4317'}", "0.161.0", "", false},
		{"otlp: {endpoint: backend}", "0.100.0", "names no port", true},
		{"otlp_http: {endpoint: 'backend:4318'}", "0.161.0", "names no scheme, so that nothing is sent (write http://backend:4318, or https://)", true},
		{"otlp_http: {logs_endpoint: 'ftp://backend'}", "0.161.0", "has a scheme that is none of HTTP", true},
		{"prometheusremotewrite: {endpoint: 'mimir:9009'}", "0.140.0", "names no scheme", true},
		{"otlp_http: {endpoint: '10.0.0.1:4318'}", "0.161.0", "is no URL", false},
		{"prometheusremotewrite: {endpoint: ''}", "0.140.0", "is no URL", false},
		{"otlp_http: {endpoint: ''}", "0.161.0", "", false},
		{"otlp_grpc: {endpoint: 'backend:4317'}", "0.161.0", "", false},
		{"otlp_grpc: {endpoint: 'dns:///backend:4317'}", "0.161.0", "", false},
		{"otlp_grpc: {endpoint: 'dns://10.0.0.1/backend:4317'}", "0.161.0", "", false},
		{"otlp_grpc: {endpoint: 'unix:///run/backend.sock'}", "0.161.0", "", false},
		{"otlp_grpc: {endpoint: 'https://[::1]:4317'}", "0.161.0", "", false},
		{"otlp_grpc: {endpoint: '${env:BACKEND}'}", "0.161.0", "", false},
		{"otlp_http: {endpoint: 'HTTPS://backend/v1'}", "0.161.0", "", false},
		{"otlphttp: {endpoint: 'http://backend:4318/v1/traces'}", "0.140.0", "gets /v1/traces appended once more, so that nothing takes it (write http://backend:4318, or traces_endpoint)", true},
		{"otlp_http: {endpoint: 'https://backend/otlp/v1/logs/'}", "0.161.0", "(write https://backend/otlp, or logs_endpoint)", true},
		{"otlp_http: {endpoint: 'https://backend/v1/logs', logs_endpoint: 'https://backend/v1/logs'}", "0.161.0", "", false},
		{"otlp_http: {endpoint: 'https://backend/v1/logs-of-all'}", "0.161.0", "", false},
		{"otlp_http: {traces_endpoint: 'http://backend:4318/'}", "0.161.0", "is used as it is, without /v1/traces, where a server of OTLP takes it (write http://backend:4318/v1/traces, or endpoint)", true},
		{"otlp_http: {traces_endpoint: 'https://traces.example.com'}", "0.161.0", "", false},
		{"otlp_http: {traces_endpoint: 'http://backend:4318/intake'}", "0.161.0", "", false},
	} {
		doc, _ := Parse("f.yaml", []byte("exporters: {"+test.exporter+"}"))
		var found []Problem
		for _, problem := range Check(doc, test.version, "contrib") {
			if problem.Code == CodeInvalidTarget {
				found = append(found, problem)
			}
		}
		if test.want == "" {
			assert.Empty(t, found, test.exporter)

			continue
		}
		if assert.Len(t, found, 1, test.exporter) {
			assert.Contains(t, found[0].String(), plain)
			assert.Contains(t, found[0].String(), test.want)
			assert.Equal(t, test.warning, found[0].Ignored, test.exporter)
			unsent := strings.Contains(test.want, "scheme") || strings.Contains(test.want, "nothing is sent") || strings.Contains(test.want, "no URL")
			assert.Equal(t, unsent, found[0].Fruitless, test.exporter)
		}
	}
}

func TestADurationWithoutAUnit(t *testing.T) {
	for body, want := range map[string]string{
		"timeout: 5":          "f.yaml:1:31: timeout of the processor batch is 5, and a number without a unit counts nanoseconds (write 5s, or 5ms) [duration-without-unit]",
		"timeout: 5s":         "",
		"timeout: 0":          "",
		"timeout: 5000000000": "",
	} {
		doc, _ := Parse("f.yaml", []byte("processors: {batch: {"+body+"}}"))
		found := Check(doc, "0.161.0", "contrib")
		if want == "" {
			assert.Empty(t, found, body)
		} else if assert.Len(t, found, 1) {
			assert.Equal(t, want, found[0].String())
		}
	}
}
