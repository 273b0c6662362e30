package graph

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The longest texts in a drawing, in characters: an id's, and a collector's name.
const (
	widest     = 40
	widestName = 120
)

// label is what a node is called in a drawing.
func (n Node) label() string {
	switch {
	case n.ID == "":
		return "no " + string(n.Role)
	case n.Undefined:
		return shown(n.ID) + " (undefined)"
	}

	return shown(n.ID)
}

// class is by what the drawings tell nodes apart.
func (n Node) class() string {
	if n.Undefined {
		return "undefined"
	}

	return string(n.Role)
}

// title is what the collector is called in a drawing.
func (g Graph) title() string { return cut(g.Name, widestName) }

// shown is an id that anybody may have written as it can be shown.
func shown(id string) string { return cut(id, widest) }

// cut is a text without its middle where it is longer, of printable characters alone.
func cut(text string, most int) string {
	if utf8.RuneCountInString(text) > most {
		runes := []rune(text)
		text = string(runes[:most*2/3]) + "…" + string(runes[len(runes)-most/3:])
	}

	return printable(text)
}

// printable is a text in characters that have a form of their own and turn no direction of writing.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}

		return unicode.ReplacementChar
	}, text)
}
