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
		switch i {
		case 10, 14, 18, 60: // Three edits of one hunk, and another.
		case 30, 34:
			after = append(after, line, "more", "and more")
		case 80:
			after = append(after, "another")
		default:
			after = append(after, line)
		}
	}
	diff := unified("f", strings.Join(before, "\n")+"\n", strings.Join(after, "\n")+"\n")

	hunks := 0
	var was, is int
	for _, line := range strings.Split(strings.TrimSuffix(diff, "\n"), "\n")[2:] {
		switch content := line[1:]; line[0] {
		case '@':
			header := hunkHeader.FindStringSubmatch(line)
			was, is = number(header[1], 0), number(header[3], 0)
			hunks++
		case '-':
			assert.Equal(t, before[was-1], content)
			was++
		case '+':
			assert.Equal(t, after[is-1], content)
			is++
		default:
			assert.Equal(t, before[was-1], content)
			assert.Equal(t, after[is-1], content)
			was, is = was+1, is+1
		}
	}
	assert.Equal(t, 4, hunks, diff)
}

func TestAFileThatBeginsOrEnds(t *testing.T) {
	assert.Equal(t, "--- f\n+++ f\n@@ -0,0 +1 @@\n+a\n", unified("f", "", "a\n"))
	assert.Equal(t, "--- f\n+++ f\n@@ -1 +0,0 @@\n-a\n", unified("f", "a\n", ""))
	assert.Empty(t, unified("f", "a\n", "a\n"))
}
