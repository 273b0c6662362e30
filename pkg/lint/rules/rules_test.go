package rules_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/lint/rules"
)

// linesOf are the lines of a file on which a rule finds something.
func linesOf(t *testing.T, rule *lint.Rule, file string, data []byte) []int {
	t.Helper()
	result, err := lint.Run(context.Background(), []lint.Manifest{{File: file, Data: data}}, []*lint.Rule{rule})
	require.NoError(t, err)
	require.Positive(t, result.Collectors, "%s holds no collector", file)
	var lines []int
	for _, finding := range result.Findings {
		assert.Equal(t, rule.Name, finding.Rule)
		assert.Equal(t, file, finding.Position.File)
		lines = append(lines, finding.Position.Line)
	}
	return lines
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

func TestEachRuleIsDocumented(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	previous := ""
	for _, rule := range rules.All() {
		assert.Regexp(t, `^[a-z0-9]+(-[a-z0-9]+)*$`, rule.Name)
		assert.False(t, seen[rule.Name], "%s is there twice", rule.Name)
		assert.Less(t, previous, rule.Name, "the rules are sorted by name")
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
