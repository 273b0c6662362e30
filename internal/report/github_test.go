package report_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/internal/report"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// An annotation is a workflow command as GitHub's runner reads it.
type annotation struct {
	command    string
	properties map[string]string
	data       string
}

// readAnnotations reads what a program prints as the runner does: TryParseV2 in ActionCommand.cs of actions/runner. It
// takes for a command what begins with ::, up to the next :: for its properties, and the rest for its text. What it takes
// back is one replacement after another, with that of % at the end.
func readAnnotations(t *testing.T, printed string) []annotation {
	t.Helper()
	var found []annotation
	lines := strings.FieldsFunc(printed, func(r rune) bool { return r == '\n' || r == '\r' })
	for _, line := range lines {
		rest, ok := strings.CutPrefix(strings.TrimLeftFunc(line, unicode.IsSpace), "::")
		require.True(t, ok, "no command: %q", line)
		head, data, ok := strings.Cut(rest, "::")
		require.True(t, ok, "no text: %q", line)
		name, properties, _ := strings.Cut(head, " ")
		require.Contains(t, []string{"error", "warning", "notice"}, name)
		a := annotation{command: name, properties: map[string]string{}, data: takenBack(data, "\r", "\n", "%")}
		for _, property := range strings.Split(strings.TrimSpace(properties), ",") {
			key, value, ok := strings.Cut(property, "=")
			require.True(t, ok, "no property: %q", property)
			a.properties[key] = takenBack(value, "\r", "\n", ":", ",", "%")
		}
		found = append(found, a)
	}

	return found
}

// takenBack puts the characters in the place of their escapes, in that order.
func takenBack(text string, characters ...string) string {
	for _, c := range characters {
		text = strings.ReplaceAll(text, fmt.Sprintf("%%%02X", c[0]), c)
	}

	return text
}

// isReadAsWritten holds that the runner reads of a finding what it says, and nothing else.
func isReadAsWritten(t *testing.T, text string) {
	t.Helper()
	r := report.Report{Findings: []lint.Finding{
		{Rule: "a-rule", Severity: lint.Error, Message: text, Position: source.Position{File: "f" + text, Line: 3, Column: 4}},
		{Rule: "a-rule", Severity: lint.Info, Message: text, Position: source.Position{File: "<stdin>", Line: 3, Column: 4}},
		{Rule: "a-rule", Severity: lint.Warning, Message: text, Object: lint.ObjectRef{Kind: "Pod", Name: "p" + text}},
	}}
	var out bytes.Buffer
	require.NoError(t, report.GitHub{}.Write(&out, r))
	assert.Equal(t, []annotation{
		{"error", map[string]string{"title": "a-rule", "file": "f" + text, "line": "3", "col": "4"}, text},
		{"notice", map[string]string{"title": "a-rule"}, "<stdin>:3:4: " + text},
		{"warning", map[string]string{"title": "a-rule"}, strings.TrimSpace("Pod p"+text) + ": " + text},
	}, readAnnotations(t, out.String()))
}

// TestGitHubReadsWhatIsWritten has every text of up to three of the parts that mean something to the runner.
func TestGitHubReadsWhatIsWritten(t *testing.T) {
	t.Parallel()
	parts := []string{"", "%", "%25", "%0A", "%0D", "%3A", "%2C", "0A", "\r", "\n", ":", "::", ",", "=", " ", ";", "##[error]", "x", "日"}
	texts := slices.Clone(parts)
	for range 2 {
		var longer []string
		for _, text := range texts {
			for _, part := range parts {
				longer = append(longer, text+part)
			}
		}
		texts = longer
	}
	slices.Sort(texts)
	for _, text := range slices.Compact(texts) {
		if isReadAsWritten(t, text); t.Failed() {
			t.Fatalf("of %q", text)
		}
	}
}

// FuzzGitHub is the same of any text.
func FuzzGitHub(f *testing.F) {
	for _, seed := range []string{"100% of it\r\n::error::x", "a: b, c=d", "##[set-env name=X]y", "\x00\x1b[31m\u2028\xff", "%%0A%250A"} {
		f.Add(seed)
	}
	f.Fuzz(isReadAsWritten)
}
