package cli

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/helm-otlp/helm-otlp/internal/cli"
)

// collectors are that many bare configs, of eleven edges each.
func collectors(count int) string {
	one := "---\nreceivers: {otlp: }\nexporters: {debug: }\nservice: {pipelines: {logs: {receivers: [otlp], processors: [a, b, c, d, e, f, g, h, i, j], exporters: [debug]}}}\n"

	return strings.Repeat(one, count)
}

func TestWhatIsTooMuchToDrawIsSaid(t *testing.T) {
	t.Parallel()
	const moreThanMermaidDraws = "note: Mermaid draws 500 edges and no more unless its maxEdges says so, and these are 506"
	for name, test := range map[string]struct {
		arguments      []string
		input          string
		stdout, stderr string
		not            bool
	}{
		"a page":              {[]string{"lint", "-o", "html", "-"}, collectors(51), "Not drawn: 1 collector more.", "", false},
		"a page that has all": {[]string{"lint", "-o", "html", "-"}, collectors(50), "Not drawn", "", true},
		"Mermaid":             {[]string{"graph", "-"}, collectors(46), "", moreThanMermaidDraws, false},
		"Mermaid that can":    {[]string{"graph", "-"}, collectors(45), "", "Mermaid", true},
		"an image":            {[]string{"graph", "-o", "svg", "-"}, collectors(46), "", "Mermaid", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var stdout, stderr bytes.Buffer
			code := cli.Main(t.Context(), test.arguments, strings.NewReader(test.input), &stdout, &stderr, func(string) string { return "" })
			assert.LessOrEqual(t, code, cli.ExitFindings)
			holds := assert.Contains
			if test.not {
				holds = assert.NotContains
			}
			if test.stdout != "" {
				holds(t, stdout.String(), test.stdout)
			}
			if test.stderr != "" {
				holds(t, stderr.String(), test.stderr)
			}
			assert.NotEmpty(t, stdout.String())
		})
	}
}
