package render_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/internal/render"
)

// collector is a small stand-in for this project's chart, with a parent around it.
const collector = `
-- Chart.yaml --
apiVersion: v2
name: parent
version: 1.0.0
dependencies:
  - {name: otlp-collector, version: 1.0.0}
-- values.yaml --
otlp-collector:
  replicas: 4
-- charts/otlp-collector/Chart.yaml --
apiVersion: v2
name: otlp-collector
version: 1.0.0
kubeVersion: ">=1.30.0-0"
-- charts/otlp-collector/values.yaml --
mode: gateway
replicas: 1
modes:
  all:
    image: {tag: ""}
  gateway:
    resources:
      limits: {memory: 4Gi}
-- charts/otlp-collector/values.schema.json --
{"type": "object", "properties": {"replicas": {"type": "integer", "minimum": 1}, "mode": {"enum": ["gateway", "sidecar"]}}}
-- charts/otlp-collector/templates/_fail.tpl --
{{- define "check" -}}
{{- if .Values.bad }}
  {{- fail "bad is set: unset it" }}
{{- end }}
{{- if .Values.worse }}{{ index .Values.worse "x" "y" }}{{ end }}
{{- end }}
-- charts/otlp-collector/templates/a.yaml --
{{ include "check" . }}
kind: ConfigMap
apiVersion: v1
metadata:
  name: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
data:
  kube: {{ .Capabilities.KubeVersion.Version }}
  monitors: {{ .Capabilities.APIVersions.Has "monitoring.coreos.com/v1" | quote }}
-- charts/otlp-collector/templates/empty.yaml --
{{ if false }}x{{ end }}
-- charts/otlp-collector/templates/NOTES.txt --
Hello.
`

// unpack writes the files of a txtar archive to a folder and returns it.
func unpack(t *testing.T, archive string) string {
	t.Helper()
	folder := t.TempDir()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		name := filepath.Join(folder, filepath.FromSlash(f.Name))
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, f.Data, 0o600))
	}

	return folder
}

func file(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "values.yaml")
	require.NoError(t, os.WriteFile(name, []byte(content), 0o600))

	return name
}

func rendered(t *testing.T, folder string, args render.Arguments, release render.Release) (*render.Rendering, error) {
	t.Helper()
	chart, err := render.Load(context.Background(), folder, render.Pull{})
	require.NoError(t, err)
	stack, err := render.ReadStack(context.Background(), args, strings.NewReader(""))
	require.NoError(t, err)

	return chart.Render(context.Background(), stack, release)
}

// standalone is the subchart as a chart of its own.
func standalone(t *testing.T) string {
	t.Helper()

	return filepath.Join(unpack(t, collector), "charts", "otlp-collector")
}

func TestRenderGivesTemplatesAsHelmInstallWould(t *testing.T) {
	t.Parallel()
	release := render.Release{Name: "mine", Namespace: "team", KubeVersion: "1.31", APIVersions: []string{"monitoring.coreos.com/v1"}}
	r, err := rendered(t, standalone(t), render.Arguments{}, release)
	require.NoError(t, err)

	require.Len(t, r.Manifests, 1, "empty templates, partials and notes are no manifests")
	assert.Equal(t, "otlp-collector/templates/a.yaml", r.Manifests[0].File)
	text := string(r.Manifests[0].Data)
	for _, want := range []string{"name: mine", "namespace: team", "kube: v1.31.0", `monitors: "true"`} {
		assert.Contains(t, text, want)
	}
	assert.Equal(t, "Hello.\n", r.Notes)
}

func TestRenderingTwiceGivesTheSame(t *testing.T) {
	t.Parallel()
	chart, err := render.Load(context.Background(), unpack(t, collector), render.Pull{})
	require.NoError(t, err)
	stack, err := render.ReadStack(context.Background(), render.Arguments{Set: []string{"otlp-collector.replicas=2"}}, nil)
	require.NoError(t, err)
	first, err := chart.Render(context.Background(), stack, render.Release{Name: "x"})
	require.NoError(t, err)
	second, err := chart.Render(context.Background(), stack, render.Release{Name: "x"})
	require.NoError(t, err)
	assert.Equal(t, first.Manifests, second.Manifests)
	assert.Equal(t, first.Values, second.Values)
}

