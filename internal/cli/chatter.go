package cli

import (
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/helm-otlp/helm-otlp/internal/report"
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

// A onceWriter passes on lines that it has not passed on yet. Helm warns of the same values whenever a chart is rendered,
// and of values that were only tried: of those it says no more than what stands before the value.
type onceWriter struct {
	out   io.Writer
	mutex sync.Mutex
	said  map[string]bool
}

// Write writes what is new.
func (w *onceWriter) Write(text []byte) (int, error) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	about, _, _ := strings.Cut(string(text), " (")
	if w.said[about] {
		return len(text), nil
	}
	w.said[about] = true

	return w.out.Write(text) //nolint:wrapcheck // It is the other's.
}
