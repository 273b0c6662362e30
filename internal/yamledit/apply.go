package yamledit

import (
	"bytes"
	"cmp"
	"slices"
)

// A Splice puts text in the place of the bytes of a range.
type Splice struct {
	From, To int
	Text     string
}

// Apply makes splices in a text; false where two are of the same place.
func Apply(text []byte, edits []Splice) ([]byte, bool) {
	slices.SortStableFunc(edits, func(a, b Splice) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	var out bytes.Buffer
	at := 0
	for _, e := range slices.Compact(edits) {
		if e.From < at {
			return nil, false
		}
		out.Write(text[at:e.From])
		out.WriteString(e.Text)
		at = e.To
	}
	out.Write(text[at:])

	return out.Bytes(), true
}
