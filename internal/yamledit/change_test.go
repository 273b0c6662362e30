package yamledit_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/internal/yamledit"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// at is a place in the first document.
func at(path string) yamledit.Place {
	parsed, err := source.ParsePath(path)
	if err != nil {
		panic(err)
	}

	return yamledit.Place{Path: parsed}
}

// inside is a place in the text at a path.
func inside(path, inner string) yamledit.Place {
	place := at(path)
	place.Inside = at(inner).Path

	return place
}

func TestAChangeIsMadeInTheText(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before  string
		changes []yamledit.Change
		after   string
	}{
		"a scalar, with its quotes and comment": {
			"a:\n  b: \"x\" # why\nc: 1\n",
			[]yamledit.Change{{Place: at("a.b"), Value: "y: z"}, {Place: at("c"), Value: 2}},
			"a:\n  b: \"y: z\" # why\nc: 2\n",
		},
		"a text that would be a number": {"a: x\n", []yamledit.Change{{Place: at("a"), Value: "10"}}, "a: \"10\"\n"},
		"a variable between braces":     {"a: {b: x}\n", []yamledit.Change{{Place: at("a.b"), Value: "${env:B}"}}, "a: {b: \"${env:B}\"}\n"},
		"a key of another name":         {"a:\n  # about b\n  b: {c: 1}\n", []yamledit.Change{{Place: at("a.b"), Rename: "d"}}, "a:\n  # about b\n  d: {c: 1}\n"},
		"a key less":                    {"a:\n  b: 1\n  # about c\n  c: 2\n", []yamledit.Change{{Place: at("a.b"), Remove: true}}, "a:\n  # about c\n  c: 2\n"},
		"the only key less":             {"a: # why\n  b: 1\nc: 2\n", []yamledit.Change{{Place: at("a.b"), Remove: true}}, "a: {} # why\nc: 2\n"},
		"a new key at the end of a map": {"a:\n  b: 1 # one\n\n# next\nc: 2", []yamledit.Change{{Place: at("a.d.e"), Value: 3}}, "a:\n  b: 1 # one\n  d:\n    e: 3\n\n# next\nc: 2"},
		"a new key after the last line": {"a:\n  b: 1", []yamledit.Change{{Place: at("a.c"), Value: "x"}}, "a:\n  b: 1\n  c: x"},
		"a new key between braces":      {"a: {b: 1}\n", []yamledit.Change{{Place: at("a.c.d"), Value: 2}}, "a: {b: 1, c: {d: 2}}\n"},
		"a new key behind a last comma": {"a: {b: 1,}\n", []yamledit.Change{{Place: at("a.c.d"), Value: 2}}, "a: {b: 1,c: {d: 2},}\n"},
		"an item behind a last comma":   {"a: [x, ]\n", []yamledit.Change{{Place: at("a[1]"), Value: "z"}}, "a: [x,z, ]\n"},
		"the last item with its comma":  {"a: [x, z, ]\n", []yamledit.Change{{Place: at("a[1]"), Remove: true}}, "a: [x, ]\n"},
		"the item behind a last comma":  {"a: [x,z, ]\n", []yamledit.Change{{Place: at("a[1]"), Remove: true}}, "a: [x, ]\n"},
		"behind ends of lines that are kept": {
			"a:\n  b: |+\n    x\n\n\nc: 1\n",
			[]yamledit.Change{{Place: at("a.d"), Value: 2}},
			"a:\n  b: |+\n    x\n\n\n  d: 2\nc: 1\n",
		},
		"a new key between no braces": {"a: {}\n", []yamledit.Change{{Place: at("a.c"), Value: 2}}, "a: {c: 2}\n"},
		"a key without a value":       {"a: # none\nb:\n  c:\n", []yamledit.Change{{Place: at("a.x"), Value: 1}, {Place: at("b.c"), Value: true}}, "a: # none\n  x: 1\nb:\n  c: true\n"},
		"a file of comments alone":    {"# nothing yet\n", []yamledit.Change{{Place: at("a.b"), Value: 1}}, "# nothing yet\na:\n  b: 1\n"},
		"a list in brackets":          {"a: [\"x\", y]\n", []yamledit.Change{{Place: at("a"), Value: []any{"y", "x", "z"}}}, "a: [y, \"x\", z]\n"},
		"a list in lines, with its comments": {
			"a:\n  - x # first\n  # about y\n  - y\nb: 1\n",
			[]yamledit.Change{{Place: at("a"), Value: []any{"y", "z", "x"}}},
			"a:\n  # about y\n  - y\n  - z\n  - x # first\nb: 1\n",
		},
		"an item less":             {"a:\n  - x\n  - y\n", []yamledit.Change{{Place: at("a[0]"), Remove: true}}, "a:\n  - y\n"},
		"an item more":             {"a:\n- x: 1 # one\nb: 2\n", []yamledit.Change{{Place: at("a[1]"), Value: map[string]any{"x": 2, "y": "z"}}}, "a:\n- x: 1 # one\n- x: 2\n  \"y\": z\nb: 2\n"},
		"an item more in brackets": {"a: [{x: 1}]\n", []yamledit.Change{{Place: at("a[1]"), Value: map[string]any{"x": 2}}}, "a: [{x: 1}, {x: 2}]\n"},
		"items in front, below the key": {
			"a:\n  # about x\n  - x: 1\n", []yamledit.Change{{Place: at("a[0]"), Insert: []any{map[string]any{"b": 2, "name": "m"}, map[string]any{"c": 3}}}},
			"a:\n  - name: m\n    b: 2\n  - c: 3\n  # about x\n  - x: 1\n",
		},
		"items behind": {
			"a:\n- x: 1\n# on\nb: 2", []yamledit.Change{{Place: at("a[1]"), Insert: []any{map[string]any{"c": 3}, map[string]any{"d": 4}}}},
			"a:\n- x: 1\n- c: 3\n- d: 4\n# on\nb: 2",
		},
		"items in front, in brackets": {
			"a: [{x: 1}]\n", []yamledit.Change{{Place: at("a[0]"), Insert: []any{map[string]any{"c": "d\ne"}}}}, "a: [{c: \"d\\ne\"}, {x: 1}]\n",
		},
		"items in front, in JSON": {
			`{"a": [{"x": 1}]}`, []yamledit.Change{{Place: at("a[0]"), Insert: []any{map[string]any{"c": "d"}}}}, `{"a": [{"c":"d"}, {"x": 1}]}`,
		},
		"a map less in a list": {
			"a:\n  - x: |\n      # no comment\n    y: 1\n  # about z\n  - z: 2\n", []yamledit.Change{{Place: at("a[0]"), Remove: true}},
			"a:\n  # about z\n  - z: 2\n",
		},
		"the last map less, and the line is not ended": {
			"a:\n  - x: 1\n  - y: 2\n    z: 3", []yamledit.Change{{Place: at("a[1]"), Remove: true}}, "a:\n  - x: 1",
		},
		"a map less in brackets": {"a: [{x: 1}, {y: 2} ]\n", []yamledit.Change{{Place: at("a[1]"), Remove: true}}, "a: [{x: 1} ]\n"},
		"an empty list": {
			"a: [] # none\nb: {}\n", []yamledit.Change{{Place: at("a"), Value: []any{map[string]any{"x": 1}}}, {Place: at("b"), Value: map[string]any{"c": 2}}},
			"a: # none\n  - x: 1\nb:\n  c: 2\n",
		},
		"an empty list between braces": {"{a: [], b: {}}\n", []yamledit.Change{{Place: at("a"), Value: []any{1}}}, "{a: [1], b: {}}\n"},
		"a null that is written":       {"a: null # none\nb: ~\n", []yamledit.Change{{Place: at("a.x"), Value: 1}, {Place: at("b"), Value: "y"}}, "a: # none\n  x: 1\nb: \"y\"\n"},
		"two keys at one place, the inner one first": {
			"a:\n  b:\n    c: 1\n", []yamledit.Change{{Place: at("a.e"), Value: 2}, {Place: at("a.b.d"), Value: 3}}, "a:\n  b:\n    c: 1\n    d: 3\n  e: 2\n",
		},
		"the first item of a list": {"a:\n  b: 1\n", []yamledit.Change{{Place: at("a.c[0]"), Value: "x"}}, "a:\n  b: 1\n  c:\n    - x\n"},
		"windows' line ends": {
			"a:\r\n  b: 1\r\n", []yamledit.Change{{Place: at("a.c"), Value: 2}}, "a:\r\n  b: 1\r\n  c: 2\r\n",
		},
		"a file that is JSON": {
			`{"a": {"b": "x"}, "c": ["d"]}`,
			[]yamledit.Change{{Place: at("a.b"), Value: "y"}, {Place: at("a.e"), Value: map[string]any{"f": "g"}}, {Place: at("c"), Value: []any{"h", "d"}}},
			`{"a": {"b": "y", "e":{"f":"g"}}, "c": ["h", "d"]}`,
		},
		"a list whose first item has a comment above": {
			"a:\n  # about x\n  - x\n  - y\n", []yamledit.Change{{Place: at("a"), Value: []any{"y", "x"}}}, "a:\n  - y\n  # about x\n  - x\n",
		},
		"a config in a text": {
			"data:\n  relay: |\n    receivers:\n      otlp: {} # here\n    service: {}\n",
			[]yamledit.Change{{Place: inside("data.relay", "receivers.otlp"), Rename: "zipkin"}, {Place: inside("data.relay", "service.x"), Value: "z"}},
			"data:\n  relay: |\n    receivers:\n      zipkin: {} # here\n    service: {x: z}\n",
		},
		"another document": {
			"a: 1\n---\na: 1\n", []yamledit.Change{{Place: yamledit.Place{Document: 1, Path: source.Keys("a")}, Value: 2}}, "a: 1\n---\na: 2\n",
		},
		"a mark of the byte order": {"\uFEFFa: 1\n", []yamledit.Change{{Place: at("a"), Value: 2}}, "\uFEFFa: 2\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			after, err := yamledit.Make("f.yaml", []byte(test.before), test.changes)
			require.NoError(t, err)
			assert.Equal(t, test.after, string(after))
		})
	}
}

