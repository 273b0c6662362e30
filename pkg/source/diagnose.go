package source

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// syntaxError words what the YAML package refused in a chunk. The package tells a line
// alone, and often that of an enclosing value, so the place is found anew: it is where
// the parser stops asking for more input. It had read so much of the chunk.
func (t *text) syntaxError(c chunk, read int, cause error) *Error {
	d := &diagnosis{text: t, chunk: c, cause: strings.TrimPrefix(cause.Error(), "yaml: ")}
	d.reported = c.line
	if m := yamlLine.FindStringSubmatch(d.cause); m != nil {
		line, err := strconv.Atoi(m[1])
		if err == nil {
			d.reported = c.line + line - 1
		}
		d.cause = strings.TrimPrefix(d.cause, m[0])
	}
	offset, ended := failureOffset(t.data[c.start:c.end], read)
	d.offset, d.ended = c.start+offset, ended
	if stop := d.offset - lookahead; !ended && stop >= c.start {
		d.line = t.lineOf(stop)
	} else {
		text := bytes.TrimRight(t.data[c.start:d.offset], " \t\r\n")
		d.line = t.lineOf(c.start + max(0, len(text)-1))
	}
	return d.error()
}

// lookahead is how many characters the YAML package reads from where it looks for a token.
const lookahead = 4

var yamlLine = regexp.MustCompile(`^line (\d+): `)

// diagnosis is what is known of a syntax error. Lines are indices of the text.
type diagnosis struct {
	text     *text
	chunk    chunk
	cause    string
	reported int  // the line that the YAML package names
	line     int  // the line on which it stopped
	offset   int  // the byte up to which it had read
	ended    bool // it stopped at the end of the document
}

// wording says of one of the YAML package's messages what to tell a person, and where.
type wording struct {
	cause   string
	message string
	hint    string
	place   func(*diagnosis) Position
}

const (
	hintSpaces = "indent with spaces; YAML takes no tabs there"
	hintIndent = "indent it like the lines that it belongs to"
	hintQuote  = "put the value in quotes"
)

func wordings() []wording {
	return []wording{
		{"mapping values are not allowed", `a second ": " in one value`,
			"quote the value, or put the key on a line of its own", (*diagnosis).lastColon},
		{"did not find expected key", "expected a key that fits the mapping around it", hintIndent, (*diagnosis).lineStart},
		{"did not find expected '-' indicator", `expected a list item ("- ")`, hintIndent, (*diagnosis).lineStart},
		{"block sequence entries are not allowed", "a list item is not allowed here",
			"put it on a line of its own, below its key", (*diagnosis).lineStart},
		{"could not find expected ':'", "expected ':' after the key", `write "key: value"`, (*diagnosis).reportedStart},
		{"found unknown escape character", "unknown escape in double quotes",
			`write \\ for a backslash, or use single quotes`, (*diagnosis).lastBackslash},
		{"did not find expected hexdecimal number", "expected hexadecimal digits after the escape",
			`write \\ for a backslash, or use single quotes`, (*diagnosis).lastBackslash},
		{"did not find expected alphabetic or numeric character", "expected an anchor's name after & or *",
			hintQuote, (*diagnosis).lastAnchor},
		{"did not find expected comment or line break", "expected the end of the line after | or >",
			"begin the text on the next line", (*diagnosis).lastIndicator},
		{"found unexpected end of stream", "the quote is not closed", "close it, or escape the quote inside it",
			(*diagnosis).reportedQuote},
		{"did not find expected ',' or ", "a [ or { is not closed, or a comma is missing", "close it",
			(*diagnosis).bracket},
		{"did not find expected node content", "expected a value", "write one, or null", (*diagnosis).lineStart},
		{"did not find expected <document start>", "the document has already ended before this line",
			hintIndent + ", or begin a new document with ---", (*diagnosis).lineStart},
		{"exceeded max depth of", fmt.Sprintf("nested deeper than %d levels", MaxDepth), "flatten the structure",
			(*diagnosis).lineStart},
		{"found character that cannot start any token", "a value can't begin with this character", hintQuote,
			(*diagnosis).reportedReserved},
	}
}

func (d *diagnosis) error() *Error {
	if at, ok := d.tab(); ok {
		return &Error{Position: at, Message: "a tab stands where indentation is wanted", Hint: hintSpaces}
	}
	if bytes.Contains(d.text.content(d.line), []byte("{{")) {
		return &Error{Position: d.lineStart(), Message: "a template stands where YAML is wanted: " + d.cause,
			Hint: "render the chart and give the manifests, or quote the value"}
	}
	if name, ok := strings.CutPrefix(d.cause, "unknown anchor '"); ok {
		name = strings.TrimSuffix(name, "' referenced")
		return &Error{Position: d.alias(name), Message: "the alias *" + name + " names no anchor above it",
			Hint: "define it with &" + name + ", or quote the value"}
	}
	if d.ended && strings.Contains(d.cause, "node content") && d.wrongBracket() >= 0 {
		d.cause = "did not find expected ',' or ']'"
	}
	for _, w := range wordings() {
		if strings.Contains(d.cause, w.cause) {
			return &Error{Position: w.place(d), Message: w.message, Hint: w.hint}
		}
	}
	return &Error{Position: d.lineStart(), Message: d.cause, Hint: "look at this line and the one before it"}
}

