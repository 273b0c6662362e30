package yamledit

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// The YAML package takes a hundred kilobytes for each value that it writes. What is written most is written here, the same.

// Words that need no quotes, and numbers of base 16 that are no other numbers.
var (
	plainWord = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._/-]*$`)
	plainHash = regexp.MustCompile(`^[1-9][0-9a-f]*[abcdf][0-9a-f]*$`)
	plainJSON = regexp.MustCompile(`^\{[ -~]*$`)
	otherWord = regexp.MustCompile(`^(?i:y|n|yes|no|on|off|true|false|null)$`)
)

// quickScalar is a text as it is written, if it is one of these.
func quickScalar(text string) (string, bool) {
	switch {
	case plainWord.MatchString(text):
		return text, !otherWord.MatchString(text)
	case plainHash.MatchString(text):
		return text, true
	case plainJSON.MatchString(text):
		return "'" + strings.ReplaceAll(text, "'", "''") + "'", true
	default:
		return "", false
	}
}

// quickLines are the lines of maps, lists of maps and texts; false where another value is among them.
func quickLines(out *strings.Builder, value any, indent int) bool {
	margin := strings.Repeat(" ", indent)
	switch value := value.(type) {
	case map[string]any:
		keys := slices.Sorted(maps.Keys(value))
		for n, key := range keys {
			written, ok := quickScalar(key)
			if !ok || len(key) > 100 {
				return false
			}
			if n > 0 || indent == 0 {
				out.WriteString(margin)
			}
			out.WriteString(written + ":")
			if !quickValue(out, value[key], indent) {
				return false
			}
		}

		return len(keys) > 0
	case []any:
		for _, item := range value {
			fields, isMap := item.(map[string]any)
			if !isMap || len(fields) != 1 {
				return false
			}
			out.WriteString(margin + "- ")
			if !quickLines(out, fields, indent+2) {
				return false
			}
		}

		return len(value) > 0
	default:
		return false
	}
}

// quickValue is what stands behind a key.
func quickValue(out *strings.Builder, value any, indent int) bool {
	if text, isText := value.(string); isText {
		written, ok := quickScalar(text)
		out.WriteString(" " + written + "\n")

		return ok
	}
	out.WriteString("\n")
	if _, isMap := value.(map[string]any); isMap {
		out.WriteString(strings.Repeat(" ", indent+2))
	}

	return quickLines(out, value, indent+2)
}
