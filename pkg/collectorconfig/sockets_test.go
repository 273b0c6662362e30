package collectorconfig

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

func TestSocketsAreWhereComponentsListen(t *testing.T) {
	const metrics = "the reader of the collector's own metrics TCP localhost:8888 host=localhost port=8888 service.telemetry.metrics default loopback"
	tests := map[string]struct {
		receivers, telemetry string
		want                 []string
	}{
		"as written, and by default": {"otlp: {protocols: {grpc: {endpoint: '[${env:POD_IP}]:4317'}, http: }}", "{}", []string{
			"the receiver otlp TCP [${env:POD_IP}]:4317 host=[${env:POD_IP}] port=4317 receivers.otlp.protocols.grpc.endpoint",
			"the receiver otlp TCP localhost:4318 host=localhost port=4318 receivers.otlp.protocols.http.endpoint default loopback",
			metrics}},
		"what is wrong has no port": {"otlp: {protocols: {grpc: {endpoint: '0.0.0.0:99999'}, http: {endpoint: 0.0.0.0}}}", "{}", []string{
			"the receiver otlp TCP 0.0.0.0:99999 host=0.0.0.0 port=0 receivers.otlp.protocols.grpc.endpoint",
			"the receiver otlp TCP 0.0.0.0 host=0.0.0.0 port=0 receivers.otlp.protocols.http.endpoint",
			metrics}},
		"a variable counts as its default": {
			"otlp: {protocols: {grpc: {endpoint: '0.0.0.0:${env:PORT:-4317}'}, http: {endpoint: '${env:ENDPOINT:-localhost:4318}'}}}", "{}", []string{
				"the receiver otlp TCP 0.0.0.0:${env:PORT:-4317} host=0.0.0.0 port=4317 receivers.otlp.protocols.grpc.endpoint",
				"the receiver otlp TCP ${env:ENDPOINT:-localhost:4318} host=localhost port=4318 receivers.otlp.protocols.http.endpoint loopback",
				metrics}},
		"a port out of a variable is not known": {"otlp: {protocols: {grpc: {endpoint: '0.0.0.0:${env:PORT}'}}}", "{metrics: {level: none}}", []string{
			"the receiver otlp TCP 0.0.0.0:${env:PORT} host=0.0.0.0 port=0 receivers.otlp.protocols.grpc.endpoint"}},
		"files are none": {"otlp: {protocols: {grpc: {endpoint: 'unix:///run/otlp'}}}", "{metrics: {level: none}}", nil},
		"files by transport are none": {
			"otlp: {protocols: {grpc: {endpoint: otlp.sock, transport: unix}, http: {endpoint: 'otlp:1', transport: npipe}}}", "{metrics: {level: none}}", nil},
		"an unknown transport may be of files": {"otlp: {protocols: {grpc: {endpoint: otlp.sock, transport: '${env:T}'}}}", "{metrics: {level: none}}", nil},
		"other transports are sockets": {"otlp: {protocols: {grpc: {endpoint: '[::]:1', transport: tcp6}}}", "{metrics: {level: none}}", []string{
			"the receiver otlp TCP [::]:1 host=[::] port=1 receivers.otlp.protocols.grpc.endpoint"}},
		"what is not used is none": {"zipkin: ", "{metrics: {level: none}}", nil},
		"own metrics with a reader": {"otlp: {protocols: }", "{metrics: {readers: [{periodic: }, {pull: {exporter: {prometheus: {host: '::', port: 9999}}}}]}}", []string{
			"the reader of the collector's own metrics TCP [::]:9999 host=[::] port=9999 service.telemetry.metrics.readers[1].pull.exporter.prometheus.port"}},
		"own metrics without a host": {"otlp: {protocols: }", "{metrics: {readers: [{pull: {exporter: {prometheus: {port: 9999}}}}]}}", []string{
			"the reader of the collector's own metrics TCP localhost:9999 host=localhost port=9999 service.telemetry.metrics.readers[0].pull.exporter.prometheus.port loopback"}},
		"no own metrics, in any spelling":     {"otlp: {protocols: }", "{metrics: {level: None}}", nil},
		"no own metrics, whatever reads them": {"otlp: {protocols: }", "{metrics: {level: NONE, readers: [{pull: {exporter: {prometheus: {port: 9999}}}}]}}", nil},
		"own metrics that are pushed":         {"otlp: {protocols: }", "{metrics: {readers: [{periodic: }]}}", nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var config map[string]any
			require.NoError(t, yaml.Unmarshal([]byte("receivers: {"+test.receivers+"}\nexporters: {debug: }\n"+
				"service: {telemetry: "+test.telemetry+", pipelines: {traces: {receivers: [otlp], exporters: [debug]}}}\n"), &config))
			var got []string
			for _, s := range Sockets(config, Input{Mode: "gateway", Version: "0.161.0"}) {
				line := fmt.Sprintf("%s %s %s host=%s port=%d %s", s.Called(), s.Protocol, s.Text, s.Host, s.Port, s.Path)
				if !s.Written {
					line += " default"
				}
				if s.Loopback() {
					line += " loopback"
				}
				assert.Equal(t, s.Kind != "", s.Service)
				got = append(got, line)
			}
			assert.Equal(t, test.want, got)
		})
	}
}

func TestOwnMetricsWereServedToAllBeforeTheyWereLocal(t *testing.T) {
	t.Parallel()
	config := map[string]any{"service": map[string]any{"pipelines": map[string]any{}}}
	for version, local := range map[string]bool{"0.110.0": false, "0.111.0": true, "": true, "latest": true} {
		sockets := Sockets(config, Input{Mode: "gateway", Version: version})
		require.Len(t, sockets, 1)
		assert.Equal(t, local, sockets[0].Loopback(), version)
		assert.EqualValues(t, 8888, sockets[0].Port)
	}
}
