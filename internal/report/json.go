package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

// JSON is for programs. docs/findings.schema.json describes it.
type JSON struct{}

// Write writes the report.
func (JSON) Write(w io.Writer, r Report) error {
	document := jsonReport{Findings: make([]jsonFinding, 0, len(r.Findings)), Summary: r.Summary()}
	for _, f := range r.Findings {
		document.Findings = append(document.Findings, jsonFinding{
			Rule: f.Rule, Severity: f.Severity, Message: f.Message, Object: f.Object, Path: f.Path,
			Position: jsonPosition(f.Position), Fixable: f.Fix != nil, Docs: f.Docs, Releases: f.Releases,
		})
	}

	return encode(w, document)
}

type jsonReport struct {
	Findings []jsonFinding `json:"findings"`
	Summary  Summary       `json:"summary"`
}

type jsonFinding struct {
	Rule     string         `json:"rule"`
	Severity lint.Severity  `json:"severity"`
	Message  string         `json:"message"`
	Object   lint.ObjectRef `json:"object"`
	Path     string         `json:"path"`
	Position jsonPosition   `json:"position"`
	Fixable  bool           `json:"fixable"`
	Docs     string         `json:"docs"`
	Releases []string       `json:"releases,omitempty"`
}

type jsonPosition struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// encode writes indented JSON and leaves <, > and & as they are. A CI system that shows it in
// its log must find no command in it, so that ##[ is escaped, which stands in strings alone.
func encode(w io.Writer, document any) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")

	if err := encoder.Encode(document); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	_, err := w.Write(bytes.ReplaceAll(text.Bytes(), []byte("##["), []byte(`##\u005b`)))
	if err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}

	return nil
}
