package differential

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	helm3chart "helm.sh/helm/v3/pkg/chart"
	helm3loader "helm.sh/helm/v3/pkg/chart/loader"
	helm3util "helm.sh/helm/v3/pkg/chartutil"
	helm3engine "helm.sh/helm/v3/pkg/engine"
	helm4common "helm.sh/helm/v4/pkg/chart/common"
	helm4util "helm.sh/helm/v4/pkg/chart/common/util"
	helm4chart "helm.sh/helm/v4/pkg/chart/v2"
	helm4loader "helm.sh/helm/v4/pkg/chart/v2/loader"
	helm4engine "helm.sh/helm/v4/pkg/engine"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
)

// chartDir is the chart under test.
const chartDir = "../../charts/otlp-collector"

// probe prints what the interpreter worked out, so that it can be compared whole.
const probe = `{{- include "otlp-collector.load" . -}}
{"config": {{ toJson .otlp.configText }}, "derived": {{ toJson .otlp.derived }}, "fallback": {{ .otlp.fallback | default false }}}`

// outcome is what one engine made of one set of values.
type outcome struct {
	Config   string                  `json:"config"`
	Derived  collectorconfig.Derived `json:"derived"`
	Fallback bool                    `json:"fallback"`
	// Err is the render's failure; the rest is then empty.
	Err error `json:"-"`
}

// engine renders a chart with one major of Helm.
type engine struct {
	name string
	// render takes the version of Kubernetes too.
	render func(kubernetes string, values map[string]any) (coalesced map[string]any, out map[string]string, err error)
}

// wholeChart copies what Helm renders of the chart, with the probe as one more template;
// change alters a file's text on the way. The schema, which is not about renders, stays
// behind: Helm would compile it for each.
func wholeChart(tb testing.TB, change func(name, text string) string) string {
	tb.Helper()
	dir := tb.TempDir()
	for _, pattern := range []string{
		"Chart.yaml", "values.yaml", "files/*", "templates/*.tpl", "templates/*.yaml", "templates/*/*.yaml", "templates/NOTES.txt",
	} {
		paths, err := filepath.Glob(filepath.Join(chartDir, pattern))
		require.NoError(tb, err)
		require.NotEmpty(tb, paths, pattern)
		for _, path := range paths {
			text, err := os.ReadFile(path)
			require.NoError(tb, err)
			name, err := filepath.Rel(chartDir, path)
			require.NoError(tb, err)
			write(tb, filepath.Join(dir, name), change(name, string(text)))
		}
	}
	write(tb, filepath.Join(dir, "templates", "probe.yaml"), probe)
	return dir
}

func write(tb testing.TB, path, text string) {
	tb.Helper()
	require.NoError(tb, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(tb, os.WriteFile(path, []byte(text), 0o644))
}

// TestMain spends memory on speed: most of what a render makes is garbage at once.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

func unchanged(_, text string) string { return text }

const (
	releaseName      = "probe"
	releaseNamespace = "telemetry"
	// newest is the version of Kubernetes where a test is not about it.
	newest = "1.36.0"
)

func helm3(tb testing.TB, dir string) engine {
	tb.Helper()
	loaded, err := helm3loader.Load(dir)
	require.NoError(tb, err)
	return engine{name: "helm 3", render: func(kubernetes string, values map[string]any) (map[string]any, map[string]string, error) {
		return render3(loaded, kubernetes, values)
	}}
}

func render3(loaded *helm3chart.Chart, kubernetes string, values map[string]any) (map[string]any, map[string]string, error) {
	capabilities := helm3util.DefaultCapabilities.Copy()
	capabilities.KubeVersion = helm3util.KubeVersion{Version: "v" + kubernetes + "+provider"}
	top, err := helm3util.ToRenderValues(loaded, values,
		helm3util.ReleaseOptions{Name: releaseName, Namespace: releaseNamespace, IsInstall: true}, capabilities)
	if err != nil {
		return nil, nil, err
	}
	coalesced := top["Values"].(helm3util.Values)
	out, err := helm3engine.Render(loaded, top)
	return coalesced, out, err
}

func helm4(tb testing.TB, dir string) engine {
	tb.Helper()
	loaded, err := helm4loader.Load(dir)
	require.NoError(tb, err)
	return engine{name: "helm 4", render: func(kubernetes string, values map[string]any) (map[string]any, map[string]string, error) {
		return render4(loaded, kubernetes, values)
	}}
}

func render4(loaded *helm4chart.Chart, kubernetes string, values map[string]any) (map[string]any, map[string]string, error) {
	capabilities := helm4common.DefaultCapabilities.Copy()
	capabilities.KubeVersion = helm4common.KubeVersion{Version: "v" + kubernetes + "+provider"}
	top, err := helm4util.ToRenderValues(loaded, values,
		helm4common.ReleaseOptions{Name: releaseName, Namespace: releaseNamespace, IsInstall: true}, capabilities)
	if err != nil {
		return nil, nil, err
	}
	coalesced := top["Values"].(helm4common.Values)
	out, err := helm4engine.Render(loaded, top)
	return coalesced, out, err
}

// outcomeOf reads the probe of a render.
func outcomeOf(out map[string]string, err error) outcome {
	if err != nil {
		return outcome{Err: err}
	}
	for name, text := range out {
		if strings.HasSuffix(name, "templates/probe.yaml") {
			var o outcome
			if err := json.Unmarshal([]byte(text), &o); err != nil {
				return outcome{Err: fmt.Errorf("reading the probe: %w in %s", err, text)}
			}
			return o
		}
	}
	return outcome{Err: fmt.Errorf("the probe was not rendered")}
}
