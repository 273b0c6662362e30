package secret_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/helm-otlp/helm-otlp/pkg/secret"
)

func TestKeysOfSecretsAreToldFromThoseThatPointAtOne(t *testing.T) {
	t.Parallel()
	for _, key := range []string{
		"password", "PASSWORD", "db_password", "token", "api_key", "apiKey", "x-api-key", "DD_API_KEY", "Authorization", "client_secret",
		"clientSecret", "secret", "secret_key", "bearer_token", "private_key", "key_pem", "access_key", "credentials", "Cookie",
		"connection_string", "x-honeycomb-team", "license-key", "passphrase", "auth", "sas_token",
	} {
		assert.True(t, secret.Key(key), key)
	}
	for _, key := range []string{
		"secretName", "existingSecret", "secretKeyRef", "imagePullSecrets", "token_file", "token_url", "automountServiceAccountToken", "key", "key_file",
		"password_file", "credentials_file", "endpoint", "name", "monkey", "auth_type", "tokenExpirationSeconds", "bearer_token_file",
	} {
		assert.False(t, secret.Key(key), key)
	}
}

func TestALineIsShownWithoutItsSecrets(t *testing.T) {
	t.Parallel()
	var none secret.Mask
	for line, want := range map[string]string{
		`  password: hunter2`:                                      `  password: ****`,
		`  "api_key": "a b\"c", b: 1`:                              `  "api_key": ****, b: 1`,
		`{user: me, token: 'abcd', x: 1}`:                          `{user: me, token: ****, x: 1}`,
		`exporters.otlp.headers.authorization=Bearer abcdefgh,a=1`: `exporters.otlp.headers.authorization=****,a=1`,
		`password: hunter2 # mine`:                                 `password: **** # mine`,
		`password: ${env:PASSWORD}`:                                `password: ${env:PASSWORD}`,
		`endpoint: https://me:hunter2@host:4318/x`:                 `endpoint: https://****@host:4318/x`,
		`endpoint: https://host/x?api_key=hunter2&a=b`:             `endpoint: https://host/x?api_key=****&a=b`,
		`x: Bearer abcdefgh12345`:                                  `x: Bearer ****`,
		`secretName: gateway-tls`:                                  `secretName: gateway-tls`,
		`exporters::otlp::token: abcdef`:                           `exporters::otlp::token: ****`,
		`token: 123456`:                                            `token: ****`,
		`a: eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc`:              `a: ****`,
		`password:`:                  `password:`,
		`password: "unclosed secret`: `password: ****`,
	} {
		assert.Equal(t, want, none.Line(line), line)
	}
}

func TestValuesOfAFileAreHiddenWhereverTheyTurnUp(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]string{
		"a key":             "a: {password: PLANTED-value}",
		"a header":          "otlp: {headers: {x-team: PLANTED-value}}",
		"a list of headers": "httpHeaders: [{name: x-team, value: PLANTED-value}]",
		"a variable":        "env: [{name: DB_PASSWORD, value: PLANTED-value}]",
		"a Secret":          "apiVersion: v1\nkind: Secret\nstringData: {x: PLANTED-value}",
		"a config inside":   "kind: ConfigMap\ndata:\n  relay: |\n    exporters: {a: {token: PLANTED-value}}",
		"a block":           "key_pem: |\n  first-line\n  PLANTED-value\n  last-line",
		"an argument":       "args: ['--set=exporters.a.token=PLANTED-value']",
		"a userinfo":        "endpoint: http://me:PLANTED-value@host",
		"a bearer":          "Authorization: Bearer PLANTED-value",
		"a list":            "tokens: [a, b]\ntoken: [PLANTED-value]",
		"no YAML":           "a: [1\ntoken: PLANTED-value\n",
		"an alias":          "x: &x PLANTED-value\ntoken: *x",
	} {
		var mask secret.Mask
		mask.AddYAML([]byte(file))
		assert.Equal(t, "got **** there", mask.Text("got PLANTED-value there"), name)
	}
}

func TestWordsOfEveryMessageAreNoSecrets(t *testing.T) {
	t.Parallel()
	var mask secret.Mask
	mask.AddYAML([]byte("a: {password: memory}\nb: {password: default}\nc: {password: memories}\nd: {password: otel}"))
	assert.Equal(t, "limits.memory and a default", mask.Text("limits.memory and a default"))
	assert.Equal(t, "Service otel-collector", mask.Text("Service otel-collector"))
	assert.Equal(t, "****", mask.Text("memories"))
}

func TestAShortValueIsHiddenAsAWordAlone(t *testing.T) {
	t.Parallel()
	var mask secret.Mask
	mask.AddYAML([]byte("token: wxyz\npassword: true\nsecret: abc\n"))
	assert.Equal(t, "wxyz_http sends **** true abc", mask.Text("wxyz_http sends wxyz true abc"))
}
