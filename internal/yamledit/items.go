package yamledit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// Items are those of a list, such as containers, that are put into many texts. How they are written is worked out once:
// each text is checked with a stand-in, which takes their place where it does what it should.
type Items struct {
	data  []any
	token string
	// block are their lines, flow and json how they stand between brackets.
	block, flow, json string
}

// standIn begins the names of stand-ins. A text that has it is written without.
const standIn = "stand-in-of-helm-otlp-"

// NewItems prepares items. The name is one that no other items of a text have.
func NewItems(name string, data []any) (*Items, error) {
	items := &Items{data: data, token: standIn + name + "-"}
	items.block = lines(data, 0, "\n")
	var ok, okJSON bool
	items.flow, ok = (&Text{}).flowItems(data)
	items.json, okJSON = (&Text{json: true}).flowItems(data)
	if !ok || !okJSON {
		return nil, fmt.Errorf("write %s: they can't be written in a line", name)
	}
	for _, text := range []string{items.block, "[" + items.flow + "]", "[" + items.json + "]"} {
		documents, err := source.Parse(name, []byte(text))
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", name, err)
		}
		if len(documents) != 1 || !reflect.DeepEqual(documents[0].Root.Any(), any(data)) {
			return nil, fmt.Errorf("write %s: they would not say the same", name)
		}
	}

	return items, nil
}

// Data are the items.
func (s *Items) Data() []any { return s.data }

// stand is the stand-in.
func (s *Items) stand() []any { return []any{map[string]any{"name": s.token}} }

// withStandIns are changes that write stand-ins, where the text lets them be found again.
func withStandIns(text []byte, changes []Change) ([]Change, bool) {
	if !bytes.HasSuffix(text, []byte("\n")) && !json.Valid(text) || bytes.Contains(text, []byte(standIn)) {
		return changes, false
	}
	stand, some := make([]Change, len(changes)), false
	for i, c := range changes {
		switch {
		case c.Items == nil:
		case c.Insert != nil:
			c.Insert, some = c.Items.stand(), true
		default:
			c.Value, some = c.Items.stand(), true
		}
		stand[i] = c
	}

	return stand, some
}

// settle writes the items in the place of their stand-ins.
func settle(text []byte, changes []Change, isJSON bool) ([]byte, bool) {
	known := map[string]*Items{}
	for _, c := range changes {
		if c.Items != nil {
			known[c.Items.token] = c.Items
		}
	}
	var out bytes.Buffer
	out.Grow(len(text) * 2)
	for {
		at := bytes.Index(text, []byte(standIn))
		if at < 0 {
			out.Write(text)

			return out.Bytes(), true
		}
		end := at + len(standIn)
		for end < len(text) && text[end] != '-' {
			end++
		}
		end = min(end+1, len(text))
		items := known[string(text[at:end])]
		if items == nil {
			return nil, false
		}
		from, to, written, ok := items.instead(text, at, end, isJSON)
		if !ok {
			return nil, false
		}
		out.Write(text[:from])
		out.WriteString(written)
		text = text[to:]
	}
}

// instead is what stands in the place of a stand-in, whose name is at a range of the text.
func (s *Items) instead(text []byte, at, end int, isJSON bool) (from, to int, written string, ok bool) {
	for _, form := range []struct{ before, after, items string }{
		{`{"name":"`, `"}`, s.json}, {`{name: `, `}`, s.flow},
	} {
		if (form.before[1] == '"') == isJSON && bytes.HasSuffix(text[:at], []byte(form.before)) && bytes.HasPrefix(text[end:], []byte(form.after)) {
			return at - len(form.before), end + len(form.after), form.items, true
		}
	}
	start := bytes.LastIndexByte(text[:at], '\n') + 1
	dash := bytes.TrimLeft(text[start:at], " ")
	next := bytes.IndexByte(text[end:], '\n')
	if string(dash) != "- name: " || next < 0 || len(bytes.TrimRight(text[end:end+next], "\r")) > 0 {
		return 0, 0, "", false
	}

	return start, end + next + 1, indented(s.block, len(text[start:at])-len(dash), string(text[end:end+next+1])), true
}

// indented are lines, further from the start.
func indented(lines string, indent int, eol string) string {
	var text strings.Builder
	text.Grow(len(lines) + indent*strings.Count(lines, "\n"))
	margin := strings.Repeat(" ", indent)
	for line := range strings.Lines(lines) {
		if line = strings.TrimSuffix(line, "\n"); line != "" {
			text.WriteString(margin)
			text.WriteString(line)
		}
		text.WriteString(eol)
	}

	return text.String()
}
