// Package docs holds the documents to what the program does: their examples, drawings, links and recipes.
package docs

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// atRoot makes the root of the repository the working directory, as it is for those who try the examples.
func atRoot(t *testing.T) {
	t.Helper()
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	t.Chdir(root)
}

// documents are the paths of all Markdown files from the root, which is the working directory, with slashes.
func documents(t *testing.T) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == ".git" || entry.Name() == "testdata" || entry.Name() == "bin"):
			return fs.SkipDir
		case !entry.IsDir() && strings.HasSuffix(path, ".md"):
			found = append(found, filepath.ToSlash(path))
		}

		return nil
	})
	require.NoError(t, err)
	require.Contains(t, found, "README.md")

	return found
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)

	return string(text)
}
