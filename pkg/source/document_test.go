package source_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

func parseOne(t *testing.T, text string) *source.Document {
	t.Helper()
	documents, err := source.Parse("f.yaml", []byte(text))
	require.NoError(t, err)
	require.Len(t, documents, 1)
	return documents[0]
}

func TestPositionsAreThoseOfTheFile(t *testing.T) {
	text := "# head\nmode: gateway\n---\nkind: ConfigMap\nlist:\n  - a\n  - name: b\n    é: {x: 1, y: [2, 3]}\n...\n# only a comment\n---\n---\nlast: 1\n"
	documents, err := source.Parse("f.yaml", []byte(text))
	require.NoError(t, err)
	require.Len(t, documents, 3)
	tests := []struct {
		document int
		path     string
		want     string
	}{
		{0, "mode", "f.yaml:2:1"},
		{1, "", "f.yaml:4:1"},
		{1, "kind", "f.yaml:4:1"},
		{1, "list", "f.yaml:5:1"},
		{1, "list[0]", "f.yaml:6:5"},
		{1, "list[1]", "f.yaml:7:5"},
		{1, "list[1].é", "f.yaml:8:5"},
		{1, "list[1].é.y", "f.yaml:8:15"},
		{1, "list[1].é.y[1]", "f.yaml:8:22"},
		{1, "list[1].é.missing.deeper", "f.yaml:8:5"},
		{1, "list[7]", "f.yaml:5:1"},
		{2, "last", "f.yaml:13:1"},
	}
	for _, test := range tests {
		path, err := source.ParsePath(test.path)
		require.NoError(t, err)
		assert.Equal(t, test.want, documents[test.document].Position(path).String(), test.path)
	}
	assert.Equal(t, "    é: {x: 1, y: [2, 3]}", documents[1].Line(8))
	assert.Empty(t, documents[1].Line(0))
	assert.Empty(t, documents[1].Line(99))
}

func TestOffsetLeadsToTheByteOfAPosition(t *testing.T) {
	text := "a: 1\r\né: {b: x}\r\n"
	document := parseOne(t, text)
	at := document.Lookup(source.Keys("é", "b")).Position()
	offset, ok := document.Offset(at)
	require.True(t, ok)
	assert.Equal(t, "x}", text[offset:offset+2])
	for _, outside := range []source.Position{{}, {Line: 1}, {Line: 9, Column: 1}, {Line: 1, Column: 9}} {
		_, ok = document.Offset(outside)
		assert.False(t, ok, outside)
	}
}

func TestLookupFindsValuesByKeyAndIndex(t *testing.T) {
	document := parseOne(t, "a: {b: [x, {c: 1}], '0': zero}\n")
	tests := []struct {
		name string
		path source.Path
		want any
	}{
		{"key and index", source.Keys("a", "b").Join(source.Index(1), source.Key("c")), 1},
		{"digits as an index", source.Keys("a", "b", "0"), "x"},
		{"index as a key", source.Keys("a").Join(source.Index(0)), "zero"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, document.Lookup(test.path).Any())
		})
	}
	for _, absent := range []source.Path{source.Keys("z"), source.Keys("a", "b", "c"), source.Keys("a", "b", "9"), source.Keys("a", "b", "0", "x")} {
		assert.Nil(t, document.Lookup(absent), absent.String())
	}
	assert.Equal(t, source.Mapping, document.Lookup(nil).Kind)
	assert.Nil(t, document.Root.Get("zzz"))
}

func TestScalarsAreVisitedInTheOrderOfTheFile(t *testing.T) {
	documents, err := source.Parse("f", []byte("a: &x [1, {b: 2}]\nc: *x\nd: {}\ne:\n"))
	require.NoError(t, err)
	var got []string
	documents[0].Root.Scalars(func(path source.Path, scalar *source.Node) {
		got = append(got, path.String()+"="+scalar.Value)
	})
	assert.Equal(t, []string{"a[0]=1", "a[1].b=2", "c[0]=1", "c[1].b=2", "e="}, got)
}

func TestAnyReadsScalarsAsTheCollectorDoes(t *testing.T) {
	document := parseOne(t, "[1, 0x10, 1.5, true, yes, ~, '1', 2001-01-01, 18446744073709551615, !own x, !!int '7', !!int x]\n")
	assert.Equal(t, []any{1, 16, 1.5, true, "yes", nil, "1", "2001-01-01", uint64(18446744073709551615), "x", 7, "x"},
		document.Root.Any())
}

func TestAliasesAndMergeKeysAreResolved(t *testing.T) {
	document := parseOne(t, "base: &b {x: 1, y: 2}\nuse: *b\nmore:\n  <<: *b\n  y: 3\nboth: {<<: [{z: 1}, *b]}\n")
	assert.Equal(t, map[string]any{
		"base": map[string]any{"x": 1, "y": 2},
		"use":  map[string]any{"x": 1, "y": 2},
		"more": map[string]any{"x": 1, "y": 3},
		"both": map[string]any{"x": 1, "y": 2, "z": 1},
	}, document.Root.Any())
	assert.Equal(t, "f.yaml:2:6", document.Root.Get("use").Position().String())
	assert.Equal(t, "f.yaml:1:11", document.Position(source.Keys("more", "x")).String())
}

