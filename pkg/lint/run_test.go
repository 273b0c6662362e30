package lint_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/lint/rules"
)

var update = flag.Bool("update", false, "write the golden files")

// printed are findings as lines of text.
func printed(result *lint.Result) string {
	var out strings.Builder
	fmt.Fprintf(&out, "objects: %d, collectors: %d\n", result.Objects, len(result.Collectors))
	for _, f := range result.Findings {
		fmt.Fprintf(&out, "%s: %s: %s: %s/%s %s: %s\n", f.Position, f.Severity, f.Rule, f.Object.Kind, f.Object.Name, f.Path, f.Message)
		if len(f.Values) > 0 {
			fmt.Fprintf(&out, "    values: %s\n", strings.Join(f.Values, ", "))
		}
	}
	return out.String()
}

func TestFindingsOfHandWrittenManifestsStandWhereAPersonEdits(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			result, err := lint.Run(context.Background(), []lint.Manifest{{File: filepath.Base(file), Data: data}}, rules.All())
			require.NoError(t, err)
			golden := strings.TrimSuffix(file, ".yaml") + ".golden"
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(printed(result)), 0o600))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), printed(result))
			for _, f := range result.Findings {
				lines := bytes.Split(data, []byte("\n"))
				assert.LessOrEqual(t, f.Position.Line, len(lines))
				assert.Positive(t, f.Position.Line)
			}
		})
	}
}

func TestRunGivesTheSameFindingsEveryTime(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/production.yaml")
	require.NoError(t, err)
	manifests := []lint.Manifest{{File: "production.yaml", Data: data}}
	first, err := lint.Run(context.Background(), manifests, rules.All())
	require.NoError(t, err)
	for range 20 {
		again, err := lint.Run(context.Background(), manifests, rules.All())
		require.NoError(t, err)
		require.Equal(t, first, again)
	}
}

const bareConfig = `receivers:
  otlp: {protocols: {grpc: }}
exporters:
  otlp_http: {endpoint: https://backend}
service:
  pipelines:
    traces: {receivers: [otlp], exporters: [otlp_http]}
`

func TestABareConfigIsJudgedForTheImageThatReadsIt(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		image string
		want  []string
	}{
		"no image: the newest":    {"", nil},
		"old image: renamed":      {"otel/opentelemetry-collector-contrib:0.140.0", []string{"renamed-component"}},
		"own build: only by name": {"registry.example/our-otel-collector:0.161.0", nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result, err := lint.Run(context.Background(), []lint.Manifest{{File: "c.yaml", Data: []byte(bareConfig)}},
				rules.All(), lint.ForImage(test.image))
			require.NoError(t, err)
			assert.Len(t, result.Collectors, 1)
			var got []string
			for _, f := range result.Findings {
				if f.Severity == lint.Error {
					got = append(got, f.Rule)
				}
			}
			assert.Equal(t, test.want, got)
		})
	}
}

func TestARuleThatPanicsIsAnErrorAndNotAFinding(t *testing.T) {
	t.Parallel()
	broken := &lint.Rule{Name: "broken", Severity: lint.Error, Run: func(p *lint.Pass) {
		p.Report(lint.Place{}, "half a thought")
		panic("no idea")
	}}
	result, err := lint.Run(context.Background(), []lint.Manifest{{File: "c.yaml", Data: []byte(bareConfig)}}, []*lint.Rule{broken})
	require.ErrorIs(t, err, lint.ErrRule)
	require.ErrorContains(t, err, "broken: no idea")
	assert.Empty(t, result.Findings)
}

func TestRunStopsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := lint.Run(ctx, []lint.Manifest{{File: "c.yaml", Data: []byte(bareConfig)}}, rules.All())
	require.ErrorIs(t, err, context.Canceled)
}

func TestWhatCannotBeReadIsAnErrorWithItsPlace(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ data, want string }{
		"broken manifest": {"a: [", "m.yaml:1:"},
		"broken config in a ConfigMap": {`apiVersion: apps/v1
kind: Deployment
metadata: {name: c}
spec:
  template:
    spec:
      containers:
        - image: otel/opentelemetry-collector:0.161.0
          args: [--config=/c/config.yaml]
          volumeMounts: [{name: c, mountPath: /c}]
      volumes: [{name: c, configMap: {name: c}}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: c}
data:
  config.yaml: |
    receivers:
      otlp: [
`, "m.yaml:"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := lint.Run(context.Background(), []lint.Manifest{{File: "m.yaml", Data: []byte(test.data)}}, rules.All())
			require.Error(t, err)
			require.NotErrorIs(t, err, lint.ErrRule)
			assert.ErrorContains(t, err, test.want)
		})
	}
}
