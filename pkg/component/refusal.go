package component

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Refusal is a case in which upstream's own validation refuses a map, though its structure is right: all the terms hold.
type Refusal struct {
	// Each is the path of a list, whose elements the terms are about then; empty: the map itself.
	Each string `json:"each,omitempty"`
	If   []Term `json:"if"`
	// Since is the first version seen with it, and Last the last one; empty: all since the oldest, and still. Between Last and
	// the next version seen, nobody knows.
	Since string `json:"since,omitempty"`
	Last  string `json:"last,omitempty"`
	// Before is the next version seen, where that takes other words; else empty.
	Before string `json:"before,omitempty"`
}

// A Term is what holds of the value at a path. What is not written has its default.
type Term struct {
	// Path from the map that is refused, its keys parted by dots, with ~ for a dot in a key; empty: the element itself.
	Path string
	Op   Op
	// Values that Is and IsNot compare with, or the one of the others.
	Values []any
	// Other is the path of the value to compare with, in place of one of Values.
	Other string
}

// Op is what a term asks.
type Op string

// The ops.
const (
	NotGiven Op = "not-given" // nothing
	Given    Op = "given"
	Unset    Op = "unset" // nothing, "", 0 or false
	Set      Op = "set"
	Empty    Op = "empty" // no character, element or key
	NotEmpty Op = "not-empty"
	// NoRegexp is what Go does not compile.
	NoRegexp Op = "no-regexp"
	Regexp   Op = "regexp"
	Is       Op = "=" // one of the values
	IsNot    Op = "!="
	// IsAnyCase and IsNotAnyCase do not tell small letters from large ones.
	IsAnyCase    Op = "~"
	IsNotAnyCase Op = "!~"
	// Longer is of more elements or characters than the value, a number.
	Longer    Op = "longer"
	NotLonger Op = "not-longer"
	Less      Op = "<"
	AtMost    Op = "<="
	More      Op = ">"
	AtLeast   Op = ">="
	// Begins is of a text that does with the value.
	Begins    Op = "begins"
	NotBegins Op = "not-begins"
	// GateOn and GateOff are of one of the collector's feature gates, whatever stands at the path: the values are its name
	// and whether it is on by default.
	GateOn  Op = "gate-on"
	GateOff Op = "gate-off"
)

// unary tells whether an op compares with nothing.
func (o Op) unary() bool {
	return slices.Contains([]Op{NotGiven, Given, Unset, Set, Empty, NotEmpty, NoRegexp, Regexp}, o)
}

// Gate is the feature gate that the term is about, and whether the term holds while nobody has switched it.
func (t Term) Gate() (name string, holds, ok bool) {
	if t.Op != GateOn && t.Op != GateOff || len(t.Values) != 2 {
		return "", false, false
	}
	name, _ = t.Values[0].(string)
	on, _ := t.Values[1].(bool)

	return name, on == (t.Op == GateOn), true
}

// Not is the op that holds where this one does not.
func (o Op) Not() Op {
	pairs := [][2]Op{
		{NotGiven, Given}, {NoRegexp, Regexp}, {Longer, NotLonger}, {Unset, Set}, {Empty, NotEmpty}, {Is, IsNot}, {IsAnyCase, IsNotAnyCase}, {Less, AtLeast}, {AtMost, More}, {Begins, NotBegins}, {GateOn, GateOff},
	}
	for _, pair := range pairs {
		if o == pair[0] {
			return pair[1]
		}
		if o == pair[1] {
			return pair[0]
		}
	}

	return o
}

// String is the term as it stands in the catalogue: `path op`, `path op path` or `path op ["value"]`.
func (t Term) String() string {
	path := t.Path
	if path == "" {
		path = "."
	}
	switch {
	case t.Op.unary():
		return path + " " + string(t.Op)
	case t.Other != "":
		return path + " " + string(t.Op) + " " + t.Other
	default:
		values, err := json.Marshal(t.Values)
		if err != nil {
			return path + " " + string(t.Op) + " " + err.Error()
		}

		return path + " " + string(t.Op) + " " + string(values)
	}
}

// MarshalText writes what String does.
func (t Term) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (t *Term) UnmarshalText(text []byte) error {
	path, rest, _ := strings.Cut(string(text), " ")
	op, value, _ := strings.Cut(rest, " ")
	*t = Term{Path: strings.TrimPrefix(path, "."), Op: Op(op)}
	switch {
	case t.Op.unary():
		return nil
	case t.Op.Not() == t.Op:
		return fmt.Errorf("%q has no op", text)
	case strings.HasPrefix(value, "["):
		if err := json.Unmarshal([]byte(value), &t.Values); err != nil {
			return fmt.Errorf("reading what %q compares with: %w", text, err)
		}

		return nil
	case value == "":
		return errors.New("a term compares with nothing: " + string(text))
	default:
		t.Other = value

		return nil
	}
}

// Plain is a value of a term, or a default, as a config has it: a number without an exponent.
func Plain(value any) string {
	if number, ok := value.(float64); ok {
		return strconv.FormatFloat(number, 'f', -1, 64)
	}

	return fmt.Sprint(value)
}

// Same tells whether two refusals are of the same case, whenever they came.
func (r Refusal) Same(other Refusal) bool { return r.String() == other.String() }

// Widens tells whether it is of the same case as another one, but that it takes all of its words, and maybe more.
func (r Refusal) Widens(other Refusal) bool {
	return r.Each == other.Each && slices.EqualFunc(r.If, other.If, func(term, of Term) bool {
		if term.Op == IsNot && of.Op == IsNot && term.Path == of.Path {
			return !slices.ContainsFunc(of.Values, func(value any) bool { return !slices.Contains(term.Values, value) })
		}

		return term.String() == of.String()
	})
}

// String is the case in words of the catalogue.
func (r Refusal) String() string {
	terms := make([]string, len(r.If))
	for i, term := range r.If {
		terms[i] = term.String()
	}
	slices.Sort(terms)

	return r.Each + ": " + strings.Join(terms, " and ")
}
