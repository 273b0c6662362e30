package scale

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/helm-otlp/helm-otlp/tests/cluster/figures"
)

// A table is what one test has measured.
type table struct {
	title    string
	headings []string
	rows     [][]string
}

func (t *table) add(cells ...any) {
	row := make([]string, len(cells))
	for i, cell := range cells {
		row[i] = fmt.Sprint(cell)
	}
	t.rows = append(t.rows, row)
}

type tables []*table

// begin adds a table, which is printed with what it has at the end.
func (t *tables) begin(title string, headings ...string) *table {
	started := &table{title: title, headings: headings}
	*t = append(*t, started)

	return started
}

func (t tables) print(to io.Writer) {
	for _, one := range t {
		fmt.Fprintf(to, "\n%s\n", one.title)
		columns := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
		for _, row := range slices.Insert(slices.Clone(one.rows), 0, one.headings) {
			fmt.Fprintln(columns, strings.Join(row, "\t"))
		}
		_ = columns.Flush()
	}
}

// document puts the tables into a Markdown file, in place of those that it has.
func (t tables) document(file string) error {
	return figures.Rewrite(file, func(string) string {
		var text strings.Builder
		for _, one := range t {
			fmt.Fprintf(&text, "\n### %s\n\n%s", one.title, figures.Table(one.headings, one.rows))
		}

		return text.String()
	})
}
