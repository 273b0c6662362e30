package inject_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/inject"
)

func TestWhatCanNotBeReadEndsTheStreamBehindWholeDocuments(t *testing.T) {
	t.Parallel()
	const good = "kind: Pod\nspec:\n  containers:\n    - name: web\n"
	for name, test := range map[string]struct{ text, want string }{
		"a truncated document": {"kind: Pod\nspec:\n  containers: [{name: web", "in.yaml:8:"},
		"a tab":                {"kind: Pod\nspec:\n\tcontainers: []\n", "in.yaml:8:1"},
		"no UTF-8":             {"kind: Pod\nmetadata: {name: \"\xff\"}\n", "in.yaml:7:19: byte 0xff at offset 78"},
		"a key twice":          {"kind: Pod\nkind: Pod\n", `in.yaml:7:1: duplicate key "kind", first on line 6`},
		"aliases of aliases":   {bomb(), "aliases expand to more than"},
		"what aliases share in a List": {
			"kind: List\nitems:\n  - kind: Pod\n    metadata: {name: fine}\n    spec: {containers: [{name: web}]}\n" +
				"  - kind: Pod\n    metadata: {name: p}\n    spec: {containers: &c [{name: web}], x: *c}\n" +
				"  - kind: Pod\n    metadata: {name: q}\n    spec: {containers: &d [{name: web}], x: *d}\n",
			"in.yaml:11:5: Pod p can't be changed as it is written: &c (line 13) is shared with an alias, *c (write out in the Pod what it stands for)\nin.yaml:14:5: Pod q can't be changed as it is written: &d (line 16)",
		},
		"what an alias shares":    {"kind: Pod\nmetadata: {name: p}\nspec:\n  containers: &c\n    - {name: web}\n  x: *c\n", "in.yaml:6:1: Pod p can't be changed as it is written: &c (line 9) is shared"},
		"what a merge key shares": {"base: &b\n  containers: [{name: web}]\nkind: Pod\nmetadata: {name: p}\nspec:\n  <<: *b\n", "in.yaml:6:1: Pod p can't be changed as it is written: &b (line 6) is shared"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			injector := newInjector(t, sidecarA, inject.Options{All: true})
			text := good + "---\n" + test.text + "\n---\n" + good
			err := injector.Stream(t.Context(), "in.yaml", strings.NewReader(text), &out, nil)
			require.ErrorContains(t, err, test.want)
			first, _ := through(t, injector, good)
			assert.Equal(t, first, out.String())
		})
	}
}

// bomb is a document whose aliases stand for a billion values.
func bomb() string {
	text := "a0: &a0 [" + strings.Repeat("x, ", 9) + "x]\n"
	for n := range 9 {
		before, this := string(rune('0'+n)), string(rune('1'+n))
		text += "a" + this + ": &a" + this + " [" + strings.Repeat("*a"+before+", ", 9) + "*a" + before + "]\n"
	}

	return text
}

func TestADocumentThatIsTooLargeIsRefusedBeforeItIsHeld(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	endless := endless{}
	err := newInjector(t, sidecarA, inject.Options{}).Stream(t.Context(), "in.yaml", endless, &out, nil)
	require.ErrorContains(t, err, "in.yaml:1:1: a document has more than 64 MiB")
	assert.Empty(t, out.String())
}

// endless is a stream without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	return copy(p, bytes.Repeat([]byte("# "+strings.Repeat("x", 1000)+"\n"), 8)), nil
}

func TestAStreamEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	err := newInjector(t, sidecarA, inject.Options{}).Stream(ctx, "in.yaml", endless{}, &bytes.Buffer{}, nil)
	require.ErrorIs(t, err, context.Canceled)
}

func TestJSONHasADocumentALine(t *testing.T) {
	t.Parallel()
	out, _ := through(t, newInjector(t, sidecarB, inject.Options{JSON: true}), "kind: ConfigMap\ndata: {a: <b>}\n---\nkind: Pod\n")
	assert.Equal(t, "{\"data\":{\"a\":\"<b>\"},\"kind\":\"ConfigMap\"}\n{\"kind\":\"Pod\"}\n", out) //nolint:testifylint // To the byte.
}

func TestASidecarThatCanNotBeKnownAgainIsRefused(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":             "no release",
		"release: rel": "no name",
		"release: rel\ncontainer: {name: c}\nvolumes: [{}]":        "a volume of the sidecar has no name",
		"release: rel\ncontainer: {name: c}\nenv: [{env: [{}]}]":   "a variable that comes with the sidecar has no name",
		"release: rel\ncontainer: {name: c}\ncontainers: [{}]":     "field containers not found",
		"release: rel\ncontainer: {name: c}\nlabels: {a: b, a: c}": "already defined",
	} {
		_, err := inject.ParseSidecar([]byte(text))
		assert.ErrorContains(t, err, want)
	}
}

// TestNoMoreOfAStreamIsReadThanIsWrittenSoon holds what stands behind the last part that was written.
func TestNoMoreOfAStreamIsReadThanIsWrittenSoon(t *testing.T) {
	t.Parallel()
	injector := newInjector(t, sidecarA, inject.Options{All: true})
	synctest.Test(t, func(t *testing.T) {
		const documents, size = 40, 1 << 20
		in := &counted{Reader: strings.NewReader(strings.Repeat("kind: ConfigMap\n#"+strings.Repeat("x", size)+"\n---\n", documents))}
		out := waiting{make(chan struct{})}
		ended := make(chan error)
		go func() { ended <- injector.Stream(t.Context(), "in.yaml", in, out, nil) }()
		synctest.Wait()
		// 4 MiB are held, one more document is read, and the reader's buffer is full.
		assert.Less(t, in.read, 7*size)
		assert.Greater(t, in.read, 3*size)
		close(out.released)
		require.NoError(t, <-ended)
		assert.Greater(t, in.read, documents*size)
	})
}

// counted counts what is read.
type counted struct {
	io.Reader
	read int
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.read += n

	return n, err
}

// waiting writes nothing until it may.
type waiting struct{ released chan struct{} }

func (w waiting) Write(p []byte) (int, error) {
	<-w.released

	return len(p), nil
}
