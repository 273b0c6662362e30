package ledger

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/helm-otlp/helm-otlp/tests/cluster/figures"
)

// pairs are our subjects and those of the official chart that they stand beside in a document.
func pairs() [][2]string {
	return [][2]string{
		{"gateway", "official deployment of three"}, {"gateway", "official deployment"}, {"gateway of one Pod", "official deployment"},
		{"daemonset", "official daemonset"},
	}
}

// beside is a table of what ours and the official chart's came to, of the rows of a document.
func beside(table [][]string) string {
	var lines [][]string
	for _, theirs := range table {
		for _, pair := range pairs() {
			i := slices.IndexFunc(table, func(ours []string) bool { return ours[0] == theirs[0] && ours[1] == pair[0] })
			if theirs[1] != pair[1] || i < 0 {
				continue
			}
			ours := table[i]
			both := func(of func(cells []string) string) string {
				if of(ours) == "" || of(theirs) == "" {
					return ""
				}

				return of(ours) + " / " + of(theirs)
			}
			column := func(name string) string {
				return both(func(cells []string) string { return cells[slices.Index(documentHeadings(), name)] })
			}
			lines = append(lines, []string{
				theirs[0], column("a second"), pair[0] + " / " + pair[1], column("runs"), both(lostARun), both(lostShare), both(missedShare), column("longest gap"),
				column("records/s per core"), column("day"),
			})
		}
	}

	return figures.Table([]string{"scenario", "a second", "ours / theirs", "runs", "lost a run", "lost", "missed", "longest gap", "records/s per core", "day"}, lines)
}

func documentHeadings() []string { return append(headings(), "day") }

// number is a cell of the table; false where it is blank.
func number(cells []string, heading string) (float64, bool) {
	value, err := strconv.ParseFloat(cells[slices.Index(documentHeadings(), heading)], 64)

	return value, err == nil
}

// lostARun is the mean of what a run lost.
func lostARun(cells []string) string {
	lost, _ := number(cells, "lost")
	runs, _ := number(cells, "runs")

	return fmt.Sprintf("%.0f", lost/max(runs, 1))
}

// lostShare is what was lost of what was accepted.
func lostShare(cells []string) string {
	lost, _ := number(cells, "lost")
	accepted, _ := number(cells, "accepted")

	return share(lost, accepted)
}

// missedShare is what was missed of what came due.
func missedShare(cells []string) string {
	missed, counted := number(cells, "missed")
	if !counted {
		return ""
	}
	sent, _ := number(cells, "sent")

	return share(missed, missed+sent)
}

func share(part, whole float64) string {
	if part == 0 || whole == 0 {
		return "0"
	}

	return fmt.Sprintf("%.2f%%", 100*part/whole)
}
