package source_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// nested are blocks of that many levels, each begun by such a line.
func nested(levels int, opens string) string {
	var out strings.Builder
	for i := range levels {
		out.WriteString(strings.Repeat(" ", i) + fmt.Sprintf(opens, i) + "\n")
	}
	out.WriteString(strings.Repeat(" ", levels) + "x\n")

	return out.String()
}

func TestBlocksNestAsDeepAsTheyMay(t *testing.T) {
	t.Parallel()
	for _, opens := range []string{"a%d:", "a%d: &b # c", "a%d: !!map", "\"a %d\":  # a: b", "- #%d"} {
		for _, levels := range []int{10, 199, 200} {
			_, err := source.Parse("f", []byte(nested(levels, opens)))
			require.NoError(t, err, "%d levels of %q", levels, opens)
			require.NoError(t, source.TooDeep("f", []byte(nested(levels, opens))))
		}
		for _, levels := range []int{201, 202, 500} {
			_, err := source.Parse("f", []byte(nested(levels, opens)))
			require.ErrorContains(t, err, "nested deeper than 200 levels", "%d levels of %q", levels, opens)
		}
		assert.EqualError(t, source.TooDeep("f", []byte("x: 1\n---\n"+nested(500, opens))), "f:204:202: nested deeper than 200 levels (flatten the structure)")
	}
}

func TestTextThatLooksLikeBlocksIsNone(t *testing.T) {
	t.Parallel()
	inside := strings.ReplaceAll("\n"+nested(500, "a%d:"), "\n", "\n   ")
	siblings := ""
	for i := range 500 {
		siblings += fmt.Sprintf("k%d:\n  b:\n    c: 1\n", i)
	}
	for _, text := range []string{
		"a: |" + inside, "a: >-" + inside, "a: |+ # comment" + inside, "- b: |1-" + inside, "a:\n  - |" + inside,
		"# " + strings.ReplaceAll(nested(500, "a%d:"), "\n", "\n# "), siblings,
	} {
		_, err := source.Parse("f", []byte(text))
		assert.NoError(t, err, "%.40q", text)
	}
}
