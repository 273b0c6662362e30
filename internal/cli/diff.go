package cli

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

var hunkHeader = regexp.MustCompile(`^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@$`)

// unified is the change of a file as patch reads it.
//
// Of go-udiff 0.4.1 the second number of a hunk's header lacks the lines between two edits of one hunk before it. It is
// the first number, and what the hunks before have added.
func unified(name, before, after string) string {
	lines := strings.SplitAfter(udiff.Unified(name, name, before, after), "\n")
	added := 0
	for i, line := range lines {
		header := hunkHeader.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if header == nil {
			continue
		}
		from, removes, adds := number(header[1], 0), number(header[2], 1), number(header[4], 1)
		if from > 0 && adds > 0 {
			to := "+" + strconv.Itoa(from+added)
			lines[i] = strings.Replace(line, "+"+header[3], to, 1)
		}
		added += adds - removes
	}

	return strings.Join(lines, "")
}

// number is the text's, or what stands for none.
func number(text string, otherwise int) int {
	if n, err := strconv.Atoi(text); err == nil {
		return n
	}

	return otherwise
}
