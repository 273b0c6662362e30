package differential

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

func TestEveryComponentAloneIsRenderedWithWhatItNeeds(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "pkg", "collectorconfig", "testdata", "alone.yaml"))
	require.NoError(t, err)
	var cases []struct {
		Name, Mode string
		Kubernetes string
		Config     map[string]any
		Needs      []string
	}
	require.NoError(t, yaml.UnmarshalStrict(data, &cases))
	dir := wholeChart(t, unchanged)
	for _, e := range []engine{helm3(t, dir), helm4(t, dir)} {
		for _, alone := range cases {
			t.Run(e.name+"/"+alone.Name, func(t *testing.T) {
				kubernetes := cmp.Or(alone.Kubernetes, newest)
				coalesced, out, err := e.render(kubernetes, map[string]any{
					"mode": alone.Mode, "config": alone.Config,
					"presets": map[string]any{"kubernetesAttributes": map[string]any{"enabled": false}},
					"image":   map[string]any{"repository": "x/opentelemetry-collector-contrib", "tag": "0.161.0"},
				})
				require.NoError(t, err)
				rendered, err := objectsOf(out)
				require.NoError(t, err)
				assert.ElementsMatch(t, alone.Needs, needs(rendered))
				assert.Empty(t, lacking(rendered.facts(), demands(coalesced, reference(kubernetes, coalesced))))
			})
		}
	}
	t.Logf("%d cases x 2 engines; that they hold every component of the table is tested beside Derive", len(cases))
}

// needs prints what the objects have beyond those of the base, as testdata/alone.yaml does.
func needs(o *objects) []string {
	base := []string{"otlp-grpc TCP 4317", "otlp-http TCP 4318", "health TCP 13133", "metrics TCP 8888"}
	facts := append([]string{}, o.rules()...)
	for _, port := range o.container.Ports {
		if text := fmt.Sprintf("%s %s %d", port.Name, port.Protocol, port.ContainerPort); !slices.Contains(base, text) {
			facts = append(facts, "port "+text)
		}
	}
	for _, mount := range o.container.VolumeMounts {
		if mount.Name != "config" {
			facts = append(facts, "mount "+mount.MountPath+" "+o.volumeKind(mount))
		}
	}
	return facts
}
