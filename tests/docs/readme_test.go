// Package docs holds the documentation's examples to what the program prints.
package docs

import (
	"context"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/internal/cli"
)

var update = flag.Bool("update", false, "write what the program prints into the documents")

// console is a block of one command, and what it prints on both streams.
var console = regexp.MustCompile("(?s)```console\n\\$ helm otlp ([^\n]+)\n(.*?)```")

func TestWhatTheDocumentsShowIsWhatTheProgramPrints(t *testing.T) {
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	t.Chdir(root)
	for _, name := range []string{"README.md", "docs/sidecar.md", "docs/migrate-values.md"} {
		t.Run(name, func(t *testing.T) { shows(t, filepath.Join(root, name)) })
	}
}

func shows(t *testing.T, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)

	blocks := console.FindAllStringSubmatch(string(text), -1)
	require.NotEmpty(t, blocks)
	printed := console.ReplaceAllStringFunc(string(text), func(block string) string {
		arguments := console.FindStringSubmatch(block)[1]
		return "```console\n$ helm otlp " + arguments + "\n" + run(t, strings.Fields(arguments)) + "```"
	})
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(printed), 0o644))
		return
	}
	assert.Equal(t, printed, string(text), "run go test ./tests/docs -update, and read what changed")
}

// run is what a command prints, as a terminal shows it: both streams, or stderr alone where the other goes into a file.
func run(t *testing.T, arguments []string) string {
	t.Helper()
	var out strings.Builder
	var stdout io.Writer = &out
	if n := len(arguments); n > 2 && arguments[n-2] == ">" {
		arguments, stdout = arguments[:n-2], io.Discard
	}
	cli.Main(context.Background(), arguments, strings.NewReader(""), stdout, &out, func(string) string { return "" })
	return out.String()
}
