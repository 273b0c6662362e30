package cli

import (
	"bytes"
	"io"
	"log"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/internal/cli"
)

// TestChartsOfARegistryAreLintedAsThoseOfAFolder has both Helms push the chart to a registry on loopback.
func TestChartsOfARegistryAreLintedAsThoseOfAFolder(t *testing.T) {
	const chart = "../../charts/otlp-collector"
	folder, _, code := runProgram(t, "lint", chart, "--set", "replicas=1")
	require.Zero(t, code)
	require.Contains(t, folder, "gateway-single-replica")

	for _, name := range []string{"helm3", "helm4"} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
			defer server.Close()
			repository := "oci://" + strings.TrimPrefix(server.URL, "http://") + "/charts"
			h, dir := newHelm(t, name), t.TempDir()
			for _, version := range []string{"0.0.1", "0.0.2-rc.1"} {
				_, stderr, code := h.run(t, "package", "charts/otlp-collector", "--version", version, "--destination", dir)
				require.Zero(t, code, stderr)
				_, stderr, code = h.run(t, "push", filepath.Join(dir, "otlp-collector-"+version+".tgz"), repository, "--plain-http")
				require.Zero(t, code, stderr)
			}

			stdout, stderr, code := runProgram(t, "lint", repository+"/otlp-collector", "--plain-http", "--set", "replicas=1")
			require.Zero(t, code, stderr)
			assert.Equal(t, strings.ReplaceAll(folder, chart+"/", "otlp-collector/"), stdout)

			manifests, stderr, code := runProgram(t, "template", repository+"/otlp-collector:0.0.2-rc.1", "--plain-http")
			require.Zero(t, code, stderr)
			assert.Contains(t, manifests, "helm.sh/chart: otlp-collector-0.0.2-rc.1")

			_, stderr, code = runProgram(t, "lint", repository+"/otlp-collector", "--plain-http", "--version", "^7")
			assert.Equal(t, 2, code)
			assert.Contains(t, stderr, "choose a version of "+repository+"/otlp-collector")
			_, stderr, code = runProgram(t, "lint", repository+"/nothing", "--plain-http")
			assert.Equal(t, 2, code)
			assert.Contains(t, stderr, repository+"/nothing")
		})
	}
}

// runProgram runs the program in this process, without Helm's environment.
func runProgram(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, chatter bytes.Buffer
	code = cli.Main(t.Context(), args, strings.NewReader(""), &out, &chatter, func(string) string { return "" })

	return out.String(), chatter.String(), code
}
