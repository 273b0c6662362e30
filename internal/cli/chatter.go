package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/helm-otlp/helm-otlp/internal/report"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/secret"
)

// chatter is stderr without the secrets of the input, and without what would steer a terminal
// or a CI system: errors quote what anybody wrote. It is given whole lines.
type chatter struct {
	out     io.Writer
	secrets *secret.Mask
}

// Write writes the lines.
func (c *chatter) Write(text []byte) (int, error) {
	masked := c.secrets.Text(string(text))
	lines := strings.Split(strings.TrimSuffix(masked, "\n"), "\n")
	for i, line := range lines {
		lines[i] = report.Printable(line)
	}
	end := ""
	if strings.HasSuffix(masked, "\n") {
		end = "\n"
	}
	if _, err := io.WriteString(c.out, strings.Join(lines, "\n")+end); err != nil {
		return 0, fmt.Errorf("write to stderr: %w", err)
	}

	return len(text), nil
}

// withoutSecrets hides the secrets in findings. The lines that it returns are those of the
// files as the findings then name them.
func (p *program) withoutSecrets(findings []lint.Finding, line func(string, int) (string, bool)) ([]lint.Finding, func(string, int) (string, bool)) {
	files := map[string]string{}
	out := make([]lint.Finding, 0, len(findings))
	for _, f := range findings {
		file := p.secrets.Text(f.Position.File)
		files[file] = f.Position.File
		f.Position.File = file
		f.Message, f.Path = p.secrets.Text(f.Message), p.secrets.Text(f.Path)
		f.Object.Name, f.Object.Namespace = p.secrets.Text(f.Object.Name), p.secrets.Text(f.Object.Namespace)
		out = append(out, f)
	}

	return out, func(file string, n int) (string, bool) { return line(files[file], n) }
}
