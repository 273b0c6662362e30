package reliability

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/tests/cluster/figures"
	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

// document puts the summary into a Markdown file, in place of what stands there of the same scenarios and subjects. What
// this run has left out stays.
func (l *ledger) document(file string, day time.Time) error {
	l.writing.Lock()
	defer l.writing.Unlock()

	return figures.Rewrite(file, func(old string) string {
		table := tableCells(old)
		for _, r := range l.rows() {
			cells := append(r.cells(), day.Format(time.DateOnly))
			if i := slices.IndexFunc(table, func(old []string) bool { return slices.Equal(old[:2], cells[:2]) }); i >= 0 {
				table[i] = cells
			} else {
				table = append(table, cells)
			}
		}
		// Those of one scenario stand together.
		slices.SortStableFunc(table, func(a, b []string) int { return strings.Compare(a[0], b[0]) })

		return figures.Table(append(headings(), "day"), table)
	})
}

// tableCells returns the cells of a Markdown table without its heading.
func tableCells(text string) (table [][]string) {
	for line := range strings.Lines(text) {
		if cells := strings.Split(strings.Trim(line, "| \n"), " | "); len(cells) > 2 {
			table = append(table, cells)
		}
	}

	return table[min(2, len(table)):]
}

func TestADocumentKeepsWhatWasNotRunAgain(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "figures.md")
	require.NoError(t, os.WriteFile(file, []byte(figures.Begin+figures.End), 0o600))
	tally := func(sent int64) telemetry.Tally {
		return telemetry.Tally{Sent: sent, Accepted: sent, Delivered: sent}
	}
	var first, second ledger
	first.add(outcome{scenario: "drain", subject: "gateway", tally: tally(1)})
	first.add(outcome{scenario: "drain", subject: "sidecar", tally: tally(2)})
	require.NoError(t, first.document(file, time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)))
	second.add(outcome{scenario: "eviction", subject: "gateway", tally: tally(3)})
	second.add(outcome{scenario: "drain", subject: "sidecar", tally: tally(4)})
	require.NoError(t, second.document(file, time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)))

	content, err := os.ReadFile(file)
	require.NoError(t, err)
	var brief []string
	for _, cells := range tableCells(string(content)) {
		brief = append(brief, strings.Join([]string{cells[0], cells[1], cells[4], cells[len(cells)-1]}, " "))
	}
	assert.Equal(t, []string{"drain gateway 1 2026-01-02", "drain sidecar 4 2026-03-04", "eviction gateway 3 2026-03-04"}, brief)
}
