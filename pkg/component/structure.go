package component

import "golang.org/x/mod/semver"

// Type is what a collector decodes a value of its config into.
type Type string

// The types of values.
const (
	Any      Type = "any"
	Map      Type = "map"
	List     Type = "list"
	String   Type = "string"
	Bool     Type = "bool"
	Int      Type = "int"
	Uint     Type = "uint" // a whole number that is not negative
	Float    Type = "float"
	Duration Type = "duration"
	ID       Type = "id" // a component's type, and /name
	// PrometheusDuration is one in the words of Prometheus, such as 1d12h.
	PrometheusDuration Type = "prometheus-duration"

	Text Type = "text" // a string, or what YAML takes for a number or a boolean
)

// In tells whether a version such as 0.161.0 has the key, as far as is known; an empty one is any.
func (s *Structure) In(version string) bool {
	minor := semver.MajorMinor("v" + version)
	switch {
	case minor == "":
		return true
	case s.Without != "" && semver.Compare(minor, "v"+s.Without) <= 0:
		return false
	default:
		return s.Before == "" || semver.Compare(minor, "v"+s.Before) < 0
	}
}

// Structure is the shape of a value in a collector's config.
type Structure struct {
	// Ref is the name of a shared structure that stands here; of the rest only Optional, Bare and the versions are set beside it.
	Ref  string `json:"ref,omitempty"`
	Type Type   `json:"type,omitempty"`
	// Keys are the known keys of a map, by name.
	Keys map[string]*Structure `json:"keys,omitempty"`
	// Of is the structure of a list's elements, or of the values of a map whose keys are free.
	Of *Structure `json:"of,omitempty"`
	// Open tells that a map takes keys beside those known: its component decodes them by itself.
	Open bool `json:"open,omitempty"`
	// OpenBefore is the first version seen that is no longer open; empty: it is still.
	OpenBefore string `json:"openBefore,omitempty"`
	// Optional tells that a map has the key enabled too, which leaves it out where it is false.
	Optional bool `json:"optional,omitempty"`
	// Bare tells that in the place of the map a text may stand.
	Bare bool `json:"bare,omitempty"`
	// Refuse are the cases in which upstream's own validation refuses what stands there, as far as they are understood.
	Refuse []Refusal `json:"refuse,omitempty"`
	// Since is the first version seen with the key, and Without the last one seen that lacks it; empty: always had.
	Since   string `json:"since,omitempty"`
	Without string `json:"without,omitempty"`
	// Before is the first version seen that no longer has the key, and Last the last one seen with it; empty: has it still.
	Before string `json:"before,omitempty"`
	Last   string `json:"last,omitempty"`
}