func TestLinesAreCountedAsEditorsCountThem(t *testing.T) {
	tests := []struct{ name, text, path, want string }{
		{"carriage return and line feed", "a: 1\r\nb: 2\r\n", "b", "f.yaml:2:1"},
		{"lone carriage return", "a: 1\rb: 2\r", "b", "f.yaml:2:1"},
		{"byte order mark", "\uFEFFa: 1\nb: 2\n", "a", "f.yaml:1:1"},
		{"line separator in a quote is no line", "a: \"x\u2028y\"\nb: 2\n", "b", "f.yaml:2:1"},
		{"and the rest of its line is where it is seen", "[\"x\u2028y\", {b: 2}]\n", "[1].b", "f.yaml:1:10"},
		{"next line", "a: \"x\u0085y\"\nb: 2\n", "b", "f.yaml:2:1"},
		{"directive", "%YAML 1.1\n---\nb: 2\n", "b", "f.yaml:3:1"},
		{"wide characters", "{日本: 1, b: 2}\n", "b", "f.yaml:1:9"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path, err := source.ParsePath(test.path)
			require.NoError(t, err)
			assert.Equal(t, test.want, parseOne(t, test.text).Position(path).String())
		})
	}
}

func TestDocumentsWithoutContentAreLeftOut(t *testing.T) {
	for _, text := range []string{"", "\n", "# comment\n", "---\n", "---\n# x\n---\n...\n", "\uFEFF"} {
		documents, err := source.Parse("f.yaml", []byte(text))
		require.NoError(t, err, "%q", text)
		assert.Empty(t, documents, "%q", text)
	}
	assert.True(t, parseOne(t, "null\n").Root.IsNull())
}

// kubectl and jq print several objects one after another.
func TestJSONObjectsAfterOneAnotherAreDocuments(t *testing.T) {
	for text, want := range map[string][]string{
		"{\"a\": 1}\n{\"b\": {\"c\": 2}}\n":                          {"f.yaml:1:2", "f.yaml:2:2"},
		"{\n  \"a\": {\n    \"c\": 1\n  }\n} \n\n{\n  \"b\": 2\n}\n": {"f.yaml:2:3", "f.yaml:8:3"},
		"---\n{\"a\": 1}\r\n{\"b\": 2}\n---\n{\"c\": 3}\n":           {"f.yaml:2:2", "f.yaml:3:2", "f.yaml:5:2"},
		"{\n\"a\": [\n{\"x\": 1},\n{\"y\": 2}\n]\n}\n":               {"f.yaml:2:1"},
	} {
		documents, err := source.Parse("f.yaml", []byte(text))
		require.NoError(t, err, text)
		var at []string
		for _, document := range documents {
			at = append(at, document.Root.Pairs[0].Key.Position().String())
		}
		assert.Equal(t, want, at, text)
	}
	_, err := source.Parse("f.yaml", []byte("a: {}\n{}\n"))
	require.Error(t, err, "what does not begin as JSON is one document")
}

func TestEveryProblemOfAFileIsReported(t *testing.T) {
	documents, err := source.Parse("f.yaml", []byte("a: 1\na: 2\nb: {c: 1, c: 2}\n---\nx: [\n---\ngood: 1\n"))
	var problems source.Errors
	require.ErrorAs(t, err, &problems)
	require.Len(t, problems, 3)
	assert.Equal(t, "f.yaml:2:1: duplicate key \"a\", first on line 1 (keep one of the two, or merge what stands below them)\n"+
		"f.yaml:3:11: duplicate key \"c\", first on line 3 (keep one of the two, or merge what stands below them)\n"+
		"f.yaml:5:4: a [ or { is not closed, or a comma is missing (close it)", err.Error())
	var first *source.Error
	require.ErrorAs(t, err, &first)
	assert.Equal(t, 2, first.Line)
	require.Len(t, documents, 2)
	assert.Equal(t, map[string]any{"a": 1, "b": map[string]any{"c": 1}}, documents[0].Root.Any())
	assert.Equal(t, map[string]any{"good": 1}, documents[1].Root.Any())
}

func TestReadStopsAtAFailingReader(t *testing.T) {
	_, err := source.Read("", io.MultiReader(strings.NewReader("a: 1\n"), failing{}))
	require.ErrorContains(t, err, "reading -: broken")
	documents, err := source.Read("f", strings.NewReader("a: 1\n"))
	require.NoError(t, err)
	assert.Len(t, documents, 1)
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("broken") }

