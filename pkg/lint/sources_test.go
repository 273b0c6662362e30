package lint_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

// deployment is a collector with a ConfigMap; container are its container's own fields in
// flow style, such as `args: [--config=/conf/config.yaml]`.
func deployment(container string) string {
	return `apiVersion: apps/v1
kind: Deployment
metadata: {name: gateway}
spec:
  template:
    spec:
      containers:
        - {name: c, image: "otel/opentelemetry-collector:0.161.0", volumeMounts: [{name: conf, mountPath: /conf}, {name: file, mountPath: /etc/config.yaml}], ` + container + `}
      volumes:
        - {name: conf, configMap: {name: gateway}}
        - {name: file, configMap: {name: gateway}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: gateway}
data:
  empty.yaml: |
    # nothing yet
  more.yaml: |
    processors: {batch: {timeout: 1s}}
  config.yaml: |
    receivers:
      otlp: {protocols: {grpc: {endpoint: 0.0.0.0:4317}}}
    exporters:
      debug:
    service:
      pipelines:
        traces: {receivers: [otlp], exporters: [debug]}
`
}

// collectorOf is the only collector of a manifest.
func collectorOf(t *testing.T, manifests ...lint.Manifest) *lint.Collector {
	t.Helper()
	var found []*lint.Collector
	look := &lint.Rule{Name: "look", Run: func(p *lint.Pass) { found = p.Collectors }}
	_, err := lint.Run(context.Background(), manifests, []*lint.Rule{look})
	require.NoError(t, err)
	require.Len(t, found, 1)
	return found[0]
}

func TestAConfigIsReadWhereTheContainerIsToldToReadIt(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ container, missing, unseen string }{
		"a file":                       {container: `args: [--config=/conf/config.yaml]`},
		"two arguments":                {container: `args: [--config, "file:/conf/config.yaml"]`},
		"the folder behind the links":  {container: `args: [--config=/conf/..data/config.yaml]`},
		"a variable of the kubelet":    {container: `args: [--config=/conf/$(NAME).yaml], env: [{name: NAME, value: config}]`},
		"a variable made of another":   {container: `args: [--config=$(FILE)], env: [{name: N, value: config}, {name: FILE, value: /conf/$(N).yaml}]`},
		"a variable that is not known": {container: `args: [--config=/conf/$(NAME).yaml]`, unseen: "/conf/$(NAME).yaml, whose variables the input does not show"},
		"a variable that is escaped":   {container: `args: [--config=/conf/$$(NAME).yaml], env: [{name: NAME, value: config}]`, unseen: "/conf/$(NAME).yaml, whose variables the input does not show"},
		"an empty file beside others":  {container: `args: [--config=/conf/empty.yaml, --config=/conf/config.yaml]`},
		"no variable beside a file":    {container: `args: [--config=env:CONFIG, --config=/conf/config.yaml]`},
		"an empty file": {
			container: `args: [--config=/conf/empty.yaml]`, missing: "empty.yaml of ConfigMap gateway is empty",
		},
		"no such key": {
			container: `args: [--config=/conf/relay.yaml]`,
			missing:   "ConfigMap gateway has nothing under relay.yaml (it has empty.yaml, more.yaml, config.yaml)",
		},
		"a mount without subPath": {
			container: `args: [--config=/etc/config.yaml]`, missing: "/etc/config.yaml is a folder there: add subPath: config.yaml",
		},
		"the path of another mount": {
			container: `args: [--config=/etc/otel/config.yaml]`,
			missing:   "/etc/otel/config.yaml is under none of the container's mounts; it is mounted as /conf/config.yaml",
		},
		"a path of which nothing is known": {
			container: `args: [--config=/vault/secrets/otel.yaml]`,
			unseen:    "/vault/secrets/otel.yaml, which the image has or something mounts on the way",
		},
		"a second file of the same name": {
			container: `args: [--config=/conf/config.yaml, --config=/secrets/config.yaml]`,
			unseen:    "/secrets/config.yaml, which the image has or something mounts on the way",
		},
		"an empty variable": {
			container: `args: [--config=env:CONFIG], env: [{name: CONFIG, value: ""}]`, missing: "the variable CONFIG is empty",
		},
		"a --set without a value": {
			container: `args: [--config=/conf/config.yaml, "--set=processors.batch.timeout"]`, unseen: "--set changes it",
		},
		"a --set that is no YAML": {
			container: `args: [--config=/conf/config.yaml, "--set=processors.batch.timeout=[1"]`, unseen: "--set changes it",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := collectorOf(t, lint.Manifest{File: "c.yaml", Data: []byte(deployment(test.container))})
			if test.missing+test.unseen == "" {
				require.Nil(t, c.Unseen)
				assert.Equal(t, []string{"traces"}, c.Config.Pipelines())
				return
			}
			require.NotNil(t, c.Unseen)
			assert.Nil(t, c.Config)
			assert.Equal(t, test.missing+test.unseen, c.Unseen.Reason)
			assert.Equal(t, test.missing != "", c.Unseen.Missing)
			assert.Equal(t, 8, c.Unseen.Field.Position().Line)
		})
	}
}

