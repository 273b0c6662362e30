package migratevalues

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/migratevalues"
)

func TestTheDocumentListsEveryDifference(t *testing.T) {
	t.Parallel()
	const file, begin, end = "../../docs/migrate-values.md", "<!-- differences -->\n", "<!-- /differences -->"
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	before, rest, found := strings.Cut(string(text), begin)
	require.True(t, found)
	_, after, found := strings.Cut(rest, end)
	require.True(t, found)

	table := "| what | is different | why |\n|---|---|---|\n"
	for _, d := range migratevalues.Differences() {
		table += fmt.Sprintf("| %s | %s | %s |\n", d.Name, d.What, d.Why)
	}
	want := before + begin + table + end + after
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(want), 0o644))

		return
	}
	assert.Equal(t, want, string(text), "run go test ./tests/migratevalues -update")
}
