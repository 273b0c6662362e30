package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"

	"gopkg.in/yaml.v3"
)

// What Parse takes. Beyond these it refuses, naming the limit.
const (
	// MaxBytes is the size of a file.
	MaxBytes = 64 << 20
	// MaxDocumentValues and MaxValues are the values of a document and of a file, as
	// estimated from the indicators in the text, before memory is spent on them.
	MaxDocumentValues = 1_000_000
	MaxValues         = 4_000_000
	// MaxDepth is how deeply mappings and sequences may nest.
	MaxDepth = 200
	// MaxAliasValues is how many values the aliases of a document may add to it.
	MaxAliasValues = 100_000
)

// Document is one YAML document of a file.
type Document struct {
	// Root is never nil.
	Root *Node

	text   *text
	shared map[*Node]*Anchor
}

// Shared is the anchor of the first value on a path that stands elsewhere in the document too, by an alias or a merge key;
// nil where none does.
func (d *Document) Shared(path Path) *Anchor {
	n, ok := d.Root, true
	for i := 0; ok; i++ {
		if anchor := d.shared[n]; anchor != nil || i == len(path) {
			return anchor
		}
		n, _, ok = n.step(path[i])
	}
	return nil
}

// Parse reads the documents of a file. The name is used in positions only.
//
// Documents without content are left out. What is wrong is returned as Errors, in the
// order of the file, together with every document that could be read: a document with
// a syntax error is missing, one with a duplicate key is there and holds the first.
func Parse(file string, data []byte) ([]*Document, error) {
	return ParsePart(file, data, 0, 0)
}

// ParsePart is Parse of a part of a file, in front of which so many lines and bytes stand: positions are those in the file.
func ParsePart(file string, data []byte, lines, bytesBefore int) ([]*Document, error) {
	if len(data) > MaxBytes {
		return nil, Errors{{
			Position: Position{File: file},
			Message:  fmt.Sprintf("the file has %d bytes, more than the limit of %d", len(data), MaxBytes),
			Hint:     "split it into several files",
		}}
	}
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	t := newText(file, data)
	t.before = bytesBefore
	for i := range t.lines {
		t.lines[i].line += lines
	}
	return t.parse()
}

// TooDeep is an error where the blocks of a file nest deeper than MaxDepth. It takes far less time than Parse, and sees
// none of what nests in one line.
func TooDeep(file string, data []byte) error {
	t := newText(file, data)
	for _, c := range t.split() {
		if err := t.tooDeep(c); err != nil {
			return Errors{err}
		}
	}
	return nil
}

// Read is Parse of all that the reader gives; it stops reading at MaxBytes.
func Read(file string, r io.Reader) ([]*Document, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", Position{File: file}, err)
	}
	return Parse(file, data)
}

// Lookup gives the value at the path, or nil.
func (d *Document) Lookup(path Path) *Node { return d.Root.Lookup(path) }

// Position tells where to edit the value at the path: at its key, or at the item of a
// sequence. Where the path ends in nothing, it is the nearest of its parents.
func (d *Document) Position(path Path) Position { return d.Root.PositionOf(path) }

// Line gives a line of the file that the document stands in, counted from 1 and
// without its break, for showing it under a message. It is empty outside the file.
func (d *Document) Line(n int) string {
	line, _, _ := d.text.fileLine(n)
	return line
}

// Offset gives the byte of the file at a position, for editing; false outside the file.
// A byte order mark at the start of the file is not counted.
func (d *Document) Offset(p Position) (int, bool) {
	l, ok := d.text.lineAt(p.Line)
	if !ok || p.Column < 1 {
		return 0, false
	}
	if l.ascii {
		return l.start + p.Column - 1, l.start+p.Column-1 <= l.end
	}
	column := 1
	for i := range string(d.text.outer.data[l.start:l.end]) {
		if column == p.Column {
			return l.start + i, true
		}
		column++
	}
	return l.end, column == p.Column
}

func (t *text) parse() ([]*Document, error) {
	if err := t.checkEncoding(); err != nil {
		return nil, Errors{err}
	}
	var documents []*Document
	var errs Errors
	chunks := t.split()
	if err := t.checkValues(chunks); err != nil {
		return nil, Errors{err}
	}
	for _, p := range t.parseChunks(chunks) {
		errs = append(errs, p.problems...)
		if p.document != nil {
			documents = append(documents, p.document)
		}
	}
	return documents, errs.orNil()
}

// parsed is what a chunk holds.
type parsed struct {
	document *Document
	problems Errors
}

// manyChunks are those of a file that is parsed on all processors. To start that for fewer takes longer than it saves.
const manyChunks = 64

func (t *text) parseChunks(chunks []chunk) []parsed {
	found := make([]parsed, len(chunks))
	workers := 1
	if len(chunks) >= manyChunks {
		workers = runtime.GOMAXPROCS(0)
	}
	var running sync.WaitGroup
	for worker := range workers {
		running.Go(func() {
			for i := worker; i < len(chunks); i += workers {
				found[i].document, found[i].problems = t.parseChunk(chunks[i])
			}
		})
	}
	running.Wait()
	return found
}

