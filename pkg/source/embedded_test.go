package source_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

func TestEmbeddedPositionsAreThoseOfTheOuterFile(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"literal", "x: 1\ndata:\n  c: |\n    a:\n      b: 1\n", "f.yaml:5:7"},
		{"literal after a comment line", "data:\n  c: | # config\n    # first\n    a:\n      b: 1\n", "f.yaml:5:7"},
		{"literal that begins with empty lines", "data:\n  c: |\n\n\n    a:\n      b: 1\n", "f.yaml:6:7"},
		{"literal with an indentation indicator", "data:\n  c: |2\n      a:\n        b: 1\n", "f.yaml:4:9"},
		{"literal with chomping", "data:\n  c: |-\n    a:\n      b: 1\n\n\n", "f.yaml:4:7"},
		{"literal with a tag", "data:\n  c: !!str |\n    a:\n      b: 1\n", "f.yaml:4:7"},
		{"literal with an anchor on its own line", "data:\n  c: &x\n    |\n    a:\n      b: 1\n", "f.yaml:5:7"},
		{"alias of a literal", "t: &x |\n  a:\n    b: 1\ndata:\n  c: *x\n", "f.yaml:3:5"},
		{"carriage returns", "data:\r\n  c: |\r\n    a:\r\n      b: 1\r\n", "f.yaml:4:7"},
		{"second document", "z: 1\n---\ndata:\n  c: |\n    a:\n      b: 1\n", "f.yaml:6:7"},
		{"wide characters before", "data:\n  c: |\n    a: {日本: 1, b: 1}\n", "f.yaml:3:16"},
		{"folded", "data:\n  c: >\n    {a: {b: 1}}\n", "f.yaml:2:6"},
		{"double quotes", "data:\n  c: \"a:\\n  b: 1\\n\"\n", "f.yaml:2:6"},
		{"plain", "data:\n  c: 'a: {b: 1}'\n", "f.yaml:2:6"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			documents, err := source.Parse("f.yaml", []byte(test.text))
			require.NoError(t, err)
			inner, err := documents[len(documents)-1].Lookup(source.Keys("data", "c")).Embedded()
			require.NoError(t, err)
			require.Len(t, inner, 1)
			assert.Equal(t, test.want, inner[0].Position(source.Keys("a", "b")).String())
		})
	}
}

func TestEmbeddedTextCanHoldEmbeddedText(t *testing.T) {
	outer := parseOne(t, "data:\n  c: |\n    top:\n      in: |\n        a: 1\n        b: 2\n    folded: >\n      {b: 2}\n")
	middle, err := outer.Lookup(source.Keys("data", "c")).Embedded()
	require.NoError(t, err)
	inner, err := middle[0].Lookup(source.Keys("top", "in")).Embedded()
	require.NoError(t, err)
	at := inner[0].Position(source.Keys("b"))
	assert.Equal(t, "f.yaml:6:9", at.String())
	assert.Equal(t, "        b: 2", inner[0].Line(at.Line))
	offset, ok := inner[0].Offset(at)
	require.True(t, ok)
	assert.Equal(t, 55, offset)
	folded, err := middle[0].Lookup(source.Keys("folded")).Embedded()
	require.NoError(t, err)
	assert.Equal(t, "f.yaml:7:13", folded[0].Position(source.Keys("b")).String())
}

func TestEmbeddedErrorsAreThoseOfTheOuterFile(t *testing.T) {
	document := parseOne(t, "data:\n  c: |\n    a: 1\n    a: 2\n  d: |\n    x: [\n    y: 1\n  e: 'a: ['\n")
	for key, want := range map[string]string{
		"c": "f.yaml:4:5: duplicate key \"a\", first on line 3",
		"d": "f.yaml:6:8: a [ or { is not closed",
		"e": "f.yaml:8:6: a [ or { is not closed",
	} {
		_, err := document.Lookup(source.Keys("data", key)).Embedded()
		require.ErrorContains(t, err, want)
	}
}
