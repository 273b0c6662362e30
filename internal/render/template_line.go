package render

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"helm.sh/helm/v3/pkg/chart"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// TemplateLine says which line of which template made a line of a manifest: of the file itself, or of one that it includes.
// To know, the chart is rendered once more with a comment at the end of each line of its templates, and what comes out is
// held against what came out before. Where a line was made in the middle of an action, it is the action's last.
//
// It takes as long as to render the chart a few times, and may be left behind as any rendering may.
func (r *Rendering) TemplateLine(file string, line int) (source.Position, bool) {
	if !r.marks.known(file) {
		r.marks.keep(file, r.markLines(file))
	}
	from, line, ok := r.marks.of(file).at(line)
	if !ok {
		return source.Position{}, false
	}
	at := source.Position{File: r.onDisk(from), Line: line, Column: 1}
	if text, ok := r.Line(at.File, line); ok {
		at.Column += len(text) - len(strings.TrimLeft(text, " \t"))
	}

	return at, true
}

// marks are manifests whose lines tell where they come from, by file.
type marks struct {
	mutex sync.Mutex
	lines map[string]markedLines
	// all are those of a rendering with marks in every template.
	all *markedManifests
}

func (m *marks) of(file string) markedLines {
	m.mutex.Lock()
	defer m.mutex.Unlock()

	return m.lines[file]
}

func (m *marks) known(file string) bool {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	_, known := m.lines[file]

	return known
}

func (m *marks) keep(file string, lines markedLines) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.lines == nil {
		m.lines = map[string]markedLines{}
	}
	m.lines[file] = lines
}

// markLines renders with marks, and checks that nothing else has changed. What a helper returns may be compared with a
// word. Then only the template's own lines are marked.
func (r *Rendering) markLines(file string) markedLines {
	if r.marks.all == nil {
		r.marks.all = r.withMarks("")
	}
	plain, _ := r.manifest(file)
	if lines, ok := r.marks.all.linesOf(file, plain); ok {
		return lines
	}
	lines, _ := r.withMarks(file).linesOf(file, plain)

	return lines
}

// markedManifests are manifests by file, and the templates by their numbers in marks.
type markedManifests struct {
	texts map[string][]byte
	files []string
}

// linesOf are the lines of a manifest, if it is the plain one but for its marks.
func (m *markedManifests) linesOf(file string, plain []byte) (markedLines, bool) {
	text, ok := m.texts[file]
	if !ok || !bytes.Equal(mark.ReplaceAll(text, nil), plain) {
		return markedLines{}, false
	}

	return markedLines{text: bytes.Split(text, []byte("\n")), files: m.files}, true
}

// withMarks renders one template with marks in it, or with none all of them. There is nothing where they can't be.
func (r *Rendering) withMarks(only string) *markedManifests {
	marked := &markedManifests{texts: map[string][]byte{}}
	again, tree, top, err := r.chart.merged(r.stack, r.Release)
	if err != nil {
		return marked
	}
	m := marker{only: only}
	m.mark(tree, tree.Name())
	if only != "" {
		narrow(tree, only)
	}
	if again, err = again.execute(tree, top); err != nil {
		return marked
	}
	marked.files = m.files
	for _, manifest := range again.Manifests {
		marked.texts[manifest.File] = manifest.Data
	}

	return marked
}

// onDisk is the name of a template with the folders of the charts around it, where Helm says their aliases.
func (r *Rendering) onDisk(template string) string {
	_, prefix := r.owner(template)
	parts := strings.SplitN(template, "/", 2*len(prefix)+2)
	if below := r.chart.below(prefix); below != nil {
		return below.prefix + "/" + parts[len(parts)-1]
	}

	return template
}

func (r *Rendering) manifest(file string) ([]byte, bool) {
	for _, m := range r.Manifests {
		if m.File == file {
			return m.Data, true
		}
	}

	return nil, false
}

// markedLines is a manifest whose lines tell where they come from.
type markedLines struct {
	text [][]byte
	// files are the templates, by their numbers in marks.
	files []string
}

// A mark is ` #` and, in brackets that no template has, the number of the template and the line.
var mark = regexp.MustCompile(` #⟦(\d+):(\d+)⟧`)

// at is where a line comes from: its first mark, or the next one below.
func (l markedLines) at(line int) (file string, from int, ok bool) {
	for i := max(line-1, 0); i < len(l.text); i++ {
		found := mark.FindSubmatch(l.text[i])
		if found == nil {
			continue
		}
		number, _ := strconv.Atoi(string(found[1]))
		from, _ := strconv.Atoi(string(found[2]))

		return l.files[number], from, true
	}

	return "", 0, false
}

// A marker puts marks into templates.
type marker struct {
	// only is the template that is marked; empty: all of them.
	only  string
	files []string
}

// mark gives a chart and those below it templates with marks.
func (m *marker) mark(c *chart.Chart, name string) {
	templates := make([]*chart.File, 0, len(c.Templates))
	for _, t := range c.Templates {
		full := name + "/" + t.Name
		if m.only == "" || m.only == full {
			m.files = append(m.files, full)
			t = &chart.File{Name: t.Name, Data: markLines(t.Data, len(m.files)-1)}
		}
		templates = append(templates, t)
	}
	c.Templates = templates
	for _, below := range c.Dependencies() {
		m.mark(below, name+"/charts/"+below.Name())
	}
}

// markLines puts a mark at the end of each line, but where it would stand inside an action, or alone: there it could keep
// an action from trimming what it trims.
func markLines(text []byte, file int) []byte {
	var out bytes.Buffer
	open := false
	for i, line := range bytes.Split(text, []byte("\n")) {
		if i > 0 {
			out.WriteByte('\n')
		}
		ended := bytes.TrimSuffix(line, []byte("\r"))
		out.Write(ended)
		began := open
		open = openAfter(ended, open)
		visible := bytes.TrimSpace(ended)
		switch trims := bytes.HasSuffix(visible, []byte("-}}")); {
		case open || len(visible) == 0:
		case !trims:
			fmt.Fprintf(&out, " #⟦%d:%d⟧", file, i+1)
		case !began && writes(visible):
			fmt.Fprintf(&out, `{{" #⟦%d:%d⟧" -}}`, file, i+1)
		}
		out.Write(line[len(ended):])
	}

	return out.Bytes()
}

// writes tells whether the action at the end of a line has output.
func writes(line []byte) bool {
	action := bytes.TrimLeft(line[max(0, bytes.LastIndex(line, []byte("{{"))):], "{- ")
	for _, word := range []string{"if", "else", "end", "with", "range", "define", "block", "$", "/*", "break", "continue"} {
		if bytes.HasPrefix(action, []byte(word)) {
			return false
		}
	}

	return true
}

// openAfter tells whether an action is open at the end of a line.
func openAfter(line []byte, open bool) bool {
	for {
		next, width := "{{", 2
		if open {
			next = "}}"
		}
		i := bytes.Index(line, []byte(next))
		if i < 0 {
			return open
		}
		line, open = line[i+width:], !open
	}
}
