package diagnose_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// docs/doctor.md has a row for each cause that the sources name, and no other.
func TestEveryCauseIsDocumented(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	var named []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(`(?:ID|id): +"([a-z]+(?:-[a-z]+)*)"`).FindAllStringSubmatch(string(text), -1) {
			named = append(named, m[1])
		}
	}
	text, err := os.ReadFile("../../docs/doctor.md")
	require.NoError(t, err)
	var documented []string
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z-]+)`(?: ✓)? \\|").FindAllStringSubmatch(string(text), -1) {
		documented = append(documented, m[1])
	}
	slices.Sort(named)
	assert.ElementsMatch(t, slices.Compact(named), documented)
}
