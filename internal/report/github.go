package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

// GitHub writes workflow commands, which GitHub Actions shows beside the lines of a pull
// request.
type GitHub struct{}

// Write writes the report.
func (GitHub) Write(w io.Writer, r Report) error {
	out := bufio.NewWriter(w)
	for _, f := range r.Findings {
		var properties []string
		if inFile(f.Position.File) {
			properties = append(properties, "file="+escapeProperty(f.Position.File))
			if f.Position.Line > 0 {
				properties = append(properties, fmt.Sprintf("line=%d,col=%d", f.Position.Line, max(1, f.Position.Column)))
			}
		}
		properties = append(properties, "title="+escapeProperty(f.Rule))
		fmt.Fprintf(out, "::%s %s::%s\n", command(f.Severity), strings.Join(properties, ","), escapeData(message(f)))
	}

	return out.Flush()
}

// message is the finding's, with the place where no file can be named.
func message(f lint.Finding) string {
	if at := place(f); !inFile(f.Position.File) && at != "" {
		return at + ": " + said(f)
	}

	return said(f)
}

func command(s lint.Severity) string {
	if s == lint.Info {
		return "notice"
	}

	return string(s)
}

func escapeData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func escapeProperty(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}
