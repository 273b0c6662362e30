package rules_test

import (
	"bytes"
	"context"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/charts"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/lint/rules"
	"github.com/helm-otlp/helm-otlp/pkg/source"
	"github.com/helm-otlp/helm-otlp/pkg/values"
)

// findingsIn are what a rule finds in a file.
func findingsIn(t *testing.T, rule *lint.Rule, file string, data []byte) []lint.Finding {
	t.Helper()
	manifests, options := []lint.Manifest{{File: file, Data: data}}, []lint.Option(nil)
	switch {
	case bytes.HasPrefix(data, []byte("# values of the chart\n")):
		options = []lint.Option{lint.ForReleases(releaseOf(t, file, data)), lint.ForValuesFiles(manifests...)}
		manifests = nil
	case bytes.HasPrefix(data, []byte("# values of another chart\n")):
		options = []lint.Option{lint.ForValuesFiles(manifests...)}
		manifests = nil
	}
	result, err := lint.Run(context.Background(), manifests, []*lint.Rule{rule}, options...)
	require.NoError(t, err)
	if manifests != nil {
		require.NotEmpty(t, result.Collectors, "%s holds no collector", file)
	}
	return result.Findings
}

// linesOf are the lines of a file on which a rule finds something.
func linesOf(t *testing.T, rule *lint.Rule, file string, data []byte) []int {
	t.Helper()
	var lines []int
	for _, finding := range findingsIn(t, rule, file, data) {
		assert.Equal(t, rule.Name, finding.Rule)
		assert.Equal(t, file, finding.Position.File)
		lines = append(lines, finding.Position.Line)
	}
	return lines
}

// releaseOf is a release of the chart with the values of a file.
func releaseOf(t *testing.T, file string, data []byte) *lint.Release {
	t.Helper()
	documents, _ := source.Parse(file, data) // A key that stands twice is an error there.
	require.Len(t, documents, 1)
	var defaults, written map[string]any
	text, err := charts.Files.ReadFile(charts.Collector + "/values.yaml")
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, &defaults))
	require.NoError(t, yaml.Unmarshal(data, &written))
	in, err := values.Input(laid(defaults, written), values.Release{Name: "r", Namespace: "n", Chart: charts.Collector, AppVersion: lint.AssumedVersion})
	require.NoError(t, err)
	return &lint.Release{Input: in, Written: written, Position: func(key string) source.Position {
		var steps []string
		for _, step := range stepOfKey.FindAllString(key, -1) {
			steps = append(steps, strings.ReplaceAll(step, `\.`, "."))
		}
		path := source.Keys(steps...)
		if modes := source.Keys("modes", in.Mode).Join(path...); documents[0].Lookup(path) == nil {
			path = modes
		}
		return documents[0].Position(path)
	}}
}

// stepOfKey is a part of a key as lint.ValueKey writes it.
var stepOfKey = regexp.MustCompile(`(\\.|[^.])+`)

// laid is over on top of under.
func laid(under, over map[string]any) map[string]any {
	out := maps.Clone(under)
	for key, value := range over {
		above, isMap := value.(map[string]any)
		if below, wasMap := out[key].(map[string]any); isMap && wasMap {
			value = laid(below, above)
		}
		out[key] = value
	}
	return out
}

// marked are the lines that end with the comment `# <- here`.
func marked(data []byte) []int {
	var lines []int
	for i, line := range bytes.Split(data, []byte("\n")) {
		if bytes.HasSuffix(line, []byte("# <- here")) {
			lines = append(lines, i+1)
		}
	}
	return lines
}

func TestEachRuleFindsItsFaultsWhereTheyAreAndNothingWhereThereAreNone(t *testing.T) {
	t.Parallel()
	for _, rule := range rules.All() {
		files, err := filepath.Glob(filepath.Join(rule.Name, "testdata", "*.yaml"))
		require.NoError(t, err)
		require.GreaterOrEqual(t, len(files), 2, "%s has no testdata", rule.Name)
		for _, file := range files {
			t.Run(file, func(t *testing.T) {
				t.Parallel()
				data, err := os.ReadFile(file)
				require.NoError(t, err)
				lines := linesOf(t, rule, file, data)
				switch want := marked(data); {
				case strings.HasPrefix(filepath.Base(file), "good"):
					assert.Empty(t, want, "a good file has no marks")
					assert.Empty(t, lines)
				default:
					require.NotEmpty(t, want, "a bad file marks the lines at fault")
					assert.Equal(t, want, lines)
				}
			})
		}
	}
}

// shapes are those of other projects in which rules have to find their faults, and nothing else, by the names of files.
var shapes = regexp.MustCompile(`^(bad|good)-(official|operator|by-hand)`)

// ownValues are rules of the values of this project's chart, which others write where it is a dependency of theirs:
// tests/cli judges such a parent chart with both.
var ownValues = []string{"removal-without-effect", "value-without-effect"}

func TestEachRuleHasACaseOfAnotherProjectsShape(t *testing.T) {
	t.Parallel()
	for _, rule := range rules.All() {
		files, err := filepath.Glob(filepath.Join(rule.Name, "testdata", "*.yaml"))
		require.NoError(t, err)
		has := slices.ContainsFunc(files, func(file string) bool { return shapes.MatchString(filepath.Base(file)) })
		assert.Equal(t, !slices.Contains(ownValues, rule.Name), has, "%s: write one such as testdata/bad-official.yaml", rule.Name)
	}
}

func TestEachRuleIsDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../../docs/rules.md")
	require.NoError(t, err)
	seen := map[string]bool{}
	previous := ""
	for _, rule := range rules.All() {
		assert.Regexp(t, `^[a-z0-9]+(-[a-z0-9]+)*$`, rule.Name)
		assert.False(t, seen[rule.Name], "%s is there twice", rule.Name)
		assert.Less(t, previous, rule.Name, "the rules are sorted by name")
		assert.Contains(t, string(page), "\n## "+rule.Name+"\n", "make generate-offline writes it into docs/rules.md")
		seen[rule.Name], previous = true, rule.Name
		for what, text := range map[string]string{
			"summary": rule.Summary, "why": rule.Why, "bad": rule.Bad, "good": rule.Good, "docs": rule.Docs,
		} {
			assert.NotEmpty(t, text, "%s has no %s", rule.Name, what)
		}
		assert.Contains(t, []lint.Severity{lint.Error, lint.Warning, lint.Info}, rule.Severity)
		assert.True(t, strings.HasSuffix(rule.Summary, "."), "the summary of %s is a sentence", rule.Name)
	}
}

func TestEveryFolderIsARuleOfTheList(t *testing.T) {
	t.Parallel()
	var folders, names []string
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	for _, entry := range entries {
		if entry.IsDir() {
			folders = append(folders, entry.Name())
		}
	}
	for _, rule := range rules.All() {
		names = append(names, rule.Name)
	}
	assert.Equal(t, folders, names)
}
