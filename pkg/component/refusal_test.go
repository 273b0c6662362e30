package component

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestATermIsReadAsItIsWritten(t *testing.T) {
	for text, want := range map[string]Term{
		`tls.cert_file unset`:     {Path: "tls.cert_file", Op: Unset},
		`. not-empty`:             {Op: NotEmpty},
		`timeout < [0]`:           {Path: "timeout", Op: Less, Values: []any{0.0}},
		`min_size > max_size`:     {Path: "min_size", Op: More, Other: "max_size"},
		`mode != ["a b","c"]`:     {Path: "mode", Op: IsNot, Values: []any{"a b", "c"}},
		`interval <= ["1s"]`:      {Path: "interval", Op: AtMost, Values: []any{"1s"}},
		`path begins ["/"]`:       {Path: "path", Op: Begins, Values: []any{"/"}},
		`. gate-off ["a.b",true]`: {Op: GateOff, Values: []any{"a.b", true}},
		`. !~ ["INFO","WARN",""]`: {Op: IsNotAnyCase, Values: []any{"INFO", "WARN", ""}},
	} {
		data, err := json.Marshal(want)
		require.NoError(t, err)
		var written string
		require.NoError(t, json.Unmarshal(data, &written))
		assert.Equal(t, text, written)
		var read Term
		require.NoError(t, json.Unmarshal(data, &read))
		assert.Equal(t, want, read)
	}
	var read Term
	require.ErrorContains(t, read.UnmarshalText([]byte("timeout is 0")), "has no op")
	require.ErrorContains(t, read.UnmarshalText([]byte("timeout <")), "compares with nothing")
	require.ErrorContains(t, read.UnmarshalText([]byte("timeout < [")), "reading what")
}

func TestEachOpHasAnOpposite(t *testing.T) {
	for _, op := range []Op{NotGiven, Given, NoRegexp, Regexp, Longer, NotLonger, Unset, Set, Empty, NotEmpty, Is, IsNot, IsAnyCase, IsNotAnyCase, Less, AtMost, More, AtLeast, Begins, NotBegins, GateOn, GateOff} {
		assert.NotEqual(t, op, op.Not())
		assert.Equal(t, op, op.Not().Not())
	}
}

func TestAGateHoldsWhileItIsAsItComes(t *testing.T) {
	for text, want := range map[string]bool{
		`. gate-on ["a",true]`: true, `. gate-on ["a",false]`: false, `. gate-off ["a",true]`: false, `. gate-off ["a",false]`: true,
	} {
		var term Term
		require.NoError(t, term.UnmarshalText([]byte(text)))
		name, holds, ok := term.Gate()
		assert.True(t, ok)
		assert.Equal(t, "a", name)
		assert.Equal(t, want, holds, text)
	}
	_, _, ok := Term{Path: "a", Op: Set}.Gate()
	assert.False(t, ok)
}

func TestARefusalWidensOneThatTakesFewerWords(t *testing.T) {
	words := func(path string, values ...any) Refusal {
		return Refusal{If: []Term{{Path: path, Op: IsNot, Values: values}, {Path: path, Op: Set}}}
	}
	assert.True(t, words("a", "x", "y").Widens(words("a", "x")))
	assert.False(t, words("a", "x").Widens(words("a", "x", "y")))
	assert.False(t, words("a", "x", "y").Widens(words("b", "x")))
	assert.False(t, words("a", "x", "y").Widens(Refusal{If: words("a", "x").If[:1]}))
}