func TestErrorsNameThePlaceAndLeaveTheRestOut(t *testing.T) {
	t.Parallel()
	folder := standalone(t)
	for name, c := range map[string]struct {
		set     string
		release render.Release
		want    string
	}{
		"fail in an include":    {set: "bad=true", want: folder + "/templates/a.yaml:1:4: bad is set: unset it"},
		"failure of a template": {set: "worse=true", want: folder + "/templates/_fail.tpl:5:27: error calling index: can't index item of type bool"},
		"cluster too old":       {release: render.Release{KubeVersion: "1.20"}, want: "chart otlp-collector wants Kubernetes >=1.30.0-0, not v1.20.0: choose another with --kube-version"},
		"no such version":       {release: render.Release{KubeVersion: "new"}, want: `parse the Kubernetes version "new"`},
		"schema":                {set: "replicas=0", want: "--set:1:1: replicas: minimum: got 0, want 1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := render.Arguments{}
			if c.set != "" {
				args.Set = []string{c.set}
			}
			_, err := rendered(t, folder, args, c.release)
			require.Error(t, err)
			assert.True(t, strings.HasPrefix(err.Error(), c.want), "got %q, want %q", err, c.want)
		})
	}
}

func TestValuesErrorsListEveryProblemAtItsLine(t *testing.T) {
	t.Parallel()
	values := file(t, "otlp-collector:\n  replicas: none\n  mode: daemonset\n")
	_, err := rendered(t, unpack(t, collector), render.Arguments{Files: []string{values}}, render.Release{})
	var problems *render.ValuesError
	require.ErrorAs(t, err, &problems)
	lines := strings.Split(err.Error(), "\n")
	require.Len(t, lines, 2)
	assert.Contains(t, err.Error(), values+":2:3: otlp-collector.replicas: got string, want integer")
	assert.Contains(t, err.Error(), values+":3:3: otlp-collector.mode: daemonset: value must be one of 'gateway', 'sidecar'")
}

func TestUnknownKeysComeWithTheKeyThatWasMeant(t *testing.T) {
	t.Parallel()
	chart, err := render.Embedded()
	require.NoError(t, err)
	stack, err := render.ReadStack(context.Background(), render.Arguments{Set: []string{
		"persistance.enabled=true", "presets.log.enabled=true", "without.recievers.otlp=true",
		"config.service.pipelines.trace.receivers={otlp}", "nothing.like.it=1",
		"prometheusRule.without.CollectorQueFull=true", "config.receivers.zipkin={}",
		"config.processors.memory_limiter/x.check_intervall=1s", "config.exporters.otlp.sending_queue.num_consumers=lots",
		"config.exporters.otlp.timeout=soon",
	}}, nil)
	require.NoError(t, err)
	_, err = chart.Render(context.Background(), stack, render.Release{Name: "r"})
	for _, line := range []string{
		`--set:1:1: no such key: persistance (did you mean "persistence"?)`,
		`--set:2:1: no such key in presets: log (did you mean "logs"?)`,
		`--set:3:1: no such key in without: recievers (did you mean "receivers"?)`,
		`--set:4:1: no such key in config.service.pipelines: trace (did you mean "traces"?)`,
		`--set:5:1: no such key: nothing`,
		`--set:7:1: config.receivers.zipkin: got array, want null or object (with --set, {} is a list: write null for an empty body, or use --set-json)`,
		`--set:8:1: no such key in config.processors.memory_limiter/x: check_intervall (did you mean "check_interval"?)`,
		`--set:9:1: config.exporters.otlp.sending_queue.num_consumers: a number is wanted, and 'lots' stands there`,
		`--set:10:1: config.exporters.otlp.timeout: a duration such as 30s is wanted, and 'soon' stands there`,
		`--set:6:1: no such key in prometheusRule.without: CollectorQueFull (did you mean "CollectorQueueFull"?)`,
	} {
		assert.Contains(t, strings.Split(fmt.Sprint(err), "\n"), line)
	}
}

func TestRefusalsOfTheChartStandAtTheUsersLine(t *testing.T) {
	t.Parallel()
	chart, err := render.Embedded()
	require.NoError(t, err)
	values := file(t, "presets:\n  logs: {enabled: true}\nconfig:\n  exporters:\n    prometheus: {}\n")
	stack, err := render.ReadStack(t.Context(), render.Arguments{Files: []string{values}}, nil)
	require.NoError(t, err)
	_, err = chart.Render(t.Context(), stack, render.Release{Name: "a", Namespace: "b"})
	require.Error(t, err)
	assert.Contains(t, err.Error(), values+":2:3: presets.logs reads from the node")
	assert.Contains(t, err.Error(), values+":5:5: config.exporters.prometheus: the k8s distribution does not ship it")
}

