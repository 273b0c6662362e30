package source_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

func TestSyntaxErrorsSayWhereAndHowToMend(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"tab in the indentation", "a:\n  b: 1\n\tc: 2\n", "f:3:1: a tab stands where indentation is wanted (indent with spaces; YAML takes no tabs there)"},
		{"tab after spaces", "a:\n  b:\n  \tc: 2\n", "f:3:3: a tab stands where indentation is wanted (indent with spaces; YAML takes no tabs there)"},
		{"line indented too little", "a: 1\nx:\n    b: 1\n  c: 2\n", "f:4:3: expected a key that fits the mapping around it (indent it like the lines that it belongs to)"},
		{"line indented too much", "a: 1\n  b: 2\n", "f:2:4: a second \": \" in one value (quote the value, or put the key on a line of its own)"},
		{"two colons", "a: 1\nb: x: y\n", "f:2:5: a second \": \" in one value (quote the value, or put the key on a line of its own)"},
		{"list item on the key's line", "a: - b\n", "f:1:1: a list item is not allowed here (put it on a line of its own, below its key)"},
		{"key among list items", "a:\n  - b\n  c: 1\n", "f:3:3: expected a list item (\"- \") (indent it like the lines that it belongs to)"},
		{"no colon", "a: 1\nword\nb: 2\n", "f:2:1: expected ':' after the key (write \"key: value\")"},
		{"quote not closed", "a: 1\nb: \"x\nc: 2\n", "f:2:4: the quote is not closed (close it, or escape the quote inside it)"},
		{"bracket not closed", "a: 1\nb: [1, [2]\n", "f:2:4: a [ or { is not closed, or a comma is missing (close it)"},
		{"bracket not closed, more follows", "a: [1, 2\nb: 2\n", "f:1:4: a [ or { is not closed, or a comma is missing (close it)"},
		{"bracket closed by the wrong one", "a: [1, 2}\nb: 2\n", "f:1:9: a [ or { is not closed"},
		{"short lines", "a:\n  b: 1\n c:\nd: 1\ne: 1\n", "f:3:2: expected a key that fits"},
		{"three colons", "a: b: c: d: e\nf: 1\n", "f:1:5: a second"},
		{"unknown anchor", "a: *ab\nb: *a\nc: &ab x\n", "f:1:4: the alias *ab names no anchor above it (define it with &ab, or quote the value)"},
		{"star as a value", "a: 1\nb: *.example.com\n", "f:2:4: expected an anchor's name after & or * (put the value in quotes)"},
		{"at sign", "a: @x\n", "f:1:4: a value can't begin with this character (put the value in quotes)"},
		{"percent", "a: %x\n", "f:1:4: a value can't begin with this character (put the value in quotes)"},
		{"unknown escape", "a: 1\nb: \"c:\\dir\"\n", "f:2:7: unknown escape in double quotes (write \\\\ for a backslash, or use single quotes)"},
		{"text after a block indicator", "a: | text\n", "f:1:4: expected the end of the line after | or > (begin the text on the next line)"},
		{"text after the end", "{a: 1}\nb: 2\n", "f:2:1: the document has already ended before this line (indent it like the lines that it belongs to, or begin a new document with ---)"},
		{"template", "a: 1\n{{ include \"x\" . }}\n", "f:2:1: a template stands where YAML is wanted: "},
		{"mapping as a key", "? {a: 1}\n: 2\n", "f:1:3: a mapping stands where a key is wanted (quote the key)"},
		{"merge of a scalar", "a: 1\n<<: x\n", "f:2:5: a scalar stands where `<<` wants a mapping or a list of them (name an anchored mapping)"},
		{"not UTF-8", "a: 1\nb: é\xe9\n", "f:2:5: byte 0xe9 at offset 10 is not UTF-8 (save the file as UTF-8)"},
		{"UTF-16", "\xff\xfea\x00", "f:1:1: byte 0xff at offset 0 is not UTF-8 (the file is UTF-16; save it as UTF-8)"},
		{"escape character", "a: \x1b[0m\n", "f:1:4: control character U+001B at offset 3 is not allowed in YAML (remove it, or write it as an escape in double quotes, such as \"\\x1b\")"},
		{"in a later document", "a: 1\n---\n# x\nb: [\n", "f:4:4: a [ or { is not closed, or a comma is missing (close it)"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := source.Parse("f", []byte(test.text))
			require.Error(t, err)
			assert.Contains(t, err.Error(), test.want)
		})
	}
}
