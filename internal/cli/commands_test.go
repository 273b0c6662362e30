package cli

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	fenced = regexp.MustCompile("(?sm)^```(sh|console|yaml)\n(.*?)^```")
	// invoked is a command of ours in a line, up to where a shell goes on with another.
	invoked  = regexp.MustCompile(`(?:helm[ -]otlp) ([a-z][a-z-]* ?(?:'[^']*'|"[^"]*"|[^|;&><)\n'"#])*)`)
	prompted = regexp.MustCompile(`(?m)^\$ .*$`)
	quotes   = regexp.MustCompile(`'[^']*'|"[^"]*"`)
)

// What documents tell users to run has commands and flags that are there.
func TestCommandsInTheDocumentsAreKnown(t *testing.T) {
	var files []string
	for _, pattern := range []string{"*.md", "docs/*.md", "examples/*.md", "examples/*/*.md", "examples/*/*/*.md"} {
		found, err := filepath.Glob(filepath.Join("../..", pattern))
		require.NoError(t, err)
		files = append(files, found...)
	}
	count := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, block := range fenced.FindAllStringSubmatch(string(text), -1) {
			script := strings.ReplaceAll(block[2], "\\\n", " ")
			if block[1] == "console" { // The rest is what it prints.
				script = strings.Join(prompted.FindAllString(script, -1), "\n")
			}
			for _, match := range invoked.FindAllStringSubmatch(script, -1) {
				words := strings.Fields(quotes.ReplaceAllString(match[1], "word"))
				root := (&program{env: func(string) string { return "" }}).root()
				root.InitDefaultCompletionCmd()
				cmd, rest, err := root.Find(words)
				if assert.NoError(t, err, "%s: %s", file, match[0]) && !strings.Contains(match[0], "...") {
					if err := cmd.ParseFlags(rest); !errors.Is(err, pflag.ErrHelp) {
						assert.NoError(t, err, "%s: %s", file, match[0])
					}
				}
				count++
			}
		}
	}
	assert.Greater(t, count, 50)
}