func TestAConfigThatKustomizeMayMakeIsNotMissing(t *testing.T) {
	t.Parallel()
	manifest := lint.Manifest{File: "c.yaml", Data: []byte(deployment(`args: [--config=/conf/relay.yaml]`))}
	for name, kustomization := range map[string]lint.Manifest{
		"by kind": {File: "k.yaml", Data: []byte("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [c.yaml]\n")},
		"by name": {File: "base/kustomization.yaml", Data: []byte("resources: [c.yaml]\n")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := collectorOf(t, manifest, kustomization)
			require.NotNil(t, c.Unseen)
			assert.False(t, c.Unseen.Missing)
		})
	}
}

func TestArgumentsAreLaidOverTheConfig(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		args string
		want map[string]any // by path
	}{
		"set": {
			`"--set=receivers.otlp.protocols.grpc.endpoint=0.0.0.0:9317"`,
			map[string]any{"receivers.otlp.protocols.grpc.endpoint": "0.0.0.0:9317"},
		},
		"set as two arguments, and before the files": {
			`--set, "exporters.debug.verbosity = detailed", --config=/conf/config.yaml`, map[string]any{"exporters.debug.verbosity": "detailed"},
		},
		"the last one of two": {
			`--set=processors.batch.timeout=1s, --set=processors.batch.timeout=2s, --set=processors.batch.send_batch_size=7`,
			map[string]any{"processors.batch.timeout": "2s", "processors.batch.send_batch_size": 7},
		},
		"a list and a map": {
			`"--set=service.pipelines.traces.processors=[batch, filter]", "--set=processors.filter={error_mode: ignore}"`,
			map[string]any{"service.pipelines.traces.processors": []any{"batch", "filter"}, "processors.filter.error_mode": "ignore"},
		},
		"a variable that the kubelet knows alone": {
			`"--set=exporters.otlp_http.endpoint=https://$(HOST):4318"`,
			map[string]any{"exporters.otlp_http.endpoint": "https://${env:HOST}:4318"},
		},
		"yaml in one line": {
			`"--config=yaml:receivers::otlp::protocols::grpc::endpoint: 0.0.0.0:9317"`,
			map[string]any{"receivers.otlp.protocols.grpc.endpoint": "0.0.0.0:9317"},
		},
		"yaml of some lines, with a :: in a value": {
			`"--config=yaml:exporters:\n  debug::verbosity: basic\n  debug::note: a::b\nexporters::file::path: /x"`,
			map[string]any{"exporters.debug": map[string]any{"verbosity": "basic", "note": "a::b"}, "exporters.file.path": "/x"},
		},
		"a list, inside of which a :: is of the key": {
			`"--config=yaml:processors::x::actions: [{key: k, a::b: 1}]"`,
			map[string]any{"processors.x.actions": []any{map[string]any{"key": "k", "a::b": 1}}},
		},
		"yaml that ends in a quote": {
			`'--config=yaml:exporters::debug::verbosity: "basic"'`, map[string]any{"exporters.debug.verbosity": "basic"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := collectorOf(t, lint.Manifest{File: "c.yaml", Data: []byte(deployment(`args: [--config=/conf/config.yaml, ` + test.args + `]`))})
			require.Nil(t, c.Unseen)
			assert.Equal(t, []string{"traces"}, c.Config.Pipelines())
			for path, want := range test.want {
				var at any = c.Config.Values
				for key := range strings.SplitSeq(path, ".") {
					at, _ = at.(map[string]any)[key]
				}
				assert.EqualValues(t, want, at, path)
			}
		})
	}
}

