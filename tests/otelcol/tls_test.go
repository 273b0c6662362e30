package otelcol_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/helm-otlp/helm-otlp/tests/otelcol"
	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

// TestReceiversServeWithTheCertificateOfTheValues runs what the chart makes of `tls` in each collector: both protocols
// speak TLS, refuse who has no certificate of the clients' authority, and take up a renewed certificate.
func TestReceiversServeWithTheCertificateOfTheValues(t *testing.T) {
	for _, distribution := range otelcol.Distributions() {
		t.Run(distribution.Version, func(t *testing.T) {
			servers, clients := newAuthority(t), newAuthority(t)
			certificate, authority := t.TempDir(), t.TempDir()
			mount := func(serial int64) {
				servers.issue(t, serial, certificate, "tls")
			}
			mount(1)
			clients.issue(t, 2, authority, "client")
			require.NoError(t, os.WriteFile(filepath.Join(authority, "ca.crt"), clients.pem(), 0o600))

			config, env := served(t, distribution, map[string]string{
				"/etc/otelcol-tls": certificate, "/etc/otelcol-client-ca": authority,
				// Sooner than it is in a cluster.
				"reload_interval: 1m": "reload_interval: 100ms",
			})
			collector := otelcol.Start(t, distribution.Binary(t), config, env)

			pair, err := tls.LoadX509KeyPair(filepath.Join(authority, "client.crt"), filepath.Join(authority, "client.key"))
			require.NoError(t, err)
			known := &tls.Config{RootCAs: servers.pool(), ServerName: "localhost", Certificates: []tls.Certificate{pair}, NextProtos: []string{"h2"}}
			stranger := known.Clone()
			stranger.Certificates = nil
			for _, address := range []string{collector.Endpoints.OTLPGRPC, collector.Endpoints.OTLPHTTP} {
				serial, err := shaken(address, known)
				require.NoError(t, err, address)
				assert.Equal(t, int64(1), serial)
				_, err = shaken(address, stranger)
				require.ErrorContains(t, err, "certificate required", address)
			}
			posted, err := post("https://"+collector.Endpoints.OTLPHTTP, known)
			require.NoError(t, err)
			assert.Equal(t, http.StatusOK, posted)
			posted, err = post("http://"+collector.Endpoints.OTLPHTTP, nil)
			assert.False(t, err == nil && posted == http.StatusOK, "taken without TLS")

			mount(3)
			assert.Eventually(t, func() bool {
				grpc, _ := shaken(collector.Endpoints.OTLPGRPC, known)
				http, _ := shaken(collector.Endpoints.OTLPHTTP, known)

				return grpc == 3 && http == 3
			}, time.Minute, 50*time.Millisecond, "a renewed certificate is taken up")
		})
	}
}

// served is the config that the chart makes of a scenario with certificates, fit for a machine, and with texts of the
// receivers' TLS replaced.
func served(t *testing.T, distribution otelcol.Distribution, replaced map[string]string) (config string, env map[string]string) {
	t.Helper()
	scenario := filepath.Join(chart, "ci", "custom-resources", "gateway-tls-secret-values.yaml")
	original := configOf(t, rendered(t, scenario, "default", distribution))
	rewritten, err := otelcol.Rewrite(original, otelcol.Machine{Dir: t.TempDir(), Sink: telemetry.StartSink(t, telemetry.SinkConfig{})})
	require.NoError(t, err)

	var from, into map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(original), &from))
	require.NoError(t, yaml.Unmarshal([]byte(rewritten.Config), &into))
	for name, settings := range protocolsOf(into) {
		text, err := yaml.Marshal(protocolsOf(from)[name].(map[string]any)["tls"])
		require.NoError(t, err)
		for old, instead := range replaced {
			require.Contains(t, string(text), old)
			text = []byte(strings.ReplaceAll(string(text), old, instead))
		}
		var secured map[string]any
		require.NoError(t, yaml.Unmarshal(text, &secured))
		settings.(map[string]any)["tls"] = secured
	}
	text, err := yaml.Marshal(into)
	require.NoError(t, err)

	return string(text), rewritten.Env
}

// shaken is the serial number of the certificate that a server shows. A server tells a client that it wants none of it
// after the client's end of the handshake.
func shaken(address string, config *tls.Config) (int64, error) {
	connection, err := tls.Dial("tcp", address, config)
	if err != nil {
		return 0, err
	}
	defer func() { _ = connection.Close() }()
	if err := connection.SetReadDeadline(time.Now().Add(300 * time.Millisecond)); err != nil {
		return 0, err
	}
	_, err = connection.Read(make([]byte, 1))
	if waits := net.Error(nil); err != nil && (!errors.As(err, &waits) || !waits.Timeout()) {
		return 0, err
	}

	return connection.ConnectionState().PeerCertificates[0].SerialNumber.Int64(), nil
}

// post sends an OTLP request without any telemetry.
func post(server string, config *tls.Config) (status int, err error) {
	client := http.Client{Transport: &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: config != nil}}
	defer client.CloseIdleConnections()
	response, err := client.Post(server+"/v1/traces", "application/json", strings.NewReader("{}"))
	if err != nil {
		return 0, err
	}

	return response.StatusCode, response.Body.Close()
}

// An authority issues certificates.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "an authority"}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	certificate, err := x509.ParseCertificate(raw)
	require.NoError(t, err)

	return &authority{certificate, key}
}

func (a *authority) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.certificate.Raw})
}

func (a *authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.certificate)

	return pool
}

// issue writes NAME.crt and NAME.key into a folder, for localhost.
func (a *authority) issue(t *testing.T, serial int64, folder, name string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: fmt.Sprint(name, serial)}, NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"localhost"}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key.Public(), a.key)
	require.NoError(t, err)
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	for file, block := range map[string]*pem.Block{
		name + ".crt": {Type: "CERTIFICATE", Bytes: raw}, name + ".key": {Type: "PRIVATE KEY", Bytes: encoded},
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, file), pem.EncodeToMemory(block), 0o600))
	}
}
