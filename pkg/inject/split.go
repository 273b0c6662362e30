package inject

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// A part of a stream holds one document, with the marker that begins it.
type part struct {
	text []byte
	// line and offset of the stream that it begins at, counted from 0.
	line, offset int
}

// A splitter parts a stream at the markers of its documents.
type splitter struct {
	name   string
	in     *bufio.Reader
	line   int
	offset int
	ended  bool
	ahead  []byte // the marker that ended the last part
	starts bool   // the next bytes begin a line
}

// lineBuffer is how much of a line is read at once.
const lineBuffer = 64 << 10

func newSplitter(name string, in io.Reader) *splitter {
	return &splitter{name: name, in: bufio.NewReaderSize(in, lineBuffer), starts: true}
}

// next is the next part, or nil at the end.
func (s *splitter) next() (*part, error) {
	p := &part{line: s.line, offset: s.offset, text: s.ahead}
	defer func() { s.offset += len(p.text) }()
	begun := len(s.ahead) > 0 // A marker or content was met.
	s.line += bytes.Count(s.ahead, []byte("\n"))
	s.ahead = nil
	for !s.ended {
		piece, err := s.in.ReadSlice('\n')
		if errors.Is(err, io.EOF) {
			s.ended = true
		} else if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return nil, fmt.Errorf("read %s: %w", source.Position{File: s.name, Line: s.line + 1, Column: 1}, err)
		}
		if len(p.text)+len(piece) > source.MaxBytes {
			return nil, source.Errors{{
				Position: source.Position{File: s.name, Line: p.line + 1, Column: 1},
				Message:  fmt.Sprintf("a document has more than %d MiB", source.MaxBytes>>20),
				Hint:     "split it: no object that large can be in a cluster",
			}}
		}
		starts := s.starts
		s.starts = bytes.HasSuffix(piece, []byte("\n"))
		if starts && begun && marker(piece, "---") {
			s.ahead = bytes.Clone(piece)

			return p, nil
		}
		p.text = append(p.text, piece...)
		if s.starts {
			s.line++
		}
		if starts && marker(piece, "...") {
			return p, nil
		}
		begun = begun || !starts || !blank(piece)
	}
	if len(p.text) == 0 {
		return nil, nil //nolint:nilnil // The end is no error.
	}

	return p, nil
}

// marker tells a line that begins or ends a document.
func marker(line []byte, mark string) bool {
	rest, ok := bytes.CutPrefix(line, []byte(mark))

	return ok && (len(rest) == 0 || bytes.IndexByte([]byte(" \t\r\n"), rest[0]) >= 0)
}

// blank tells a line that may stand before a document's marker: nothing, a comment or a directive.
func blank(line []byte) bool {
	line = bytes.TrimLeft(bytes.TrimPrefix(line, []byte("\uFEFF")), " \t\r\n")

	return len(line) == 0 || line[0] == '#' || line[0] == '%'
}
