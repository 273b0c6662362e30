package secret

import (
	"regexp"
	"strings"
)

var (
	// credential are the endings of keys whose value is a credential and nothing else.
	credential = regexp.MustCompile(`(?:password|passwd|passphrase|apikey|appkey|applicationkey|(?:^|client|shared|webhook|app|api|consumer|hmac)secret|secretkey|accesskey|accesskeysecret|` +
		`secretaccesskey|privatekey|keypem|licensekey|ingestkey|ingestionkey|accountkey|sharedkey|sharedaccesskey|credentials|` +
		`(?:^|auth|access|account|api|bearer|hec|ingest|sas|security|session)tokens?)$`)
	// placeholder is a value that something or somebody is to replace.
	placeholder = regexp.MustCompile(`(?i)^(?:change|replace|insert|enter|fill|your|dummy|fake|todo|tbd)(?:[^a-z0-9]|$)|^(?:changeme|changeit|replaceme|your)|` +
		`^(?:secret|password|passwd)$|^x+$|^[*_.-]+$|example|placeholder|redacted|[<>{}]|\.\.\.`)
	// elsewhere are the marks of tools that put a secret in, or keep it encrypted, and files.
	elsewhere = regexp.MustCompile(`^(?:\$|@|%|#|!|ENC\[|ref\+|vault:|op://|arn:|secretsmanager:|file:|env:|\.{0,2}/[\w.-]+/[\w./-]*$)|\$\{|\$\(|\$[A-Za-z_]`)
	// kind are the words before the credentials in a header.
	kind = regexp.MustCompile(`(?i)^(?:bearer|basic|api-key|apikey|token|api-token|splunk)\s+`)
)

// Credential tells whether the value of a key is nothing but a credential. Key rather hides too
// much; this one is for what complains.
func Credential(name string) bool { return credential.MatchString(plain(name)) }

// Literal tells whether a value is a secret in plain text: no reference to one, nothing that is
// to be replaced, no plain word.
func Literal(value string) bool {
	value = strings.TrimSpace(kind.ReplaceAllString(strings.TrimSpace(value), ""))

	return secretive(value) && !elsewhere.MatchString(value) && !placeholder.MatchString(value)
}

var (
	// passwordIn are the ways in which addresses and connection strings carry a password.
	passwordIn = regexp.MustCompile(`(?i)://[^/\s:@]*:([^/\s@]+)@|(?:^|[\s;&?])(?:password|pwd|SharedAccessKey|AccountKey)=([^\s;&'"]+)`)
	// hashed is an entry of a file of users whose password can't be read out of it.
	hashed = regexp.MustCompile(`^(?:\$|\{[A-Z0-9]+\})`)
)

// Within tells whether an address or a connection string has a password in plain text in it.
func Within(text string) bool {
	for _, match := range passwordIn.FindAllStringSubmatch(text, -1) {
		if Literal(match[1] + match[2]) {
			return true
		}
	}

	return false
}

// Users tells whether a file of users, as htpasswd writes it, has a password in plain text.
func Users(text string) bool {
	for line := range strings.Lines(text) {
		_, password, found := strings.Cut(strings.TrimSpace(line), ":")
		if found && !hashed.MatchString(password) && Literal(password) {
			return true
		}
	}

	return false
}

// Listed tells whether a list of headers, name=value by commas as OTEL_EXPORTER_OTLP_HEADERS has
// them, has a secret in plain text.
func Listed(text string) bool {
	for pair := range strings.SplitSeq(text, ",") {
		name, value, found := strings.Cut(pair, "=")
		value = strings.ReplaceAll(value, "%20", " ")
		if found && Key(strings.TrimSpace(name)) && Literal(value) {
			return true
		}
	}

	return false
}
