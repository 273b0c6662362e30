package values_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/pkg/values"
)

func TestResolveLaysTheLayersOverOneAnother(t *testing.T) {
	tests := []struct{ name, raw, want string }{
		{"all, mode, top level in turn",
			`{mode: gateway, a: 3, modes: {all: {a: 1, b: 1, c: 1}, gateway: {a: 2, b: 2}, sidecar: {a: 9}}}`, `{a: 3, b: 2, c: 1}`},
		{"maps merge", `{mode: gateway, m: {b: 2}, modes: {all: {m: {a: 1, b: 1}}}}`, `{m: {a: 1, b: 2}}`},
		{"lists replace", `{mode: gateway, l: [3], modes: {all: {l: [1, 2]}}}`, `{l: [3]}`},
		{"false and 0 replace", `{mode: gateway, e: false, n: 0, s: "", modes: {all: {e: true, n: 3, s: x}}}`, `{e: false, n: 0, s: ""}`},
		{"an empty map changes nothing", `{mode: gateway, m: {}, modes: {all: {m: {a: 1}}}}`, `{m: {a: 1}}`},
		{"a map replaces a scalar and the other way round", `{mode: gateway, m: 1, n: {a: 1}, modes: {all: {m: {a: 1}, n: 1}}}`, `{m: 1, n: {a: 1}}`},
		{"null removes", `{mode: gateway, a: null, m: {x: null, z: null}, modes: {all: {a: 1, m: {x: 1, y: 2}}}}`, `{m: {y: 2}}`},
		{"null is a value of config", `{mode: gateway, config: {r: {grpc: null}}, telemetry: {t: null}, modes: {all: {config: {r: {grpc: {e: 1}}}}}}`,
			`{config: {r: {grpc: null}}, telemetry: {t: null}}`},
		{"null inside a list stays", `{mode: gateway, l: [null], modes: {}}`, `{l: [null]}`},
		{"names of the release are kept", `{mode: sidecar, nameOverride: x, global: {a: 1}}`, `{nameOverride: x}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := values.Resolve(parsed(t, test.raw))
			require.NoError(t, err)
			assert.Equal(t, parsed(t, test.want), got)
		})
	}
}

func parsed(t *testing.T, text string) map[string]any {
	t.Helper()
	var m map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(text), &m))
	return m
}

func TestResolveLeavesItsInputAlone(t *testing.T) {
	raw := parsed(t, string(chartValues(t)))
	resolved, err := values.Resolve(raw)
	require.NoError(t, err)
	assert.InDelta(t, 3, resolved["replicas"], 0)
	resolved["image"].(map[string]any)["tag"] = "changed"
	resolved["topologySpreadConstraints"].([]any)[0].(map[string]any)["maxSkew"] = 9
	assert.Equal(t, parsed(t, string(chartValues(t))), raw)
}

func TestResolveRefusesWhatItCannotResolve(t *testing.T) {
	for text, want := range map[string]string{
		`{mode: Gateway}`:                      `mode is "Gateway": use daemonset, gateway or sidecar`,
		`{}`:                                   `use daemonset, gateway or sidecar`,
		`{mode: gateway, modes: []}`:           "modes is a []interface {}: it must be a map",
		`{mode: gateway, modes: {gateway: 1}}`: "modes.gateway is a float64: it must be a map",
	} {
		_, err := values.Resolve(parsed(t, text))
		assert.ErrorContains(t, err, want)
	}
}