func TestARefusalStandsAtTheArgumentThatIsAtFault(t *testing.T) {
	t.Parallel()
	chart, err := render.Embedded()
	require.NoError(t, err)
	const other = "config.service.telemetry.logs.level=info"
	for name, c := range map[string]struct {
		set  []string
		want string
	}{
		"lists taken to the letter": {[]string{"replicas=2", "exactPipelines.traces=true", other}, "--set:2:1: config.service.pipelines.traces.receivers is empty"},
		"what is left out":          {[]string{"without.exporters.debug=true", other}, "--set:1:1: config.service.pipelines.logs.exporters is empty"},
		"receivers left out":        {[]string{other, "replicas=2,without.receivers.otlp=true", other}, "--set:2:12: config.service.pipelines has no pipeline left"},
		"pipelines left out": {
			[]string{other, "without.pipelines.traces=true,without.pipelines.logs=true,without.pipelines.metrics=true", "replicas=2"},
			"--set:2:1: config.service.pipelines has no pipeline left",
		},
		"a list of the user": {
			[]string{"config.service.pipelines.traces.receivers={none}", other, "without.receivers.zipkin=true"},
			"--set:1:1: config.service.pipelines.traces.receivers names none",
		},
	} {
		stack, err := render.ReadStack(t.Context(), render.Arguments{Set: c.set}, nil)
		require.NoError(t, err)
		_, err = chart.Render(t.Context(), stack, render.Release{Name: "a", Namespace: "b"})
		assert.ErrorContains(t, err, c.want, name)
	}
}

func TestLocateFindsWhereTheUserMustEdit(t *testing.T) {
	t.Parallel()
	folder := standalone(t)
	base := file(t, "resources:\n  limits:\n    memory: 1Gi\nreplicas: 2\npodAnnotations:\n  a.b/c: x\n")
	over := file(t, "resources:\n  limits: {memory: 2Gi}\n")
	modes := file(t, "modes:\n  gateway:\n    resources: {limits: {memory: 3Gi}}\n")
	for name, c := range map[string]struct {
		args  render.Arguments
		paths []string
		want  string
	}{
		"the chart's default of the mode": {paths: []string{"resources.limits.memory"}, want: "DIR/values.yaml:8:16"},
		"the chart's default of all":      {paths: []string{"image.tag"}, want: "DIR/values.yaml:5:13"},
		"a file":                          {args: render.Arguments{Files: []string{base}}, paths: []string{"resources.limits.memory"}, want: base + ":3:5"},
		"the last file":                   {args: render.Arguments{Files: []string{base, over}}, paths: []string{"resources.limits.memory"}, want: over + ":2:12"},
		"the mode in a file":              {args: render.Arguments{Files: []string{modes}}, paths: []string{"resources.limits.memory"}, want: modes + ":3:26"},
		"the nearest ancestor in a file":  {args: render.Arguments{Files: []string{base}}, paths: []string{"resources.limits.cpu"}, want: base + ":2:3"},
		"an argument over files": {
			args:  render.Arguments{Files: []string{base}, Set: []string{"mode=gateway", "image.tag=a\\,b,resources.limits.memory=8Gi"}},
			paths: []string{"resources.limits.memory"}, want: "--set:2:16",
		},
		"a list in braces": {args: render.Arguments{Set: []string{"env={a=b,c},replicas=3"}}, paths: []string{"replicas"}, want: "--set:1:13"},
		"JSON":             {args: render.Arguments{SetJSON: []string{`env=[{"a":1,"b":2}],replicas=3`}}, paths: []string{"replicas"}, want: "--set-json:1:21"},
		"the second path":  {args: render.Arguments{Files: []string{base}}, paths: []string{"presets.logs", "replicas"}, want: base + ":4:1"},
		"the last of two equal keys": {
			args:  render.Arguments{Files: []string{file(t, "replicas: 2\nmode: gateway\nreplicas: 3\n")}},
			paths: []string{"replicas"}, want: "values.yaml:3:1",
		},
		"a key with dots":        {args: render.Arguments{Files: []string{base}}, paths: []string{"podAnnotations.a.b/c"}, want: base + ":6:3"},
		"a key with dots quoted": {args: render.Arguments{Files: []string{base}}, paths: []string{`podAnnotations.a\.b/c`}, want: base + ":6:3"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := rendered(t, folder, c.args, render.Release{Name: "x"})
			require.NoError(t, err)
			at, ok := r.Locate("otlp-collector/templates/a.yaml", c.paths...)
			require.True(t, ok)
			assert.True(t, strings.HasSuffix(at.String(), strings.ReplaceAll(c.want, "DIR", filepath.ToSlash(folder))), at.String())
			line, ok := r.Line(at.File, at.Line)
			assert.True(t, ok)
			assert.NotEmpty(t, line)
		})
	}
}

