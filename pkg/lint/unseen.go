package lint

import "strings"

// Unseen says why the input does not show a collector's config.
type Unseen struct {
	// Field is where the collector is told what to read.
	Field Field
	// Reason is what holds the config, or what is wrong there.
	Reason string
	// Missing says that the collector does not find its config either, and so does not start.
	Missing bool
	// empty says that the collector reads nothing there, which it takes where it has more
	// to read.
	empty bool
}

// allOf joins why none of several places has a config: it is missing where it is missing in
// each, and else may be in one that the input does not show.
func allOf(unseen []*Unseen) *Unseen {
	var reasons []string
	empty := false
	for _, u := range unseen {
		if !u.Missing {
			return u
		}
		reasons = append(reasons, u.Reason)
		empty = empty || u.empty
	}
	return &Unseen{Reason: strings.Join(reasons, ", and "), Missing: true, empty: empty}
}
