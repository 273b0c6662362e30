package collectorconfig

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAnEndpointIsReadAsTheCollectorReadsIt(t *testing.T) {
	tests := map[string]Address{
		"0.0.0.0:4317":                  {Host: "0.0.0.0", Port: 4317},
		":4317":                         {Port: 4317},
		"[::]:4317":                     {Host: "[::]", Port: 4317},
		"[${env:POD_IP}]:4317":          {Host: "[${env:POD_IP}]", HostVaries: true, Port: 4317},
		"localhost:0":                   {Host: "localhost"},
		"0.0.0.0:ssh":                   {Host: "0.0.0.0", Port: 22},
		"0.0.0.0:HTTP":                  {Host: "0.0.0.0", Port: 80},
		"0.0.0.0:${env:P:-4317}":        {Host: "0.0.0.0", Port: 4317},
		"0.0.0.0:${env:P}":              {Host: "0.0.0.0", Unknown: true},
		"0.0.0.0:${env:P4317}":          {Host: "0.0.0.0", Unknown: true},
		"0.0.0.0:$PORT":                 {Host: "0.0.0.0", Unknown: true},
		"${env:H:-}:4317":               {HostVaries: true, Port: 4317},
		"${env:E}":                      {Host: "${env:E}", HostVaries: true, Unknown: true},
		"${env:E:-localhost:4317}":      {Host: "localhost", HostVaries: true, Port: 4317},
		"${env:H:-localhost}:4317":      {Host: "localhost", HostVaries: true, Port: 4317},
		"${env:H:-${env:I:-::}}:4317":   {Host: "::", HostVaries: true, Port: 4317},
		"h:${env:P:-${env:Q}}":          {Host: "h", Unknown: true},
		"h:${env:P:-abc}":               {Host: "h"},
		"${file:/run/host}:${yaml:p}":   {Host: "${file:/run/host}", HostVaries: true, Unknown: true},
		"http://${env:HOST}":            {Host: "http", HostVaries: false},
		"0.0.0.0:1${env:P}":             {Host: "0.0.0.0", Unknown: true},
		"unix:///run/otlp.sock":         {File: true},
		"/run/otlp.sock":                {File: true},
		"@otlp":                         {File: true},
		"0.0.0.0":                       {Host: "0.0.0.0", Fault: "has no port: write 0.0.0.0:PORT"},
		"4317":                          {Host: "4317", Fault: "has no host: write 0.0.0.0:4317"},
		"99999":                         {Host: "99999", Fault: "has no port: write 99999:PORT"},
		"0.0.0.0:":                      {Host: "0.0.0.0", Fault: "has no port: write it after the colon"},
		"0.0.0.0:abc":                   {Host: "0.0.0.0", Fault: "has a port that is no number: write one from 1 to 65535"},
		"0.0.0.0:99999":                 {Host: "0.0.0.0", Fault: "has a port beyond what there is: write one from 1 to 65535"},
		"http://0.0.0.0:4318":           {Host: "http://0.0.0.0", Fault: "is no address (too many colons in address): write HOST:PORT, without a scheme, an IPv6 host in brackets"},
		"http://${env:HOST}:4318":       {Host: "http://${env:HOST}", HostVaries: true, Fault: "is no address (too many colons in address): write HOST:PORT, without a scheme, an IPv6 host in brackets"},
		"::1:4318":                      {Host: "::1", Fault: "is no address (too many colons in address): write HOST:PORT, without a scheme, an IPv6 host in brackets"},
		"[::1]":                         {Host: "[::1]", Fault: "is no address (missing port in address): write HOST:PORT, without a scheme, an IPv6 host in brackets"},
		"[${env:POD_IP:-10.0.0.1}]:abc": {Host: "[10.0.0.1]", HostVaries: true, Fault: "has a port that is no number: write one from 1 to 65535"},
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			want.Text = text
			got := ParseEndpoint(text)
			assert.Equal(t, want, got)
			if got.Port > 80 { // Names are of lower ports.
				assert.Equal(t, got.Port, lastNumber(text), "the chart's templates read another port")
			}
		})
	}
}

// What the chart's templates do too, which can't read an endpoint as a Go program does.
func TestDeriveTakesTheNumberThatAnEndpointEndsWith(t *testing.T) {
	for endpoint, want := range map[string]int64{
		"http://0.0.0.0:4318": 4318, "0.0.0.0:${env:P:-4317}": 4317, "${env:P:-${env:Q:-4317}}": 4317, "4317": 4317, ":4317": 4317, "otel-1": 0,
		"0.0.0.0:${env:P4317}": 0, "10.0.0.1": 0, "0.0.0.0:99999": 0, "0.0.0.0:http": 0, "${env:P}": 0,
	} {
		assert.Equal(t, want, lastNumber(endpoint), endpoint)
	}
}

func TestATargetMayBeAURL(t *testing.T) {
	tests := map[string]struct {
		host     string
		port     int64
		loopback bool
	}{
		"localhost:4317":                       {"localhost", 4317, true},
		"http://localhost:43170":               {"localhost", 43170, true},
		"http://127.0.0.1:4318/v1/traces":      {"127.0.0.1", 4318, true},
		"dns:///[::1]:4317":                    {"[::1]", 4317, true},
		"${env:T:-http://localhost:4318}":      {"localhost", 4318, true},
		"http://${env:H:-localhost}:4318/v1/x": {"localhost", 4318, true},
		"https://otlp.example.org:443":         {"otlp.example.org", 443, false},
		"${env:BACKEND}:4317":                  {"${env:BACKEND}", 4317, false},
		"https://otlp.example.org/localhost:1": {"otlp.example.org", 0, false},
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			got := ParseTarget(text)
			assert.Equal(t, text, got.Text)
			assert.Equal(t, want.host, got.Host)
			assert.Equal(t, want.port, got.Port)
			assert.Equal(t, want.loopback, got.Loopback())
		})
	}
}
