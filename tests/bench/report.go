package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"time"
)

// What stands between the two in a page is replaced by the figures of a run.
const (
	begin = "<!-- Made by make bench. -->\n"
	end   = "<!-- End of what make bench makes. -->\n"
)

// intoPage writes what was measured into a page of the docs, with the day. Nothing of the page is lost where it fails.
func intoPage(page string, table []byte, day time.Time) error {
	text, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	before, rest, begins := strings.Cut(string(text), begin)
	_, after, ends := strings.Cut(rest, end)
	if !begins || !ends {
		return fmt.Errorf("%s has no place for figures: it wants a line %q and, below it, %q", page, strings.TrimSpace(begin), strings.TrimSpace(end))
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s%s\nMeasured on %s.\n\n```text\n%s```\n\n%s%s", before, begin, day.Format(time.DateOnly), table, end, after)
	temporary := page + ".new"
	if err := os.WriteFile(temporary, out.Bytes(), 0o644); err != nil {
		return err
	}

	return os.Rename(temporary, page)
}
