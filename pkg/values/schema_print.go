package values

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// lineWidth is up to where a value stands on one line.
const lineWidth = 100

// printJSON writes a value with sorted keys, a short object or list on one line: easy
// to read in a diff, and a third of the size of one line for each key.
func printJSON(value any) []byte {
	var b bytes.Buffer
	printValue(&b, value, "")
	return b.Bytes()
}

func printValue(b *bytes.Buffer, value any, indent string) {
	compact := oneLine(value)
	object, isObject := value.(map[string]any)
	list, isList := value.([]any)
	if !isObject && !isList || len(indent)+len(compact) <= lineWidth {
		b.WriteString(compact)
		return
	}
	open, end := "{", "}"
	if isList {
		open, end = "[", "]"
	}
	b.WriteString(open)
	separator := "\n"
	for _, key := range slices.Sorted(maps.Keys(object)) {
		b.WriteString(separator + indent + " " + oneLine(key) + ": ")
		printValue(b, object[key], indent+" ")
		separator = ",\n"
	}
	for _, item := range list {
		b.WriteString(separator + indent + " ")
		printValue(b, item, indent+" ")
		separator = ",\n"
	}
	b.WriteString("\n" + indent + end)
}

// oneLine writes JSON without escaping <, > and &. What comes from JSON always encodes.
func oneLine(value any) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return "null"
	}
	return strings.TrimSuffix(b.String(), "\n")
}
