package figures_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/tests/cluster/figures"
)

func TestRewriteKeepsWhatIsOutsideTheMarks(t *testing.T) {
	file := filepath.Join(t.TempDir(), "figures.md")
	require.NoError(t, os.WriteFile(file, []byte("head\n"+figures.Begin+"\nold\n"+figures.End+"\ntail\n"), 0o600))

	require.NoError(t, figures.Rewrite(file, func(old string) string {
		assert.Equal(t, "\nold\n", old)

		return figures.Table([]string{"nodes", "requests"}, [][]string{{"100", "578"}, {"", "9"}})
	}))

	content, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "head\n"+figures.Begin+"\n\n| nodes | requests |\n| --- | --- |\n| 100 | 578 |\n|  | 9 |\n\n"+figures.End+"\ntail\n", string(content))
}

func TestRewriteLeavesADocumentWithoutMarksAlone(t *testing.T) {
	file := filepath.Join(t.TempDir(), "figures.md")
	for _, text := range []string{"no marks", figures.Begin + " no end"} {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		require.ErrorContains(t, figures.Rewrite(file, func(string) string { return "new" }), "want the marks")
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Equal(t, text, string(content))
	}
}
