// Package secret decides what of a configuration is secret, and masks it where text is shown.
package secret

import (
	"slices"
	"strings"
)

// telling are the words that make a key's value a secret, in lower case and without
// punctuation: `api_key`, `api-key` and `apiKey` are one word.
func telling() []string {
	return []string{
		"password", "passwd", "passphrase", "secret", "token", "apikey", "accesskey", "privatekey", "signingkey", "encryptionkey",
		"sharedkey", "accountkey", "licensekey", "ingestkey", "ingestionkey", "integrationkey", "writekey", "sessionkey", "masterkey",
		"keypem", "keydata", "credential", "authorization", "bearer", "cookie", "connectionstring", "sastoken", "signature",
		"xhoneycombteam", "webhookurl",
	}
}

// tellingAlone are those that do so where they are the whole key.
func tellingAlone() []string { return []string{"pass", "pwd", "auth", "dsn"} }

// pointing are the endings of keys that say where a secret is, or of what kind, and hold none:
// secretName, token_file, tokenURL, existingSecret.
func pointing() []string {
	return []string{
		"name", "names", "ref", "refs", "selector", "file", "files", "path", "paths", "filename", "url", "uri", "endpoint", "type", "kind",
		"mode", "ttl", "expiry", "expiration", "expirationseconds", "enabled", "size", "count", "limit", "length", "interval", "timeout",
		"scheme", "prefix", "audience", "audiences", "issuer", "keyid", "accountkeys", "secrets", "serviceaccounttoken", "contenttype",
		"scope", "scopes", "header", "existingsecret",
	}
}

// Key tells whether the value of a key is secret: password, api_key, Authorization, …. `key`
// alone names what a selector or header is about.
func Key(name string) bool {
	word := plain(name)
	if !slices.Contains(tellingAlone(), word) && !containsAny(word, telling()) {
		return false
	}

	return word == "webhookurl" || !slices.ContainsFunc(pointing(), func(ending string) bool { return strings.HasSuffix(word, ending) })
}

func containsAny(text string, words []string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(text, word) })
}

// plain is a name in lower case, with letters and digits alone.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		default:
			return -1
		}
	}, name)
}

// headers tells a key whose every value is taken for secret: which header carries the
// credentials is each service's own choice.
func headers(name string) bool {
	switch plain(name) {
	case "headers", "httpheaders", "metadataheaders", "stringdata":
		return true
	}

	return false
}