func TestLocateInASubchartAndInAnotherChart(t *testing.T) {
	t.Parallel()
	folder := unpack(t, collector)
	values := file(t, "otlp-collector:\n  resources:\n    limits: {}\n")
	r, err := rendered(t, folder, render.Arguments{Files: []string{values}}, render.Release{Name: "x"})
	require.NoError(t, err)

	at, ok := r.Locate("parent/charts/otlp-collector/templates/a.yaml", "resources.limits.memory")
	require.True(t, ok)
	assert.Equal(t, values+":3:5", at.String())

	at, ok = r.Locate("parent/charts/otlp-collector/templates/a.yaml", "replicas")
	require.True(t, ok)
	assert.Equal(t, filepath.ToSlash(folder)+"/values.yaml:2:3", at.String(), "the parent's default")

	_, ok = r.Locate("parent/templates/b.yaml", "replicas")
	assert.False(t, ok, "the keys of our values say nothing about another chart")
}

func TestValuesAreLaidOverOneAnotherAsHelmDoes(t *testing.T) {
	t.Parallel()
	secret := file(t, "from a file")
	stack, err := render.ReadStack(context.Background(), render.Arguments{
		Files:      []string{file(t, "a: 1\nb: {c: 1, d: 1}\n"), "-"},
		Set:        []string{"e=2"},
		SetString:  []string{"f=3"},
		SetFile:    []string{"g=" + secret},
		SetJSON:    []string{`h={"i":[1]}`, `e=1`},
		SetLiteral: []string{"j=a,b"},
	}, strings.NewReader("b: {d: null}\n"))
	require.NoError(t, err)
	assert.Equal(t, map[string]any{
		"a": float64(1), "b": map[string]any{"c": float64(1), "d": nil}, "e": int64(2), "f": "3",
		"g": "from a file", "h": map[string]any{"i": []any{float64(1)}}, "j": "a,b",
	}, stack.Values())
}

func TestValuesThatCannotBeReadAreErrorsWithTheirPlace(t *testing.T) {
	t.Parallel()
	broken := file(t, "a: 1\nb: [\n")
	for name, c := range map[string]struct {
		args render.Arguments
		want string
	}{
		"no such file": {render.Arguments{Files: []string{"missing.yaml"}}, "read values file: open missing.yaml"},
		"no YAML":      {render.Arguments{Files: []string{broken}}, broken + ":2:4: "},
		"no map":       {render.Arguments{Files: []string{file(t, "- a\n")}}, "values.yaml: values must be a mapping"},
		"--set":        {render.Arguments{Set: []string{"a"}}, "--set a: key \"a\" has no value"},
	} {
		_, err := render.ReadStack(context.Background(), c.args, nil)
		assert.ErrorContains(t, err, c.want, name)
	}
}

func TestAChartWithoutItsDependenciesIsRefused(t *testing.T) {
	t.Parallel()
	folder := unpack(t, "-- Chart.yaml --\napiVersion: v2\nname: a\nversion: 1.0.0\ndependencies: [{name: b, version: 1.0.0}]\n")
	_, err := rendered(t, folder, render.Arguments{}, render.Release{})
	assert.ErrorContains(t, err, "lacks its dependencies b: run `helm dependency build`")
}

func TestTheEmbeddedChartRenders(t *testing.T) {
	t.Parallel()
	chart, err := render.Embedded()
	require.NoError(t, err)
	assert.Equal(t, "otlp-collector", chart.Info().Name)
	for _, mode := range []string{"gateway", "daemonset", "sidecar"} {
		stack, err := render.ReadStack(context.Background(), render.Arguments{Set: []string{"mode=" + mode}}, nil)
		require.NoError(t, err)
		r, err := chart.Render(context.Background(), stack, render.Release{Name: "x", Namespace: "y"})
		require.NoError(t, err, mode)
		ordered, err := r.InstallOrder()
		require.NoError(t, err)
		assert.GreaterOrEqual(t, len(ordered), len(r.Manifests))
	}
}

func TestHugeValuesAreRefusedByTheirName(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "huge.yaml")
	require.NoError(t, os.WriteFile(file, bytes.Repeat([]byte("# padding\n"), 1<<20+1), 0o600))
	for name, args := range map[string]render.Arguments{file: {Files: []string{file}}, "<stdin>": {Files: []string{"-"}}} {
		_, err := render.ReadStack(context.Background(), args, bytes.NewReader(bytes.Repeat([]byte("a: 1\n"), 3<<20)))
		require.ErrorContains(t, err, name+": it has more than 10 MiB")
	}
}
