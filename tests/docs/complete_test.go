package docs

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// listed is a command in the help of the program.
var listed = regexp.MustCompile(`(?m)^  ([a-z-]+) +\S`)

func TestEveryCommandIsOnItsPage(t *testing.T) {
	atRoot(t)
	help := run(t, []string{"--help"})
	_, commands, found := strings.Cut(help, "Available Commands:\n")
	require.True(t, found)
	commands, _, _ = strings.Cut(commands, "\n\n")
	page, count := read(t, "docs/commands.md"), 0
	for _, match := range listed.FindAllStringSubmatch(commands, -1) {
		if match[1] == "help" {
			continue
		}
		count++
		assert.Contains(t, page, "\n```console\n$ helm otlp "+match[1]+" --help\n")
	}
	assert.Greater(t, count, 15)
}

// TestTheReadmeIsShort holds README.md to two screens, and to what a newcomer looks for first.
func TestTheReadmeIsShort(t *testing.T) {
	atRoot(t)
	readme := read(t, "README.md")
	assert.LessOrEqual(t, strings.Count(readme, "\n"), 100, "lines: move what is long to docs/tour.md")
	assert.Regexp(t, "^# helm-otlp\n\n([^\n]+\n){3}\n[^\n]+\n\n```sh\ngo run ./cmd/helm-otlp lint [^\n]+\nmake test [^\n]+\n```\n", readme)
	assert.Len(t, console.FindAllString(readme, -1), 1, "findings")
	assert.Len(t, picture.FindAllString(readme, -1), 1, "pictures of pipelines")
}