func TestAChangeThatTheTextCanNotSayIsRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before string
		change yamledit.Change
	}{
		"what an alias shares":       {"a: &x {b: 1}\nc: *x\n", yamledit.Change{Place: at("a.b"), Value: 2}},
		"what a merge key brings":    {"a: &x\n  b: 1\nc:\n  <<: *x\n  d: 1\n", yamledit.Change{Place: at("c.b"), Value: 2}},
		"a text over several lines":  {"a: >\n  b\n  c\n", yamledit.Change{Place: at("a"), Value: "d"}},
		"a name that is there":       {"a: 1\nb: 2\n", yamledit.Change{Place: at("a"), Rename: "b"}},
		"what is not there":          {"a: 1\n", yamledit.Change{Place: at("b"), Remove: true}},
		"a map in a scalar's place":  {"a: 1\n", yamledit.Change{Place: at("a"), Value: map[string]any{"b": 1}}},
		"a key below a scalar":       {"a: x\n", yamledit.Change{Place: at("a.b"), Value: 1}},
		"a list with comments in it": {"a: [x, # first\n  y]\n", yamledit.Change{Place: at("a"), Value: []any{"y", "x"}}},
		"a config that is folded":    {"a: \"b: 1\"\n", yamledit.Change{Place: inside("a", "b"), Value: 2}},
		"a document too many":        {"a: 1\n", yamledit.Change{Place: yamledit.Place{Document: 1, Path: source.Keys("a")}, Value: 2}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := yamledit.Make("f.yaml", []byte(test.before), []yamledit.Change{test.change})
			assert.ErrorIs(t, err, yamledit.ErrWritten)
		})
	}
}

