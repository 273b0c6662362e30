package ledger

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/helm-otlp/helm-otlp/tests/cluster/figures"
)

// document puts the summary into a Markdown file, and before it what ours came to beside the official chart. What stands there of other
// scenarios and subjects stays, and what more runs have shown than this one's, unless one of these has failed.
func (l *Ledger) document(file string, day time.Time) error {
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

		return beside(table) + "\n" + figures.Table(documentHeadings(), table)
	})
}

// runsOf is how many runs a row of the table is of.
func runsOf(cells []string) int {
	count, _ := strconv.Atoi(cells[slices.Index(headings(), "runs")])

	return count
}

// tableCells returns the cells of the table of all rows in a Markdown text, which is the last one there, without its heading.
func tableCells(text string) (table [][]string) {
	heading := "| " + strings.Join(documentHeadings(), " | ") + " |"
	if at := strings.Index(text, heading); at >= 0 {
		text = text[at:]
	}
	for line := range strings.Lines(text) {
		if cells := strings.Split(strings.Trim(line, "| \n"), " | "); len(cells) > 2 {
			table = append(table, cells)
		}
	}

	return table[min(2, len(table)):]
}
