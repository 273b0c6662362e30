package otelcol_test

import (
	"cmp"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/helm-otlp/helm-otlp/tests/otelcol"
	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

// TestReceiversAskForWhatTheValuesName runs what the chart makes of `auth` in each collector that has the extension:
// both protocols take data from who shows what stands in the Secret, and from nobody else.
func TestReceiversAskForWhatTheValuesName(t *testing.T) {
	sum := sha1.Sum([]byte("password"))
	tried := 0
	for name, c := range map[string]struct{ extension, secret, right, wrong string }{
		"gateway-bearer": {"bearertokenauth", "right", "Bearer right", "Bearer wrong"},
		"daemonset-basic": {
			"basicauth", "user:{SHA}" + base64.StdEncoding.EncodeToString(sum[:]) + "\n",
			"Basic " + base64.StdEncoding.EncodeToString([]byte("user:password")), "Basic " + base64.StdEncoding.EncodeToString([]byte("user:other")),
		},
	} {
		for _, distribution := range otelcol.Distributions() {
			t.Run(name+"/"+distribution.Version, func(t *testing.T) {
				if has, err := otelcol.Accepts(t.Context(), distribution.Binary(t), "extensions", c.extension); err != nil || !has {
					require.NoError(t, err)
					t.Skipf("the collector has no %s", c.extension)
				}
				config, env := asking(t, name, distribution, c.secret)
				collector := otelcol.Start(t, distribution.Binary(t), config, env)
				for shown, want := range map[string]struct {
					http int
					grpc string
				}{"": {http.StatusUnauthorized, "16"}, c.wrong: {http.StatusUnauthorized, "16"}, c.right: {http.StatusOK, "0"}} {
					assert.Equal(t, want.http, sentHTTP(t, collector.Endpoints.OTLPHTTP, shown), "HTTP with %q", shown)
					assert.Equal(t, want.grpc, sentGRPC(t, collector.Endpoints.OTLPGRPC, shown), "gRPC with %q", shown)
				}
				tried++
			})
		}
	}
	assert.GreaterOrEqual(t, tried, 3, "collectors that have an extension")
}

// asking is the config that the chart makes of a scenario with `auth`, fit for a machine, which has the Secret.
func asking(t *testing.T, scenario string, distribution otelcol.Distribution, secret string) (config string, env map[string]string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "credentials")
	require.NoError(t, os.WriteFile(file, []byte(secret), 0o600))
	manifests := rendered(t, filepath.Join(chart, "ci", "custom-resources", scenario+"-values.yaml"), "default", distribution)
	original := configOf(t, manifests)
	require.Contains(t, original, "/etc/otelcol-auth/credentials")
	rewritten, err := otelcol.Rewrite(original, otelcol.Machine{Dir: t.TempDir(), Sink: telemetry.StartSink(t, telemetry.SinkConfig{})})
	require.NoError(t, err)

	var from, document map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(original), &from))
	require.NoError(t, yaml.Unmarshal([]byte(rewritten.Config), &document))
	for protocol, settings := range protocolsOf(document) {
		// Other tests send without any.
		settings.(map[string]any)["auth"] = protocolsOf(from)[protocol].(map[string]any)["auth"]
	}
	named := 0
	for id, body := range document["extensions"].(map[string]any) {
		switch body := body.(map[string]any); {
		case strings.HasPrefix(id, "bearertokenauth/"):
			body["filename"] = file
			named++
		case strings.HasPrefix(id, "basicauth/"):
			body["htpasswd"] = map[string]any{"file": file}
			named++
		}
	}
	require.Equal(t, 1, named, "extensions that receivers ask")
	text, err := yaml.Marshal(document)
	require.NoError(t, err)

	return string(text), rewritten.Env
}

// protocolsOf are the settings of the receiver otlp, by protocol.
func protocolsOf(config map[string]any) map[string]any {
	return config["receivers"].(map[string]any)["otlp"].(map[string]any)["protocols"].(map[string]any)
}

// sentHTTP is the status of a request without any telemetry.
func sentHTTP(t *testing.T, address, authorization string) int {
	t.Helper()
	status, _ := sent(t, http.DefaultClient, "http://"+address+"/v1/traces", "application/json", "{}", authorization)

	return status
}

// sentGRPC is the status of a call without any telemetry.
func sentGRPC(t *testing.T, address, authorization string) string {
	t.Helper()
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	client := &http.Client{Transport: &http.Transport{Protocols: &protocols}}
	defer client.CloseIdleConnections()
	// An empty message, behind its length.
	_, status := sent(t, client, "http://"+address+"/opentelemetry.proto.collector.trace.v1.TraceService/Export", "application/grpc", "\x00\x00\x00\x00\x00", authorization)

	return status
}

// sent is the status that a server answers with, and that of gRPC where it gives one.
func sent(t *testing.T, client *http.Client, url, contentType, body, authorization string) (status int, grpc string) {
	t.Helper()
	request, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodPost, url, strings.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("TE", "trailers")
	if authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	response, err := client.Do(request)
	require.NoError(t, err)
	_, err = io.Copy(io.Discard, response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())

	return response.StatusCode, cmp.Or(response.Header.Get("Grpc-Status"), response.Trailer.Get("Grpc-Status"))
}