func TestHostileInputIsRefusedQuickly(t *testing.T) {
	bomb := "a0: &a0 [x]\n"
	for i := 1; i < 12; i++ {
		nine := strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 9)
		bomb += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(nine, ", "))
	}
	merges := "b: &b {x: 1}\n" + "c: &c {<<: [" + strings.Repeat("*b, ", 60_000) + "*b]}\n"
	tests := []struct{ name, text, message string }{
		{"too many bytes", strings.Repeat("#", source.MaxBytes+1), "more than the limit of"},
		{"too many values", strings.Repeat("[],", source.MaxDocumentValues), "more than 1000000 values"},
		{"too many values in all", strings.Repeat("---\na\n", source.MaxValues/20), "or 4000000 in one file"},
		{"deep flow sequences", strings.Repeat("[", 500_000), "nested deeper than 200 levels"},
		{"deep flow mappings", strings.Repeat("{a: ", 5_000) + strings.Repeat("}", 5_000), "nested deeper than 200 levels"},
		{"deep block sequences", strings.Repeat("- ", 5_000) + "x", "nested deeper than 200 levels"},
		{"alias bomb", bomb, "aliases expand to more than 100000 values"},
		{"merge bomb", merges, "aliases expand to more than 100000 values"},
		{"alias inside its anchor", "a: &a [1, *a]\n", "the alias *a stands inside the value that it names"},
		{"one long line", "a: \"" + strings.Repeat("x", 1<<20), "the quote is not closed"},
		{"null byte", "a: \x00\n", "control character U+0000 at offset 3"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			begun := time.Now()
			_, err := source.Parse("f.yaml", []byte(test.text))
			require.ErrorContains(t, err, test.message)
			assert.Less(t, time.Since(begun), time.Minute)
		})
	}
}

func TestManyEmptyDocumentsCostNothing(t *testing.T) {
	documents, err := source.Parse("f.yaml", []byte(strings.Repeat("---\n# x\n", 1_000_000)))
	require.NoError(t, err)
	assert.Empty(t, documents)
}

func TestLargestFileIsReadWithoutBlowingUp(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 64 MiB")
	}
	text := "text: |\n" + strings.Repeat("  "+strings.Repeat("x", 1021)+"\n", source.MaxBytes>>10-1)
	document := parseOne(t, text)
	assert.Greater(t, len(document.Root.Get("text").Value), 60<<20)
}

func TestRepositoryYAMLParses(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "charts", "otlp-collector", "values.yaml"))
	require.NoError(t, err)
	document := parseOne(t, string(data))
	assert.Equal(t, "gateway", document.Root.Get("mode").Value)
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"a: 1\n", "a: |\n  b: 1\n", "a: &a [*a]\n", "%YAML 1.1\n---\na\n...\n", "a: |2\n   x\n", "\"\u2028\": >\n x\n",
		"a: {<<: *b}", "? [a]\n: b", "\t", "a:\n\t- b", "- - - a", "{{ x }}", "!!int x", "a: !!str |\n  x: 1\n", "\xff", "*",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		documents, err := source.Parse("f", data)
		var problems source.Errors
		if err != nil && !errors.As(err, &problems) {
			t.Fatalf("unexpected error type %T", err)
		}
		lines := 1 + bytes.Count(data, []byte("\n")) + bytes.Count(data, []byte("\r"))
		for _, problem := range problems {
			if problem.Line < 0 || problem.Line > lines || problem.Message == "" {
				t.Fatalf("%v is outside of %d lines", problem, lines)
			}
		}
		for _, document := range documents {
			walk(t, document.Root, lines)
		}
	})
}

func walk(t *testing.T, n *source.Node, lines int) {
	t.Helper()
	if at := n.Position(); at.Line < 1 || at.Line > lines || at.Column < 1 {
		t.Fatalf("%v is outside of %d lines", at, lines)
	}
	n.Any()
	for _, pair := range n.Pairs {
		walk(t, pair.Key, lines)
		walk(t, pair.Value, lines)
	}
	for _, item := range n.Items {
		walk(t, item, lines)
	}
	if n.Kind == source.Scalar {
		embedded, _ := n.Embedded() // most scalars hold no YAML
		for _, document := range embedded {
			if at := document.Root.Position(); at.Line < 1 || at.Line > lines {
				t.Fatalf("embedded %v is outside of %d lines", at, lines)
			}
		}
	}
}

func TestALargeMappingIsLookedUpLikeASmallOne(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString("base: &base {k1: merged, more: merged}\nlarge:\n  <<: *base\n")
	for i := range 100 {
		fmt.Fprintf(&text, "  k%d: %d\n", i, i)
	}
	large := parseOne(t, text.String()).Root.Get("large")
	assert.Equal(t, "1", large.Get("k1").Value)
	assert.Equal(t, "99", large.Get("k99").Value)
	assert.Equal(t, "merged", large.Get("more").Value)
	assert.Nil(t, large.Get("k100"))
	assert.Nil(t, large.WithoutPairs().Get("k1"))
	assert.Len(t, large.Pairs, 101)
}
