package component

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// The short ways of writing a structure in the catalogue, which is large: a type, @ and the name of a shared structure,
// [] and {} before what a list or a map holds.
const (
	refMark  = "@"
	listMark = "[]"
	mapMark  = "{}"
)

// longStructure is a Structure that is written in full.
type longStructure Structure

// MarshalJSON writes a string where that says it all, else an object.
func (s *Structure) MarshalJSON() ([]byte, error) {
	var written any = (*longStructure)(s)
	if short, ok := s.short(); ok {
		written = short
	}

	return json.Marshal(written) //nolint:wrapcheck // Whoever writes the whole says what it is.
}

// UnmarshalJSON reads what MarshalJSON writes.
func (s *Structure) UnmarshalJSON(data []byte) error {
	if !bytes.HasPrefix(data, []byte(`"`)) {
		return json.Unmarshal(data, (*longStructure)(s)) //nolint:wrapcheck // Whoever reads the whole says what it is.
	}
	var short string
	if err := json.Unmarshal(data, &short); err != nil {
		return fmt.Errorf("reading the short form of a structure: %w", err)
	}
	read, err := parseStructure(short)
	*s = read

	return err
}

func (s *Structure) short() (string, bool) {
	if len(s.Keys) > 0 || s.Open || s.Optional || s.Bare || len(s.Refuse) > 0 || s.Since != "" || s.Before != "" {
		return "", false
	}
	switch {
	case s.Ref != "":
		return refMark + s.Ref, true
	case s.Of == nil:
		return string(s.Type), true
	}
	of, ok := s.Of.short()
	if s.Type == List {
		return listMark + of, ok
	}

	return mapMark + of, ok
}

func parseStructure(short string) (Structure, error) {
	switch {
	case strings.HasPrefix(short, refMark):
		return Structure{Ref: short[len(refMark):]}, nil
	case strings.HasPrefix(short, listMark):
		of, err := parseStructure(short[len(listMark):])

		return Structure{Type: List, Of: &of}, err
	case strings.HasPrefix(short, mapMark):
		of, err := parseStructure(short[len(mapMark):])

		return Structure{Type: Map, Of: &of}, err
	}
	switch t := Type(short); t {
	case Any, Map, List, String, Bool, Int, Uint, Float, Duration, PrometheusDuration, ID, Text:
		return Structure{Type: t}, nil
	default:
		return Structure{}, fmt.Errorf("no type of a structure is called %q", short)
	}
}