func TestWhatASetChangesStandsAtItsArgument(t *testing.T) {
	t.Parallel()
	c := collectorOf(t, lint.Manifest{File: "c.yaml", Data: []byte(deployment(
		`args: [--config=/conf/config.yaml, "--set=receivers.otlp.protocols.grpc.endpoint=localhost:1"]`,
	))})
	endpoint := c.Config.At("receivers", "otlp", "protocols", "grpc", "endpoint")
	assert.Equal(t, "localhost:1", endpoint.Text())
	assert.Equal(t, 8, endpoint.Position().Line)
	assert.Equal(t, "spec.template.spec.containers[0].args[1]", endpoint.Path())
	assert.Equal(t, "Deployment", c.Config.ObjectOf(endpoint).Ref.Kind)
	receiver := c.Config.At("receivers", "otlp")
	assert.Equal(t, "receivers.otlp", receiver.Path())
	assert.Equal(t, "ConfigMap", c.Config.ObjectOf(receiver).Ref.Kind)
}

func TestAFeatureGateIsReadAsTheCollectorReadsIt(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		args      string
		on, given bool
	}{
		"none":             {``, false, false},
		"on":               {`"--feature-gates=other,a.b"`, true, true},
		"on by plus":       {`"--feature-gates=+a.b"`, true, true},
		"off":              {`"--feature-gates=other,-a.b"`, false, true},
		"two arguments":    {`--feature-gates, -a.b`, false, true},
		"the last holds":   {`--feature-gates=-a.b, --feature-gates=a.b`, true, true},
		"a part of a name": {`"--feature-gates=a.bc,x.a.b"`, false, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := collectorOf(t, lint.Manifest{File: "c.yaml", Data: []byte(deployment(`args: [` + test.args + `]`))})
			on, given := c.FeatureGate("a.b")
			assert.Equal(t, test.on, on)
			assert.Equal(t, test.given, given)
		})
	}
}

func TestWhatAGateAllowsIsNoProblemWhereItIsSwitched(t *testing.T) {
	t.Parallel()
	const gate = "extension.healthcheck.useComponentStatus"
	for args, problems := range map[string]int{
		``: 1, `"--feature-gates=+` + gate + `"`: 0, `"--feature-gates=` + gate + `"`: 0, `"--feature-gates=-` + gate + `"`: 1,
	} {
		args = strings.Trim(args+`, "--set=extensions.health_check.http.endpoint=a:1"`, ", ")
		c := collectorOf(t, lint.Manifest{File: "c.yaml", Data: []byte(deployment(`args: [--config=/conf/config.yaml, ` + args + `]`))})
		gated := 0
		for _, problem := range c.Problems {
			if strings.HasSuffix(problem.Gate, gate) {
				gated++
			}
		}
		assert.Equal(t, problems, gated, args)
	}
}

func TestTheArgumentsOfTheOperatorsResourceAreAMap(t *testing.T) {
	t.Parallel()
	c := collectorOf(t, lint.Manifest{File: "c.yaml", Data: []byte(`apiVersion: opentelemetry.io/v1beta1
kind: OpenTelemetryCollector
metadata: {name: gateway}
spec:
  args:
    feature-gates: -a.b
    set: processors.batch.timeout=2s
  config:
    receivers: {otlp: {protocols: {grpc: {}}}}
    exporters: {debug: {}}
    service: {pipelines: {traces: {receivers: [otlp], exporters: [debug]}}}
`)})
	on, given := c.FeatureGate("a.b")
	assert.False(t, on)
	assert.True(t, given)
	timeout := c.Config.At("processors", "batch", "timeout")
	assert.Equal(t, "2s", timeout.Text())
	assert.Equal(t, 7, timeout.Position().Line)
}

func TestAContainerThatOnlyUsesACollectorsProgramIsNone(t *testing.T) {
	t.Parallel()
	for container, want := range map[string]int{
		`args: [--config=/conf/config.yaml]`:                            1,
		`args: [validate, --config=/conf/config.yaml]`:                  0,
		`command: [/otelcol, components]`:                               0,
		`args: [migrate, async, up]`:                                    0,
		`command: [/otelcol], args: [--config, /conf/config.yaml]`:      1,
		`command: [sh, -c, "exec /otelcol --config /conf/config.yaml"]`: 1,
	} {
		result, err := lint.Run(t.Context(), []lint.Manifest{{File: "c.yaml", Data: []byte(deployment(container))}}, nil)
		require.NoError(t, err)
		assert.Len(t, result.Collectors, want, container)
	}
}
