package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

// Nothing of a module is built, so that one for a newer Go than this is read all the same.
func TestAModuleForANewerGoIsRead(t *testing.T) {
	const goMod = "module example.com/newer\n\ngo 1.999.0\n"
	source := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(source, "go.mod"), []byte(goMod), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(source, "newer.go"), []byte("package newer\n"), 0o600))
	var archive bytes.Buffer
	require.NoError(t, zip.CreateFromDir(&archive, module.Version{Path: "example.com/newer", Version: "v1.2.3"}, source))
	answers := map[string]string{
		"/example.com/newer/@v/v1.2.3.info": `{"Version":"v1.2.3"}`, "/example.com/newer/@v/v1.2.3.mod": goMod,
		"/example.com/newer/@v/v1.2.3.zip": archive.String(),
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, ok := answers[r.URL.Path]
		if !ok {
			http.NotFound(w, r)

			return
		}
		_, _ = w.Write([]byte(answer))
	}))
	defer server.Close()
	p, err := newProxy(newServed(server.URL, nil))
	require.NoError(t, err)
	defer func() { require.NoError(t, p.close()) }()

	fetched, err := p.fetch(t.Context(), "example.com/newer", "v1.2.3")
	require.NoError(t, err)
	assert.FileExists(t, filepath.Join(fetched.dir, "newer.go"))

	_, err = p.fetch(t.Context(), "example.com/newer", "v1.2.4")
	assert.Error(t, err)
}
