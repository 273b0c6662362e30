package provenance_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/internal/provenance"
	"github.com/helm-otlp/helm-otlp/internal/render"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/lint/rules"
)

// renderingOf is a chart of testdata with two files of values over it.
func renderingOf(t *testing.T, folder string) *render.Rendering {
	t.Helper()
	chart, err := render.Load(t.Context(), filepath.Join(folder, "chart"), render.Pull{})
	require.NoError(t, err)
	stack, err := render.ReadStack(t.Context(), render.Arguments{
		Files: []string{filepath.Join(folder, "base.yaml"), filepath.Join(folder, "production.yaml")},
	}, nil)
	require.NoError(t, err)
	rendering, err := chart.Render(t.Context(), stack, render.Release{Name: chart.Info().Name, Namespace: "observability"})
	require.NoError(t, err)

	return rendering
}

func findingsOf(t *testing.T, rendering *render.Rendering) []lint.Finding {
	t.Helper()
	var manifests []lint.Manifest
	for _, m := range rendering.Manifests {
		manifests = append(manifests, lint.Manifest{File: m.File, Data: m.Data})
	}
	result, err := lint.Run(t.Context(), manifests, rules.All())
	require.NoError(t, err)

	return result.Findings
}

var wanted = regexp.MustCompile(`# want: ([a-z -]+)`)

// Each finding stands where the files of a chart of testdata say `# want: RULE`, and each of these is found.
func TestAFindingStandsWhereItsUserMustEdit(t *testing.T) {
	t.Parallel()
	folders, err := filepath.Glob("testdata/*")
	require.NoError(t, err)
	require.Len(t, folders, 3)
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			t.Parallel()
			want := map[string][]string{}
			require.NoError(t, filepath.WalkDir(folder, func(file string, entry os.DirEntry, err error) error {
				if err != nil || entry.IsDir() {
					return err
				}
				content, err := os.ReadFile(file)
				for i, line := range strings.Split(string(content), "\n") {
					if found := wanted.FindStringSubmatch(line); found != nil {
						want[place(file, i+1)] = slices.Sorted(slices.Values(strings.Fields(found[1])))
					}
				}

				return err
			}))

			rendering := renderingOf(t, folder)
			tracer := provenance.New(rendering, rules.All())
			got := map[string][]string{}
			for _, f := range findingsOf(t, rendering) {
				at, ok := tracer.Locate(t.Context(), f)
				require.True(t, ok, f.Message)
				assert.Positive(t, at.Column, f.Message)
				got[place(at.File, at.Line)] = append(got[place(at.File, at.Line)], f.Rule)
				line, ok := rendering.Line(at.File, at.Line)
				require.True(t, ok, at)
				assert.Contains(t, line, f.Rule, "the report shows the line that is meant")
			}
			for _, found := range got {
				slices.Sort(found)
			}
			assert.Equal(t, want, got)
		})
	}
}

func place(file string, line int) string { return fmt.Sprintf("%s:%d", filepath.ToSlash(file), line) }
