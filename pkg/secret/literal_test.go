package secret_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/helm-otlp/helm-otlp/pkg/secret"
)

func TestKeysWhoseValueIsNothingButACredential(t *testing.T) {
	t.Parallel()
	for _, key := range []string{
		"password", "api_key", "apiKey", "token", "tokens", "access_token", "client_secret", "secret_access_key", "private_key", "key_pem", "credentials",
	} {
		assert.True(t, secret.Credential(key), key)
	}
	for _, key := range []string{
		"token_file", "auth", "authenticator", "metadata_keys", "max_tokens", "access_key_id", "api_key_file", "signature", "cookie", "secretName", "key", "tls_secret",
	} {
		assert.False(t, secret.Credential(key), key)
	}
}

func TestALiteralSecretIsToldFromAReferenceAndAPlaceholder(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"hunter2", "Bearer abcdefgh12345", "Basic dXNlcjpodW50ZXIy", "8f2c0a77d1e94b6c"} {
		assert.True(t, secret.Literal(value), value)
	}
	for _, value := range []string{
		"", "abc", "true", "Bearer", "${env:TOKEN}", "Bearer ${env:TOKEN}", "a-${file:/x}", "$(TOKEN)", "$TOKEN", "<token>", "Bearer <your token>", "changeme",
		"CHANGE_ME", "change-me", "your-api-key", "YOUR_TOKEN", "xxxxxxxx", "********", "{{ token }}", "ENC[AES256_GCM,data:abc]", "ref+vault://a/b", "vault:secret/data/a#b",
		"REDACTED", "...", "<path:secret/data/a#b>", "/etc/gcp/key.json",
	} {
		assert.False(t, secret.Literal(value), value)
	}
}

func TestPasswordsInsideOfATextAreFound(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"mongodb://me:hunter2@db:27017", "host=db user=me password=hunter2", "Endpoint=sb://a/;SharedAccessKeyName=b;SharedAccessKey=hunter2=",
	} {
		assert.True(t, secret.Within(text), text)
	}
	for _, text := range []string{
		"http://backend:4318", "mongodb://me:${env:PASSWORD}@db", "host=db password=${env:PASSWORD}", "https://me@host", "http://a:4318/b@c", "http://me:<password>@db",
	} {
		assert.False(t, secret.Within(text), text)
	}
}

func TestUsersAndListsOfHeaders(t *testing.T) {
	t.Parallel()
	assert.True(t, secret.Users("a:$apr1$x\nb:hunter2\n"))
	assert.False(t, secret.Users("a:$apr1$x\nb:{SHA}abcdef\nc:${env:PASSWORD}\nnobody"))
	assert.True(t, secret.Listed("x-scope=a,authorization=Bearer%20abcdefgh"))
	assert.True(t, secret.Listed("api-key=hunter2"))
	assert.False(t, secret.Listed("x-scope=tenant-one,authorization=Bearer $(TOKEN)"))
}
