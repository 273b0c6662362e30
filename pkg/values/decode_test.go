package values_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/source"
	"github.com/helm-otlp/helm-otlp/pkg/values"
)

func TestDecodeTakesTheChartsValues(t *testing.T) {
	v, err := values.DecodeFile("values.yaml", chartValues(t))
	require.NoError(t, err)
	assert.Equal(t, values.Gateway, v.Mode)
	assert.Equal(t, int32(3), *v.Modes.Gateway.Replicas)
	assert.Equal(t, "10%", v.Modes.DaemonSet.UpdateStrategy.RollingUpdate.MaxUnavailable.String())
	assert.Equal(t, int64(4<<30), v.Modes.Gateway.Resources.Limits.Memory().Value())
	assert.Equal(t, "ghcr.io", string(v.Modes.All.Image.Registry))
	assert.True(t, *v.Modes.DaemonSet.Presets.KubernetesAttributes.Enabled)
}

func TestDecodeTakesTopLevelSettings(t *testing.T) {
	v, err := values.Decode([]byte("replicas: 2\nglobal: {imageRegistry: m, own: 1}\nenv: [{name: A, value: b}]\nhostNetwork: null\nconfig: {exporters: {otlp_grpc: }}\n"))
	require.NoError(t, err)
	assert.Equal(t, int32(2), *v.Replicas)
	assert.Equal(t, "A", v.Env[0].Name)
	assert.Nil(t, v.HostNetwork)
	assert.Equal(t, values.Registry("m"), v.Global.ImageRegistry)
	empty, err := values.Decode([]byte("# nothing\n"))
	require.NoError(t, err)
	assert.Equal(t, values.Values{}, empty)
}

func TestDecodeSaysWhereAndWhatWasMeant(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"typo", "mode: gateway\nreplica: 3\n", `v.yaml:2:1: unknown key "replica" in the values (did you mean "replicas"?)`},
		{"key of other charts", "replicaCount: 3\n", `v.yaml:1:1: unknown key "replicaCount" in the values (did you mean "replicas"?)`},
		{"wrong case", "modes: {DaemonSet: {}}\n", `v.yaml:1:9: unknown key "DaemonSet" in modes (did you mean "daemonset"?)`},
		{"nothing near", "zzzzzz: 3\n", `v.yaml:1:1: unknown key "zzzzzz" in the values (see values.schema.json for the keys)`},
		{"below Kubernetes' types", "resources:\n  limit: {}\n", `v.yaml:2:3: unknown key "limit" in resources (did you mean "limits"?)`},
		{"in a list", "env:\n  - nam: A\n", `v.yaml:2:5: unknown key "nam" in an item of env (did you mean "name"?)`},
		{"list for a map", "config: []\n", "v.yaml:1:9: config is a sequence, and a mapping is wanted"},
		{"map for a list", "env: {A: b}\n", "v.yaml:1:6: env is a mapping, and a sequence is wanted"},
		{"map for a scalar", "replicas: {}\n", "v.yaml:1:11: replicas is a mapping, and a scalar is wanted"},
		{"text for a number", "modes:\n  gateway:\n    replicas: many\n", "v.yaml:3:5: modes.gateway"},
		{"text for a boolean", "hostNetwork: maybe\n", "true or false is wanted"},
		{"no quantity", "resources: {limits: {memory: 100MB}}\n", `v.yaml:1:30: memory: "100MB" is no quantity (write it as 500m, 2 or 512Mi)`},
		{"duplicate key", "mode: gateway\nmode: sidecar\n", `v.yaml:2:1: duplicate key "mode", first on line 1`},
		{"syntax", "mode: [\n", "v.yaml:1:7: "},
		{"two documents", "mode: gateway\n---\nmode: sidecar\n", "v.yaml:3:1: a second document, and values are one"},
		{"a list", "- 1\n", "v.yaml:1:1: the values is a sequence, and a mapping is wanted"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := values.DecodeFile("v.yaml", []byte(test.text))
			require.ErrorContains(t, err, "reading the values: ")
			require.ErrorContains(t, err, test.want)
			var positioned *source.Error
			assert.ErrorAs(t, err, &positioned)
		})
	}
}

func TestDecodeReportsEverythingThatIsWrong(t *testing.T) {
	_, err := values.DecodeFile("v.yaml", []byte("replica: 1\nimage: {tga: x}\nconfig: 1\n"))
	var problems source.Errors
	require.ErrorAs(t, err, &problems)
	assert.Len(t, problems, 3)
}
