package collectorconfig

import (
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// input is a release of the contrib distribution, so that every component is there.
func input(t *testing.T, mode, config string) Input {
	t.Helper()
	in := Input{
		Mode: mode, Version: "0.161.0", Distribution: "contrib", FullName: "otel", Namespace: "telemetry", MemoryLimitMiB: 1000,
	}
	require.NoError(t, yaml.Unmarshal([]byte(config), &in.Config))
	return in
}

func compileAndDerive(t *testing.T, in Input) Derived {
	t.Helper()
	compiled, err := Compile(in)
	require.NoError(t, err)
	return Derive(compiled.Config, in)
}

// needs prints what a config needs beyond the base, one fact a line.
func needs(d Derived) []string {
	var facts []string
	for _, port := range d.Ports {
		switch port.Name {
		case "otlp-grpc", "otlp-http", "health", "metrics":
			if port.Port == 4317 || port.Port == 4318 || port.Port == 13133 || port.Port == 8888 {
				continue
			}
		}
		facts = append(facts, strings.Join([]string{"port", port.Name, port.Protocol, scalarText(port.Port)}, " "))
	}
	for _, rule := range d.Rules {
		facts = append(facts, "cluster "+ruleText(rule))
	}
	for namespace, rules := range d.Roles {
		for _, rule := range rules {
			facts = append(facts, "in "+namespace+" "+ruleText(rule))
		}
	}
	for _, mount := range d.Mounts {
		facts = append(facts, "mount "+mount.MountPath+" "+mount.Volume)
	}
	sort.Strings(facts)
	return facts
}

func ruleText(rule Rule) string {
	resources := strings.Join(append(append([]string{}, rule.Resources...), rule.NonResourceURLs...), ",")
	if len(rule.ResourceNames) > 0 {
		resources += " named " + strings.Join(rule.ResourceNames, ",")
	}
	return strings.Join([]string{strings.Join(rule.APIGroups, ","), resources, strings.Join(rule.Verbs, ",")}, "|")
}

func TestEveryComponentAloneYieldsWhatItNeeds(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "alone.yaml"))
	require.NoError(t, err)
	var tests []struct {
		Name, Mode string
		// Kubernetes is the API server's version; empty: the newest.
		Kubernetes string
		Config     map[string]any
		Needs      []string
	}
	require.NoError(t, yaml.UnmarshalStrict(data, &tests))
	alone := map[string]bool{}
	for _, test := range tests {
		in := input(t, test.Mode, "")
		in.Config, in.Kubernetes = test.Config, test.Kubernetes
		t.Run(test.Name, func(t *testing.T) {
			assert.ElementsMatch(t, test.Needs, needs(compileAndDerive(t, in)))
		})
		table := component.All()
		for _, kind := range component.Kinds() {
			for id := range asMap(in.Config[string(kind)]) {
				alone[string(kind)+"."+canonicalType(table, kind, typeOf(id))] = true
			}
		}
	}
	for kind, rows := range component.All().Components {
		for name, row := range rows {
			if name == "otlp" && kind == component.Receiver || row.Removed != "" {
				continue
			}
			assert.True(t, alone[string(kind)+"."+name], "no case puts %s.%s alone", kind, name)
		}
	}
}

func TestTheProbeIsWhereTheHealthExtensionAnswers(t *testing.T) {
	in := input(t, "gateway", `extensions: {health_check: {endpoint: "${env:POD_IP}:9000", path: /healthz, tls: {cert_file: a}}}`)
	assert.Equal(t, &Probe{Port: 9000, Path: "/healthz", Scheme: "HTTPS"}, compileAndDerive(t, in).Probe)

	in = input(t, "gateway", `extensions: {health_check: {endpoint: "localhost:13133"}}`)
	assert.Nil(t, compileAndDerive(t, in).Probe, "the kubelet does not reach loopback")
}

func TestGoMemLimitIsTheMemoryLimitersLimit(t *testing.T) {
	tests := []struct {
		name, config string
		want         int64
	}{
		{"80 per cent of the container's by default", ``, 800},
		{"the limiter's percentage", `processors: {memory_limiter: {limit_percentage: 70}}`, 700},
		{"the limiter's MiB", `processors: {memory_limiter: {limit_mib: 400}}`, 400},
		{"80 per cent where the environment decides", `processors: {memory_limiter: {limit_mib: "${env:LIMIT}"}}`, 800},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, compileAndDerive(t, input(t, "gateway", test.config)).GoMemLimitMiB)
		})
	}
}