func TestChangesThatAreOfOneCommaAreMadeInTurn(t *testing.T) {
	t.Parallel()
	const before = "a: [{x: 1}, {y: 2}, {z: 3}]\n"
	documents, err := source.Parse("f.yaml", []byte(before))
	require.NoError(t, err)
	changes := []yamledit.Change{{Place: at("a[1]"), Remove: true}, {Place: at("a[2]"), Remove: true}}
	_, err = yamledit.Edit("f.yaml", []byte(before), documents, changes)
	require.ErrorIs(t, err, yamledit.ErrWritten)
	after, err := yamledit.EditInTurn("f.yaml", []byte(before), documents, changes)
	require.NoError(t, err)
	assert.Equal(t, "a: [{x: 1}]\n", string(after))
}

func TestItemsAreWrittenAsIfTheyWereNotPrepared(t *testing.T) {
	t.Parallel()
	items, err := yamledit.NewItems("test", []any{map[string]any{"name": "n", "b": "x\n\ny\n", "c": []any{1, true}}, map[string]any{"d": nil}})
	require.NoError(t, err)
	for _, before := range []string{
		"a:\n  - x: 1\n", "a:\n- x: 1", "a: [{x: 1}]\n", `{"a": [{"x": 1}]}`, "a:\r\n  - x: 1\r\n", "a:\n  - x: stand-in-of-helm-otlp-test-\n",
	} {
		documents, err := source.Parse("f.yaml", []byte(before))
		require.NoError(t, err)
		for _, path := range []string{"a[0]", "a[1]"} {
			plain := yamledit.Change{Place: at(path), Insert: items.Data()}
			prepared := plain
			prepared.Items = items
			want, err := yamledit.Edit("f.yaml", []byte(before), documents, []yamledit.Change{plain})
			require.NoError(t, err)
			got, err := yamledit.Edit("f.yaml", []byte(before), documents, []yamledit.Change{prepared})
			require.NoError(t, err)
			assert.Equal(t, string(want), string(got), before)
		}
	}
}
