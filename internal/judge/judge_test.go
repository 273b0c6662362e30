package judge_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/internal/judge"
	"github.com/helm-otlp/helm-otlp/internal/render"
)

const jobs = `config:
  receivers:
    prometheus:
      config:
        scrape_configs:
          - job_name: one
            scrape_interval: 1e1s
            sample_limit: 10000000
            static_configs: [{targets: ["a:1"]}]
          - job_name: two
            scrape_intervall: 10s
            static_configs: [{targets: ["b:1"]}]
  service:
    pipelines:
      metrics: {receivers: [prometheus]}
`

const piped = "config: {service: {pipelines: {metrics: {receivers: [prometheus]}}}}\n"

const fewer = `config:
  receivers:
    prometheus:
      config:
        scrape_configs: [{job_name: two, scrape_intervall: 10s}]
`

const ofMode = `modes:
  gateway:
    config:
      receivers:
        prometheus:
          config:
            scrape_configs:
              - job_name: "2020-01-01"
                scrape_intervall: 10s
`

const named = `config:
  receivers:
    prometheus:
      config:
        scrape_configs: &jobs
          - {job_name: one}
          - {job_name: two, scrape_intervall: 10s}
    prometheus/copy: {config: {scrape_configs: *jobs}}
`

func TestWhatIsInAListStandsWhereItsFileHasIt(t *testing.T) {
	t.Parallel()
	const list = "config.receivers.prometheus.config.scrape_configs"
	for name, c := range map[string]struct {
		files []string
		args  render.Arguments
		want  string
	}{
		"a file":                     {files: []string{jobs}, want: "0.yaml:11:13"},
		"the last of two files":      {files: []string{jobs, fewer}, want: "1.yaml:5:42"},
		"files of which one has it":  {files: []string{jobs, "replicas: 2\n"}, want: "0.yaml:11:13"},
		"of a mode":                  {files: []string{piped, ofMode}, want: "1.yaml:9:17"},
		"of a mode, which is weaker": {files: []string{jobs, ofMode}, want: "0.yaml:11:13"},
		"with a name":                {files: []string{jobs, named}, want: "1.yaml:7:29"},
		"JSON": {
			files: []string{jobs}, args: render.Arguments{SetJSON: []string{list + `=[{"job_name":"a","scrape_intervall":"1s"}]`}}, want: "--set-json:1:1",
		},
		"a part of it in an argument": {
			files: []string{jobs}, args: render.Arguments{Set: []string{list + "[0].job_name=other"}}, want: "--set:1:1",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i, text := range c.files {
				file := filepath.Join(t.TempDir(), string(rune('0'+i))+".yaml")
				require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
				c.args.Files = append(c.args.Files, file)
			}
			assert.True(t, strings.HasSuffix(misspelt(t, c.args), c.want), "%s is not %s", misspelt(t, c.args), c.want)
		})
	}
}

// misspelt is where the key stands that prometheus does not have.
func misspelt(t *testing.T, args render.Arguments) string {
	t.Helper()
	chart, err := render.Embedded()
	require.NoError(t, err)
	args.Set = append(args.Set, "mode=gateway")
	stack, err := render.ReadStack(t.Context(), args, nil)
	require.NoError(t, err)
	rendering, err := chart.Render(t.Context(), stack, render.Release{Name: "a", Namespace: "b", APIVersions: []string{judge.Linted}})
	require.NoError(t, err)
	found, err := judge.Errors(t.Context(), rendering)
	require.NoError(t, err)
	for _, f := range found {
		if f.Rule == "unknown-key" {
			return f.Position.String()
		}
	}
	require.Fail(t, "the key is not found")

	return ""
}
