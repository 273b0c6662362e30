package cli

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Each hunk says where its lines stand, before and after.
func TestHunksSayWhereTheyStand(t *testing.T) {
	var before, after []string
	for i := range 100 {
		line := fmt.Sprintf("line %d", i)
		before = append(before, line)
		switch {
		case i == 10, i == 14, i == 18, i == 60: // Three edits of one hunk.
		case i == 30, i == 34:
			after = append(after, line, "more", "and more")
		case i == 80:
			after = append(after, "another")
		default:
			after = append(after, line)
		}
	}
	diff := unified("f", strings.Join(before, "\n")+"\n", strings.Join(after, "\n")+"\n")

	hunks := 0
	var old, new int
	for _, line := range strings.Split(strings.TrimSuffix(diff, "\n"), "\n")[2:] {
		switch content := line[1:]; line[0] {
		case '@':
			header := hunkHeader.FindStringSubmatch(line)
			old, new = number(header[1], 0), number(header[3], 0)
			hunks++
		case '-':
			assert.Equal(t, before[old-1], content)
			old++
		case '+':
			assert.Equal(t, after[new-1], content)
			new++
		default:
			assert.Equal(t, before[old-1], content)
			assert.Equal(t, after[new-1], content)
			old, new = old+1, new+1
		}
	}
	assert.Equal(t, 4, hunks, diff)
}

func TestAFileThatBeginsOrEnds(t *testing.T) {
	assert.Equal(t, "--- f\n+++ f\n@@ -0,0 +1 @@\n+a\n", unified("f", "", "a\n"))
	assert.Equal(t, "--- f\n+++ f\n@@ -1 +0,0 @@\n-a\n", unified("f", "a\n", ""))
	assert.Empty(t, unified("f", "a\n", "a\n"))
}
