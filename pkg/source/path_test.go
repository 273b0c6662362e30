package source_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

func TestPathsAreReadBackAsTheyAreWritten(t *testing.T) {
	tests := []struct {
		path source.Path
		text string
	}{
		{source.Path{}, ""},
		{source.Keys("spec", "replicas"), "spec.replicas"},
		{source.Keys("spec", "containers").Join(source.Index(0), source.Key("args")), "spec.containers[0].args"},
		{source.Keys("data", "config.yaml"), `data["config.yaml"]`},
		{source.Keys("config.yaml", "a"), `["config.yaml"].a`},
		{source.Path{source.Index(2), source.Index(0)}, "[2][0]"},
		{source.Keys("", `q"\`, "a[0]", "new\nline"), `[""]["q\"\\"]["a[0]"]["new\nline"]`},
		{source.Keys("otlp/2", "é-x"), "otlp/2.é-x"},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			assert.Equal(t, test.text, test.path.String())
			read, err := source.ParsePath(test.text)
			require.NoError(t, err)
			assert.Equal(t, test.path, read)
		})
	}
}

func TestBrokenPathsAreRefused(t *testing.T) {
	for _, text := range []string{"a..b", ".a", "a[", "a[x]", "a[-1]", `a["x`, `a["x"`, "a[0]b", "a.", `["\z"]`} {
		_, err := source.ParsePath(text)
		require.ErrorContains(t, err, "reading the path", text)
	}
}

func TestJoinLeavesItsReceiverAlone(t *testing.T) {
	base := source.Keys("a", "b")
	first, second := base.Join(source.Key("c")), base.Join(source.Key("d"))
	assert.Equal(t, "a.b.c", first.String())
	assert.Equal(t, "a.b.d", second.String())
	assert.Equal(t, "a.b", base.String())
	key, isKey := base[0].Key()
	assert.Equal(t, "a", key)
	assert.True(t, isKey)
	index, isIndex := source.Index(3).Index()
	assert.Equal(t, 3, index)
	assert.True(t, isIndex)
}

func TestPositionsSortByFileLineAndColumn(t *testing.T) {
	at := source.Position{File: "b", Line: 2, Column: 3}
	assert.Negative(t, source.Position{File: "a", Line: 9, Column: 9}.Compare(at))
	assert.Negative(t, source.Position{File: "b", Line: 1, Column: 9}.Compare(at))
	assert.Negative(t, source.Position{File: "b", Line: 2, Column: 2}.Compare(at))
	assert.Zero(t, at.Compare(at))
	assert.Equal(t, "-", source.Position{}.String())
	assert.Equal(t, "f", source.Position{File: "f"}.String())
}
