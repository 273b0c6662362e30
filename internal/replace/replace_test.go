package replace_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/internal/replace"
)

func TestAFileIsReplacedOrLeftAlone(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file := filepath.Join(folder, "a.yaml")
	require.NoError(t, replace.File(file, []byte("old"), 0o600))
	require.NoError(t, replace.File(file, []byte("new"), 0o640))
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "new", string(content))
	info, err := os.Stat(file)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o640), info.Mode().Perm())

	// A folder can't be replaced, and nothing is left beside it.
	taken := filepath.Join(folder, "taken", "inside")
	require.NoError(t, os.MkdirAll(taken, 0o755))
	require.ErrorContains(t, replace.File(filepath.Dir(taken), []byte("new"), 0o644), "write "+filepath.Dir(taken))
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	assert.Len(t, entries, 2)
}
