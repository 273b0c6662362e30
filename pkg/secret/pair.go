package secret

import (
	"regexp"
	"strings"
)

// span is a part of a line.
type span struct{ start, end int }

// pairOf finds `key: value` and `key=value`, in block and flow style, in JSON and arguments.
var pairOf = regexp.MustCompile(`["']?([A-Za-z0-9_.\\/:-]*[A-Za-z0-9_])["']?(\s*:\s+|:?=\s*|\s*:)("(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s,{}\[\]'"|>#](?:\{[^}\n]*\}|[^,}\]\n])*)`)

// lastOf is the part of a dotted key that names the value.
var lastOf = regexp.MustCompile(`[^.:/]+$`)

// pairs are the values of a line that follow a secret's key.
func pairs(line string) []span {
	var found []span
	for from := 0; from < len(line); {
		m := pairOf.FindStringSubmatchIndex(line[from:])
		if m == nil {
			break
		}
		name := line[from+m[2] : from+m[3]]
		value := span{from + m[6], from + m[7]}
		if at := from + m[0]; at > 0 && (line[at-1] == '?' || line[at-1] == '&') { // A URL's.
			value.end = value.start + len(strings.SplitN(line[value.start:value.end], "&", 2)[0])
		}
		value.end = value.start + len(strings.TrimRight(commentless(line[value.start:value.end]), " \t\r\n"))
		if !Key(lastOf.FindString(name)) {
			from += m[6]

			continue
		}
		if secretive(strings.Trim(line[value.start:value.end], `"'`)) {
			found = append(found, value)
		}
		from = max(value.end, from+m[6]+1)
	}

	return found
}

// commentless is a value without the comment after it.
func commentless(value string) string {
	if value != "" && (value[0] == '"' || value[0] == '\'') {
		return value
	}
	if i := strings.Index(value, " #"); i >= 0 {
		return value[:i]
	}

	return value
}
