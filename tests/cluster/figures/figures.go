// Package figures keeps what tests have measured in the documents that show it.
package figures

import (
	"fmt"
	"os"
	"strings"
)

// The marks stand around what Rewrite replaces.
const (
	Begin = "<!-- Made by make e2e-full. -->"
	End   = "<!-- End of what make e2e-full makes. -->"
)

// Rewrite replaces what stands between the marks of a Markdown file by what change makes of it. The file is as it was, or
// has all of it.
func Rewrite(file string, change func(old string) string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read the document for the figures: %w", err)
	}
	before, rest, found := strings.Cut(string(content), Begin)
	old, after, ended := strings.Cut(rest, End)
	if !found || !ended {
		return fmt.Errorf("%s: want the marks %s and %s around the figures", file, Begin, End)
	}
	whole := before + Begin + "\n\n" + strings.TrimSpace(change(old)) + "\n\n" + End + after
	if err := os.WriteFile(file+".new", []byte(whole), 0o644); err != nil {
		return fmt.Errorf("write the figures: %w", err)
	}

	return os.Rename(file+".new", file)
}

// Table is a Markdown table.
func Table(headings []string, rows [][]string) string {
	var text strings.Builder
	line := func(cells []string) { fmt.Fprintf(&text, "| %s |\n", strings.Join(cells, " | ")) }
	line(headings)
	line(strings.Split(strings.Repeat("--- ", len(headings)-1)+"---", " "))
	for _, row := range rows {
		line(row)
	}

	return text.String()
}
