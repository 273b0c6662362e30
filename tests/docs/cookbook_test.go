package docs

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const cookbook = "docs/cookbook.md"

var (
	// recipeParts are a recipe's heading, what stands between it and the values, and the values.
	recipeParts = regexp.MustCompile("(?ms)^## ([^\n]+)\n(.*?)^```yaml\n(.*?)^```$")
	promise     = regexp.MustCompile(`(?m)^<!-- (renders|lacks|with): (.+) -->$`)
)

// TestEveryRecipeIsCleanAndDoesWhatItPromises renders and lints the values of each heading of the cookbook. A comment
// beside them, which a forge does not show, says a text that the manifests must have or must not have.
func TestEveryRecipeIsCleanAndDoesWhatItPromises(t *testing.T) {
	atRoot(t)
	text := read(t, cookbook)
	recipes := recipeParts.FindAllStringSubmatch(text, -1)
	require.GreaterOrEqual(t, len(recipes), 15)
	assert.Len(t, recipes, strings.Count(text, "\n## "), "each heading has one block of values")
	assert.Len(t, recipes, strings.Count(text, "```yaml"), "each block of values has a heading")
	for _, recipe := range recipes {
		t.Run(recipe[1], func(t *testing.T) {
			assert.Contains(t, text, "](#"+slug(recipe[1])+")", "the table at the top leads to it")
			holdsItsPromises(t, recipe[2], recipe[3])
		})
	}
}

func holdsItsPromises(t *testing.T, prose, values string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "values.yaml")
	require.NoError(t, os.WriteFile(file, []byte(values), 0o600))
	arguments := []string{"-f", file}
	promises := promise.FindAllStringSubmatch(prose, -1)
	for _, given := range promises {
		if given[1] == "with" {
			arguments = append(arguments, strings.Fields(given[2])...)
		}
	}

	var report struct {
		Findings []struct{ Rule, Severity, Message string }
	}
	require.NoError(t, json.Unmarshal([]byte(data(t, append([]string{"lint", "--output", "json"}, arguments...))), &report))
	for _, finding := range report.Findings {
		assert.Equal(t, "info", finding.Severity, "%s [%s]", finding.Message, finding.Rule)
	}

	manifests, held := data(t, append([]string{"template"}, arguments...)), 0
	for _, given := range promises {
		switch given[1] {
		case "renders":
			assert.Contains(t, manifests, given[2])
		case "lacks":
			assert.NotContains(t, manifests, given[2])
		default:
			continue
		}
		held++
	}
	assert.Positive(t, held, "a recipe promises something")
}
