package diagnose

import (
	"encoding/json"
	"regexp"
	"strings"
	"time"
)

// A line is one that a collector has logged, or printed as it ended.
type line struct {
	namespace, pod string
	previous       bool
	level          string
	message        string
	// failure is the field error.
	failure string
	// kind and id are those of the component that speaks; empty: none does.
	kind, id string
	at       time.Time
	// text is the whole line.
	text string
}

// linesOf reads a log, in the collector's encoding json or console. What is printed without one is a line too; those that go
// on with an error are joined to it.
func linesOf(log Log) []line {
	var found []line
	ending := -1
	for text := range strings.SplitSeq(log.Text, "\n") {
		trimmed := strings.TrimSpace(text)
		switch {
		case trimmed == "" && ending < 0:
		case ending >= 0 && !strings.HasPrefix(trimmed, "{"):
			found[ending].message = strings.TrimSpace(found[ending].message + " " + trimmed)
			found[ending].text = found[ending].message
		default:
			ending = -1
			read := readLine(trimmed)
			read.namespace, read.pod, read.previous = log.Namespace, log.Pod, log.Previous
			found = append(found, read)
			// As the collector ends it prints its error, without a time, over several lines.
			if strings.HasPrefix(trimmed, "Error: ") {
				ending = len(found) - 1
			}
		}
	}

	return found
}

// klog is how client-go writes to a collector's standard error: level, month and day, time.
var klog = regexp.MustCompile(`^[IWEF](\d{4} \d{2}:\d{2}:\d{2}\.\d{6}) `)

// readLine reads one line.
func readLine(text string) line {
	found := line{text: text, message: text}
	if m := klog.FindStringSubmatch(text); m != nil {
		found.at, _ = time.Parse("0102 15:04:05.000000", m[1])
	}
	before, fields, hasFields := strings.Cut(text, "{")
	if !hasFields {
		return found
	}
	var read map[string]any
	if json.Unmarshal([]byte("{"+fields), &read) != nil {
		return found
	}
	if columns := strings.Split(strings.TrimSpace(before), "\t"); len(columns) >= 3 {
		// The console's: time, level, caller, message.
		found.at, _ = time.Parse("2006-01-02T15:04:05.000Z0700", columns[0])
		found.level, found.message = columns[1], columns[len(columns)-1]
	} else {
		found.level, found.message = word(read, "level"), word(read, "msg")
		found.at, _ = time.Parse(time.RFC3339Nano, word(read, "ts"))
	}
	found.failure = word(read, "error")
	// Before 0.124 the fields were kind and name.
	found.kind = word(read, "otelcol.component.kind", "kind", "type")
	found.kind = strings.ToLower(found.kind)
	found.id = word(read, "otelcol.component.id", "name", "id")

	return found
}

// word is the first of the fields that is there.
func word(fields map[string]any, names ...string) string {
	for _, name := range names {
		if text, ok := fields[name].(string); ok {
			return text
		}
	}

	return ""
}

// said is the message and the error, as one.
func (l line) said() string {
	if l.failure == "" {
		return l.message
	}

	return l.message + " " + l.failure
}

// evidence is what the log says, short.
func (l line) evidence() Evidence {
	of := "log of Pod " + l.namespace + "/" + l.pod
	if l.previous {
		of = "log of the container before, of Pod " + l.namespace + "/" + l.pod
	}
	says := l.said()
	if l.id != "" {
		says = l.id + ": " + says
	}

	return Evidence{Object: of, Says: shortened(says)}
}

// longest is how much of a line is shown.
const longest = 600

func shortened(text string) string {
	if len(text) <= longest {
		return text
	}

	return strings.ToValidUTF8(text[:longest], "") + "…"
}

// endings are the errors that a Pod's collector printed as it ended, the current container's first.
func (p *patient) endings(namespace, pod string) []line {
	var current, before []line
	for _, l := range p.lines {
		if l.namespace != namespace || l.pod != pod || !strings.HasPrefix(l.message, "Error: ") {
			continue
		}
		if l.previous {
			before = append(before, l)
		} else {
			current = append(current, l)
		}
	}

	return append(current, before...)
}
