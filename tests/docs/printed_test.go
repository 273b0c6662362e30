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

// drawing is a flowchart below a comment with the command that draws it, which a forge does not show.
var drawing = regexp.MustCompile("(?s)<!-- helm otlp (graph [^\n]+) -->\n```mermaid\n(.*?)```")

// picture is an image of the repository below a comment with the command that draws it.
var picture = regexp.MustCompile(`<!-- helm otlp (graph .+ --output svg) -->\n!\[[^\]\n]+\]\(([^)\n]+\.svg)\)`)

func TestWhatTheDocumentsShowIsWhatTheProgramPrints(t *testing.T) {
	atRoot(t)
	blocks, drawings := 0, 0
	for _, name := range documents(t) {
		t.Run(name, func(t *testing.T) {
			text := read(t, name)
			blocks += len(console.FindAllString(text, -1))
			drawings += len(drawing.FindAllString(text, -1))
			shows(t, name, text)
		})
	}
	assert.Greater(t, blocks, 8, "blocks of commands and what they print")
	assert.Greater(t, drawings, 8, "drawings of pipelines")
}

// shows holds the blocks of a document to what the program prints now, or writes that into it.
func shows(t *testing.T, path, text string) {
	t.Helper()
	printed := console.ReplaceAllStringFunc(text, func(block string) string {
		arguments := console.FindStringSubmatch(block)[1]
		return "```console\n$ helm otlp " + arguments + "\n" + run(t, strings.Fields(arguments)) + "```"
	})
	printed = drawing.ReplaceAllStringFunc(printed, func(block string) string {
		arguments := drawing.FindStringSubmatch(block)[1]
		return "<!-- helm otlp " + arguments + " -->\n```mermaid\n" + run(t, strings.Fields(arguments)) + "```"
	})
	for _, match := range picture.FindAllStringSubmatch(text, -1) {
		drawn(t, filepath.Join(filepath.Dir(path), match[2]), data(t, strings.Fields(match[1])))
	}
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(printed), 0o644))
		return
	}
	assert.Equal(t, printed, text, "run go test ./tests/docs -update, and read what changed")
}

// drawn holds a picture to what the program draws now, or writes it.
func drawn(t *testing.T, path, image string) {
	t.Helper()
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(image), 0o644))
		return
	}
	assert.Equal(t, image, read(t, path), "run go test ./tests/docs -update, and look at %s", path)
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

// data is what a command prints on stdout alone.
func data(t *testing.T, arguments []string) string {
	t.Helper()
	var out, chatter strings.Builder
	code := cli.Main(context.Background(), arguments, strings.NewReader(""), &out, &chatter, func(string) string { return "" })
	require.LessOrEqual(t, code, cli.ExitFindings, "helm otlp %s: %s", strings.Join(arguments, " "), chatter.String())

	return out.String()
}