// tab finds a tab in the indentation of the line, or where a value is to begin.
func (d *diagnosis) tab() (Position, bool) {
	for _, i := range []int{d.line, d.text.lineOf(max(0, d.offset-1)), d.reported} {
		if i < d.chunk.line || i >= len(d.text.lines) {
			continue
		}
		content := d.text.content(i)
		indent := content[:len(content)-len(bytes.TrimLeft(content, " \t"))]
		if tab := bytes.IndexByte(indent, '\t'); tab >= 0 {
			return d.text.position(i, tab+1), true
		}
	}
	if strings.Contains(d.cause, "cannot start any token") || strings.Contains(d.cause, "tab character") {
		if tab := d.lastIndex("\t", false); tab >= 0 {
			return d.text.positionOf(tab), true
		}
	}
	return Position{}, false
}

// lastIndex finds the last of chars that was read on the failing line; -1 without one.
// What the parser had only looked ahead to does not count when it found a token wrong.
func (d *diagnosis) lastIndex(chars string, token bool) int {
	line := d.text.lines[d.line].offset
	end := min(d.offset, d.chunk.end)
	if token && !d.ended {
		end -= lookahead - 1
	}
	end = min(end, line+len(d.text.content(d.line)))
	i := bytes.LastIndexAny(d.text.data[line:max(line, end)], chars)
	if i < 0 {
		return -1
	}
	return line + i
}

func (d *diagnosis) at(offset int) Position {
	if offset < 0 {
		return d.lineStart()
	}
	return d.text.positionOf(offset)
}

func (d *diagnosis) lastColon() Position     { return d.at(d.lastIndex(":", true)) }
func (d *diagnosis) lastBackslash() Position { return d.at(d.lastIndex(`\`, false)) }
func (d *diagnosis) lastAnchor() Position    { return d.at(d.lastIndex("&*", false)) }
func (d *diagnosis) lastIndicator() Position { return d.at(d.lastIndex("|>", false)) }
func (d *diagnosis) lineStart() Position     { return d.firstCharacter(d.line) }
func (d *diagnosis) reportedStart() Position { return d.firstCharacter(d.reported) }

func (d *diagnosis) firstCharacter(i int) Position {
	i = max(d.chunk.line, min(i, len(d.text.lines)-1))
	content := d.text.content(i)
	return d.text.position(i, 1+len(content)-len(bytes.TrimLeft(content, " \t")))
}

func (d *diagnosis) reportedQuote() Position {
	i := max(d.chunk.line, min(d.reported, len(d.text.lines)-1))
	if quote := bytes.IndexAny(d.text.content(i), `"'`); quote >= 0 {
		return d.text.positionOf(d.text.lines[i].offset + quote)
	}
	return d.firstCharacter(i)
}

var reservedCharacter = regexp.MustCompile("(?:^|[\\s\\[{,])([@`%])")

// reportedReserved is where a value begins with a character that YAML reserves.
func (d *diagnosis) reportedReserved() Position {
	i := max(d.chunk.line, min(d.reported, len(d.text.lines)-1))
	if m := reservedCharacter.FindSubmatchIndex(d.text.content(i)); m != nil {
		return d.text.positionOf(d.text.lines[i].offset + m[2])
	}
	return d.firstCharacter(i)
}

func (d *diagnosis) bracket() Position { return d.at(d.wrongBracket()) }

// wrongBracket finds the bracket that closes another than was opened, else the last that
// stays open; -1 without one.
func (d *diagnosis) wrongBracket() int {
	var open []int
	quote := byte(0)
	for i := d.outermostLine(); i < min(d.offset, d.chunk.end); i++ {
		b := d.text.data[i]
		switch {
		case quote != 0:
			if b == quote {
				quote = 0
			}
		case b == '[' || b == '{':
			open = append(open, i)
		case len(open) == 0:
		case (b == '"' || b == '\'') && bytes.IndexByte([]byte("[{,: "), d.text.data[i-1]) >= 0:
			quote = b
		case b == ']' || b == '}':
			if last := open[len(open)-1]; d.text.data[last] != b-2 {
				return i
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) == 0 {
		return -1
	}
	return open[len(open)-1]
}

// outermostLine is the byte where the line of the outermost bracket begins: the YAML package
// names the line before it. Where that one has no bracket, it is the chunk's first byte.
func (d *diagnosis) outermostLine() int {
	if i := d.reported + 1; i < len(d.text.lines) && bytes.ContainsAny(d.text.content(i), "[{") {
		return max(d.chunk.start, d.text.lines[i].offset)
	}
	return d.chunk.start
}

func (d *diagnosis) alias(name string) Position {
	within := d.text.data[d.chunk.start:d.chunk.end]
	for from := 0; ; {
		i := bytes.Index(within[from:], []byte("*"+name))
		if i < 0 {
			return d.lineStart()
		}
		end := from + i + 1 + len(name)
		if end == len(within) || !isNameByte(within[end]) {
			return d.text.positionOf(d.chunk.start + from + i)
		}
		from = end
	}
}

func isNameByte(b byte) bool {
	return b == '_' || b == '-' || b >= '0' && b <= '9' || b|0x20 >= 'a' && b|0x20 <= 'z'
}

// failureOffset finds before which byte the parser stops, and whether that is the end. A
// second reading gives it the last stretch of what it had read byte by byte, so it can't read ahead.
func failureOffset(data []byte, read int) (offset int, ended bool) {
	m := &meter{data: data, slow: max(0, read-8<<10)}
	var y yaml.Node
	_ = decodeOne(m, &y) // the error is known
	return m.read, m.ended
}

// meter counts what is read of data; from byte slow on it gives one byte at a time.
type meter struct {
	data  []byte
	read  int
	slow  int
	ended bool
}

func (m *meter) Read(p []byte) (int, error) {
	if m.read >= len(m.data) {
		m.ended = true
		return 0, io.EOF
	}
	end := m.slow
	if m.read >= m.slow {
		end = m.read + 1
	}
	n := copy(p, m.data[m.read:end])
	m.read += n
	return n, nil
}
