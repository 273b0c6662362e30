package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/internal/cli"
)

func TestASignalEndsTheProgramThoughItsInputNeverDoes(t *testing.T) {
	t.Parallel()
	stdin, writer := io.Pipe()
	defer func() { _ = writer.Close() }()
	ctx, cancel := context.WithCancelCause(t.Context())
	time.AfterFunc(100*time.Millisecond, func() { cancel(errors.New("interrupt signal received")) })
	var stdout, stderr bytes.Buffer
	code := cli.Main(ctx, []string{"lint", "-"}, stdin, &stdout, &stderr, func(string) string { return "" })
	assert.Equal(t, cli.ExitStopped, code)
	assert.Equal(t, "helm-otlp: stopped before the end: interrupt signal received\n", stderr.String())
	assert.Empty(t, stdout.String())
}

func TestAChartReachesTheNetworkByNoMeans(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		fmt.Fprint(w, "{}")
	}))
	defer server.Close()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"Chart.yaml":         "apiVersion: v2\nname: c\nversion: 1.0.0\nicon: " + server.URL + "\nsources: [" + server.URL + "]\n",
		"values.schema.json": `{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"$ref": "` + server.URL + `/a.json"}}}`,
		"values.yaml":        "a: 1\n",
	} {
		require.NoError(t, os.WriteFile(dir+"/"+name, []byte(text), 0o600))
	}
	_, stderr, code := runProgram(t, "template", dir)
	require.Zero(t, code, stderr)
	assert.Contains(t, stderr, "refers to "+server.URL+"/a.json, which is not in the chart and was not read")
	assert.Zero(t, asked.Load())
}

// TestARegistryThatPromisesTooMuchIsRefused has a registry name layers that no memory holds.
func TestARegistryThatPromisesTooMuchIsRefused(t *testing.T) {
	t.Parallel()
	const digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	manifest, err := json.Marshal(map[string]any{
		"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
		"config": map[string]any{"mediaType": "application/vnd.cncf.helm.config.v1+json", "digest": digest, "size": 2},
		"layers": []any{map[string]any{"mediaType": "application/vnd.cncf.helm.chart.content.v1.tar+gzip", "digest": digest, "size": 1 << 50}},
	})
	require.NoError(t, err)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "/manifests/") {
			w.Header().Set("Content-Type", "application/vnd.oci.image.manifest.v1+json")
			_, _ = w.Write(manifest)
		}
	}))
	defer server.Close()
	_, stderr, code := runProgram(t, "template", "oci://"+strings.TrimPrefix(server.URL, "http://")+"/c:1.0.0", "--plain-http")
	assert.Equal(t, 2, code, stderr)
	assert.Contains(t, stderr, "pull oci://")
}
