package reliability

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/tests/cluster/figures"
	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

// document puts the summary into a Markdown file, in place of what stands there of the same scenarios and subjects. What
// this run has left out stays, and what more runs have shown than this one's, unless one of these has failed.
func (l *ledger) document(file string, day time.Time) error {
	l.writing.Lock()
	defer l.writing.Unlock()

	return figures.Rewrite(file, func(old string) string {
		table := tableCells(old)
		for _, r := range l.rows() {
			cells := append(r.cells(), day.Format(time.DateOnly))
			i := slices.IndexFunc(table, func(old []string) bool { return slices.Equal(old[:2], cells[:2]) })
			switch {
			case i < 0:
				table = append(table, cells)
			case r.failed > 0 || r.runs >= runsOf(table[i]):
				table[i] = cells
			}
		}
		// Those of one scenario stand together.
		slices.SortStableFunc(table, func(a, b []string) int { return strings.Compare(a[0], b[0]) })

		return figures.Table(append(headings(), "day"), table)
	})
}

// runsOf is how many runs a row of the table is of.
func runsOf(cells []string) int {
	count, _ := strconv.Atoi(cells[slices.Index(headings(), "runs")])

	return count
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
	for _, o := range []outcome{
		{scenario: "drain", subject: "gateway", tally: tally(1)}, {scenario: "drain", subject: "sidecar", tally: tally(2)},
		{scenario: "kill", subject: "gateway", tally: tally(3)}, {scenario: "kill", subject: "gateway", tally: tally(3)},
		{scenario: "scale", subject: "gateway", tally: tally(3)}, {scenario: "scale", subject: "gateway", tally: tally(3)},
	} {
		o.finished = true
		first.add(o)
	}
	require.NoError(t, first.document(file, time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)))
	second.add(outcome{scenario: "eviction", subject: "gateway", tally: tally(3), finished: true})
	second.add(outcome{scenario: "drain", subject: "sidecar", tally: tally(4), finished: true})
	second.add(outcome{scenario: "kill", subject: "gateway", tally: tally(5), finished: true})
	second.add(outcome{scenario: "scale", subject: "gateway", tally: tally(5), finished: true, failed: true})
	second.add(outcome{scenario: "node lost", subject: "gateway", failed: true})
	require.NoError(t, second.document(file, time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)))

	content, err := os.ReadFile(file)
	require.NoError(t, err)
	var brief []string
	for _, cells := range tableCells(string(content)) {
		brief = append(brief, strings.Join([]string{cells[0], cells[1], cells[3], cells[4], cells[6], cells[len(cells)-1]}, " "))
	}
	assert.Equal(t, []string{
		"drain gateway 1 0 1 2026-01-02", "drain sidecar 1 0 4 2026-03-04", "eviction gateway 1 0 3 2026-03-04",
		"kill gateway 2 0 6 2026-01-02", "node lost gateway 0 1 0 2026-03-04", "scale gateway 1 1 5 2026-03-04",
	}, brief)
}
