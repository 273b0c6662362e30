package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const commandsHead = `# Commands

What ` + "`helm otlp COMMAND --help`" + ` prints, of each. Written by ` + "`go test ./internal/cli -update`" + `.

As a plugin, what concerns the cluster (` + "`--kubeconfig`, `--kube-context`, `-n`" + `) is Helm's own, given before or behind the command; as the
program ` + "`helm-otlp`" + `, the same flags are there. Data is on stdout and chatter on stderr. ` + "`diff` and `status`" + ` have exit codes of their own; of all others
0 is nothing found, 1 findings, 2 wrong usage or unreadable input, 3 an internal failure.
`

// commandsPage describes every command, as a plugin's.
func commandsPage(root *cobra.Command) string {
	var index, page strings.Builder
	for _, cmd := range root.Commands() {
		if cmd.Hidden || cmd.Name() == "help" {
			continue
		}
		fmt.Fprintf(&index, "- [%s](#%s): %s\n", cmd.Name(), cmd.Name(), cmd.Short)
		long := cmd.Long
		if long == "" {
			long = cmd.Short
		}
		fmt.Fprintf(&page, "\n## %s\n\n```text\n%s\n```\n", cmd.Name(), strings.TrimSpace(long))
		if cmd.Example != "" {
			fmt.Fprintf(&page, "\n```sh\n%s\n```\n", unindented(cmd.Example))
		}
		fmt.Fprintf(&page, "\n```text\n%s\n", cmd.UseLine())
		if cmd.HasAvailableLocalFlags() {
			fmt.Fprintf(&page, "\n%s", cmd.LocalFlags().FlagUsages())
		}
		page.WriteString("```\n")
	}

	return commandsHead + "\n" + index.String() + page.String()
}

func unindented(text string) string {
	lines := strings.Split(strings.Trim(text, "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}

	return strings.Join(lines, "\n")
}

func TestCommandsPageListsEveryCommandAndFlag(t *testing.T) {
	root := (&program{env: asPlugin}).root()
	root.InitDefaultCompletionCmd()
	want := commandsPage(root)
	if *update {
		require.NoError(t, os.WriteFile("../../docs/commands.md", []byte(want), 0o644))
	}
	got, err := os.ReadFile("../../docs/commands.md")
	require.NoError(t, err)
	assert.Equal(t, want, string(got), "run `go test ./internal/cli -update`")
}

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
	for _, pattern := range []string{"*.md", "docs/*.md", "examples/*/*.md", "examples/*/*/*.md"} {
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
					assert.NoError(t, cmd.ParseFlags(rest), "%s: %s", file, match[0])
				}
				count++
			}
		}
	}
	assert.Greater(t, count, 50)
}