func TestOnlyMentionedVariablesAreSet(t *testing.T) {
	in := input(t, "daemonset", ``)
	assert.Equal(t, map[string]string{"POD_IP": "status.podIP"}, compileAndDerive(t, in).Env)

	in.Presets = map[string]any{"kubeletMetrics": map[string]any{"enabled": true}}
	assert.Equal(t, map[string]string{"POD_IP": "status.podIP", "K8S_NODE_IP": "status.hostIP"}, compileAndDerive(t, in).Env)
}

func TestFilesOfTheNodeNeedUidZeroAndNothingElseDoes(t *testing.T) {
	in := input(t, "daemonset", ``)
	assert.False(t, compileAndDerive(t, in).RunAsRoot)
	in.Presets = map[string]any{"hostMetrics": map[string]any{"enabled": true}}
	assert.False(t, compileAndDerive(t, in).RunAsRoot)
	in.Presets = map[string]any{"logs": map[string]any{"enabled": true}}
	assert.True(t, compileAndDerive(t, in).RunAsRoot)
}

func TestAConfigTakesThePortsOnWhichItListens(t *testing.T) {
	for name, test := range map[string]struct{ mode, config, want string }{
		"a sidecar's are on the loopback too": {"sidecar", "{}", "TCP 13133 extensions.health_check, TCP 4317 receivers.otlp, TCP 4318 receivers.otlp, TCP 8888 service.telemetry.metrics"},
		"where it was told to": {"sidecar", "receivers: {otlp: {protocols: {grpc: {endpoint: 'localhost:14317'}}}}",
			"TCP 13133 extensions.health_check, TCP 14317 receivers.otlp, TCP 4318 receivers.otlp, TCP 8888 service.telemetry.metrics"},
		"not where a variable says which": {"sidecar", "receivers: {otlp: {protocols: {grpc: {endpoint: 'localhost:${env:OTLP_PORT}'}, http: {endpoint: 'localhost:${env:HTTP_PORT:-14318}'}}}, zipkin: {endpoint: '${env:ZIPKIN:-localhost:9411}'}}",
			"TCP 13133 extensions.health_check, TCP 8888 service.telemetry.metrics"},
		"where a variable says the host alone": {"sidecar", "receivers: {otlp: {protocols: {grpc: {endpoint: '${env:HOST:-localhost}:14317'}, http: {endpoint: '${env:HOST}:14318'}}}}",
			"TCP 13133 extensions.health_check, TCP 14317 receivers.otlp, TCP 14318 receivers.otlp, TCP 8888 service.telemetry.metrics"},
		"not where its own metrics' port varies": {"sidecar", "service: {telemetry: {metrics: {readers: [{pull: {exporter: {prometheus: {host: localhost, port: '${env:PORT}'}}}}]}}}",
			"TCP 13133 extensions.health_check, TCP 4317 receivers.otlp, TCP 4318 receivers.otlp"},
		"a port that the system chooses is none": {"sidecar", "receivers: {otlp: {protocols: {grpc: {endpoint: 'localhost:0'}, http: {endpoint: localhost}}}}",
			"TCP 13133 extensions.health_check, TCP 8888 service.telemetry.metrics"},
		"by protocol": {"sidecar", "receivers: {jaeger: {protocols: {thrift_compact: {endpoint: 'localhost:4317'}, thrift_http: {endpoint: 'localhost:4317'}}}}",
			"TCP 13133 extensions.health_check, TCP 4317 receivers.jaeger, TCP 4318 receivers.otlp, TCP 8888 service.telemetry.metrics, UDP 4317 receivers.jaeger"},
		"a file is none": {"sidecar", "receivers: {otlp: {protocols: {grpc: {endpoint: 'unix:///run/otlp'}}}}",
			"TCP 13133 extensions.health_check, TCP 4318 receivers.otlp, TCP 8888 service.telemetry.metrics"},
		"its own metrics off": {"sidecar", "service: {telemetry: {metrics: {level: None}}}", "TCP 13133 extensions.health_check, TCP 4317 receivers.otlp, TCP 4318 receivers.otlp"},
		"nothing said of its own metrics": {"sidecar", "service: {telemetry: null}",
			"TCP 13133 extensions.health_check, TCP 4317 receivers.otlp, TCP 4318 receivers.otlp, TCP 8888 service.telemetry.metrics"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, listen := range compileAndDerive(t, input(t, test.mode, test.config)).Listens {
				got = append(got, strings.Join([]string{listen.Protocol, scalarText(listen.Port), listen.Of}, " "))
			}
			assert.Equal(t, test.want, strings.Join(got, ", "))
		})
	}
}