// checkValues refuses what would take too much memory, before any is spent on it.
func (t *text) checkValues(chunks []chunk) *Error {
	total := 0
	for _, c := range chunks {
		values := estimateValues(t.data[c.start:c.end])
		total += documentValues + values
		if values > MaxDocumentValues || total > MaxValues {
			return &Error{
				Position: t.position(c.line, 1),
				Message: fmt.Sprintf("more than %d values in one document or %d in one file",
					MaxDocumentValues, MaxValues),
				Hint: "split it into several documents or files",
			}
		}
	}
	return nil
}

// documentValues is what a document costs beyond its values, counted in values.
const documentValues = 40

// chunk is the part of a text that holds one document.
type chunk struct {
	start, end int
	line       int // index of its first line
}

// split cuts a text at its document markers: `---` and `...` at the start of a line
// mark a document wherever they stand, even inside a scalar. So does a `{` at the start of
// a line after the `}` of a JSON object, as kubectl and jq print several. Parts without
// content are left out.
func (t *text) split() []chunk {
	var chunks []chunk
	current := chunk{}
	directives, marked, content := false, false, false
	var objects stream
	cut := func(line int) {
		end := t.startOf(line)
		current.end = end
		if content || directives {
			chunks = append(chunks, current)
		}
		current = chunk{start: end, line: line}
		directives, marked, content = false, false, false
		objects = stream{}
	}
	for i := range t.lines {
		line := t.content(i)
		switch {
		case marks(line, "---"):
			if !directives || marked || content {
				cut(i)
			}
			marked = true
			content = hasContent(line[len("---"):])
		case marks(line, "..."):
			cut(i + 1)
		case bytes.HasPrefix(line, []byte("%")) && !marked && !content:
			directives = true
		default:
			if objects.next(line) {
				cut(i)
				objects.next(line)
			}
			content = content || hasContent(line)
		}
	}
	cut(len(t.lines))
	return chunks
}

// startOf is where a line begins, or the text ends.
func (t *text) startOf(line int) int {
	if line < len(t.lines) {
		return t.lines[line].offset
	}
	return len(t.data)
}

// stream tells where one of several JSON objects ends and the next one begins.
type stream struct{ begun, json, ended bool }

// next takes a line, and says whether a new object begins there.
func (s *stream) next(line []byte) bool {
	if !hasContent(line) {
		return false
	}
	opens := line[0] == '{'
	if s.json && s.ended && opens {
		return true
	}
	s.json = s.json || !s.begun && opens
	s.begun = true
	s.ended = bytes.HasSuffix(bytes.TrimRight(line, " \t\r"), []byte("}"))
	return false
}

// hasContent reports whether a line has more than blanks and a comment.
func hasContent(line []byte) bool {
	trimmed := bytes.TrimLeft(line, " \t")
	return len(trimmed) > 0 && trimmed[0] != '#'
}

func marks(line []byte, marker string) bool {
	rest, ok := bytes.CutPrefix(line, []byte(marker))
	return ok && (len(rest) == 0 || rest[0] == ' ' || rest[0] == '\t')
}

// estimateValues is at least the number of values: each needs an indicator or a line.
func estimateValues(data []byte) int {
	n := 1
	for i, b := range data {
		switch b {
		case '\n', '\r', ',', ':', '[', '{':
			n++
		case '-', '?':
			if i+1 < len(data) && (data[i+1] == ' ' || data[i+1] == '\t') {
				n++
			}
		}
	}
	return n
}

func (t *text) parseChunk(c chunk) (*Document, Errors) {
	data := t.data[c.start:c.end]
	var y yaml.Node
	if err := t.tooDeep(c); err != nil {
		return nil, Errors{err}
	}
	m := &meter{data: data, slow: len(data)}
	if err := decodeOne(m, &y); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, Errors{t.syntaxError(c, m.read, err)}
	}
	if len(y.Content) == 0 {
		return nil, nil
	}
	b := &builder{text: t, firstLine: c.line, anchored: map[*yaml.Node]anchor{}, shared: map[*Node]*Anchor{}}
	root, _ := b.build(y.Content[0], 0)
	if root.IsNull() && root.Value == "" {
		return nil, b.errs
	}
	return &Document{Root: root, text: t, shared: b.shared}, b.errs
}

// decodeOne reads the only document of r. The YAML package panics on some hostile
// input; that is an error like any other here.
func decodeOne(r io.Reader, y *yaml.Node) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("yaml: the parser gave up: %v", cause)
		}
	}()
	decoder := yaml.NewDecoder(r)
	if err := decoder.Decode(y); err != nil {
		return err //nolint:wrapcheck // syntaxError words it
	}
	var rest yaml.Node
	if err := decoder.Decode(&rest); errors.Is(err, io.EOF) {
		return nil
	} else if err != nil {
		return err //nolint:wrapcheck // syntaxError words it
	}
	return errors.New("yaml: did not find expected <document start>")
}
