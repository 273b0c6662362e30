package secret

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Masked stands where a secret was.
const Masked = "****"

// least is how many bytes a value has at the least to be searched for in text: fewer would
// be found in words that have nothing to do with it.
const least = 4

// A Mask knows the secret values of what was read, and hides them in text, wherever they turn
// up. Its zero value knows none, and hides what looks like a secret by itself. It may be used
// by several goroutines.
type Mask struct {
	mutex sync.Mutex
	// values by their first bytes, the longest first.
	values map[string][]string
}

func (m *Mask) add(value string) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.values == nil {
		m.values = map[string][]string{}
	}
	for line := range strings.SplitSeq(value, "\n") {
		line = strings.TrimSpace(line)
		if !secretive(line) || named.MatchString(line) {
			continue
		}
		known := m.values[line[:least]]
		at, found := slices.BinarySearchFunc(known, line, longestFirst)
		if !found {
			m.values[line[:least]] = slices.Insert(known, at, line)
		}
	}
}

func longestFirst(a, b string) int {
	if len(a) != len(b) {
		return len(b) - len(a)
	}

	return strings.Compare(a, b)
}

var (
	// A reference to a variable says where the secret is.
	variable = regexp.MustCompile(`^(?:(?i:Bearer|Basic|Api-Key|Token)\s+)?(?:\$\{[^}]*\}|\$\([^)]*\)|\$[A-Za-z_]\w*|\{\{.*\}\}|\*+)$`)
	// What is said of every config is no secret, and would be hidden in all that is said.
	word = regexp.MustCompile(`^(?i:true|false|null|none|yes|no|on|off|basic|bearer|token|default|memory|collector|config|endpoint|` +
		`exporters?|receivers?|processors?|pipelines?|service|image|version|values?|limits?|requests?|container|variable|otlp|debug|` +
		`batch|traces|metrics|logs|password|secret|localhost)$`)
	// A password of this name is one of a demo, and the name stands in those of objects.
	named = regexp.MustCompile(`^(?i:otel|otelcol|opentelemetry)$`)
)

// secretive tells a value that may be a secret from a reference to one and from a plain word.
func secretive(value string) bool {
	return len(value) >= least && !variable.MatchString(value) && !word.MatchString(value)
}

// Text hides the secrets in a text: the values that are known, and what is a secret by its
// form, such as the password of a URL.
func (m *Mask) Text(text string) string {
	return forms(m.known(text))
}

// Line is Text for a line of a file or an argument, where what follows a secret's key is
// hidden too, known or not.
func (m *Mask) Line(line string) string {
	var out strings.Builder
	end := 0
	for _, pair := range pairs(line) {
		out.WriteString(line[end:pair.start])
		out.WriteString(Masked)
		end = pair.end
	}

	return m.Text(out.String() + line[end:])
}

// known hides the values that are known. A short one counts as a word of its own alone.
func (m *Mask) known(text string) string {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if len(m.values) == 0 {
		return text
	}
	var out strings.Builder
	end := 0
	for i := 0; i+least <= len(text); i++ {
		for _, value := range m.values[text[i:i+least]] {
			if strings.HasPrefix(text[i:], value) && (len(value) >= 2*least || alone(text, i, i+len(value))) {
				out.WriteString(text[end:i])
				out.WriteString(Masked)
				end = i + len(value)
				i = end - 1

				break
			}
		}
	}

	return out.String() + text[end:]
}

// alone tells that no letter or digit touches a part of a text.
func alone(text string, start, end int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:start])
	after, _ := utf8.DecodeRuneInString(text[end:])
	joins := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }

	return !joins(before) && !joins(after)
}

var (
	userinfo = regexp.MustCompile(`(://)([^/\s@"'<>]+)@`)
	scheme   = regexp.MustCompile(`(?i)\b((?:bearer|basic)\s+)([A-Za-z0-9._~+/-]{8,}=*)`)
	jwt      = regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+)+`)
	query    = regexp.MustCompile(`([?&])([A-Za-z0-9_.-]+)=([^&\s"'#]+)`)
	pem      = regexp.MustCompile(`(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)`)
)

// forms hides what is a secret by its form.
func forms(text string) string {
	if strings.Contains(text, "://") {
		text = userinfo.ReplaceAllStringFunc(text, func(found string) string {
			if variable.MatchString(found[3 : len(found)-1]) {
				return found
			}

			return "://" + Masked + "@"
		})
	}
	if strings.ContainsAny(text, "?&") {
		text = query.ReplaceAllStringFunc(text, func(found string) string {
			name, _, _ := strings.Cut(found[1:], "=")
			if !Key(name) && plain(name) != "key" && plain(name) != "sig" {
				return found
			}

			return found[:1] + name + "=" + Masked
		})
	}
	text = scheme.ReplaceAllString(text, "${1}"+Masked)
	text = jwt.ReplaceAllString(text, Masked)

	return pem.ReplaceAllString(text, Masked)
}
