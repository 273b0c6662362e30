// Package lint judges what would be installed: it reads Kubernetes objects and
// collector configs out of manifests and reports every place where they disagree or
// will hurt in production.
package lint

import "github.com/helm-otlp/helm-otlp/pkg/source"

// Severity of a finding.
type Severity string

// The severities: Error will not start, loses data or lets someone in; Warning will
// hurt in production; Info is worth knowing.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Info    Severity = "info"
)

// Manifest is one file of rendered or written YAML.
type Manifest struct {
	// File is the name that positions carry.
	File string
	Data []byte
	// Chart is what this project's chart is called where it rendered the file: its name,
	// or the alias that a parent chart gives it. Empty: its name.
	Chart string
	// Parsed is the file where somebody else reads it too, so that it is parsed once for all.
	Parsed *source.File
}

// Documents are those of the file, and what is wrong with them.
func (m Manifest) Documents() ([]*source.Document, error) {
	if m.Parsed != nil {
		return m.Parsed.Documents()
	}
	return source.Parse(m.File, m.Data)
}

// ObjectRef names a Kubernetes object.
type ObjectRef struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace"`
	Name       string `json:"name"`
}

// Finding is one thing that a rule found.
type Finding struct {
	Rule     string          `json:"rule"`
	Severity Severity        `json:"severity"`
	Message  string          `json:"message"`
	Object   ObjectRef       `json:"object"`
	Path     string          `json:"path"`
	Position source.Position `json:"position"`
	Docs     string          `json:"docs"`
	// Fix is what would mend it; nil where no change is sure to.
	Fix *Fix `json:"-"`
	// Releases are the values files of those that it is about, where a chart is judged with several and it is not about
	// all of them.
	Releases []string `json:"releases,omitempty"`
	// Values are the keys of this project's chart that feed the field, most telling
	// first, such as "resources.limits.memory"; whoever rendered a chart turns them
	// into the position in the user's file.
	Values []string `json:"-"`
	// Field is what it is on. Whoever places findings in values needs it to find their items of lists.
	Field Field `json:"-"`
}

// Rule is one check, a plain value.
type Rule struct {
	// Name is kebab-case and says what is wrong or wanted.
	Name     string
	Severity Severity
	// Summary is one sentence; Why says what failure the rule prevents.
	Summary, Why string
	// Bad and Good are examples that tests run: manifests, collector configs or, where the
	// rule judges them, values of this project's chart.
	Bad, Good string
	// Docs is a link to upstream's word on it.
	Docs string
	// Run reports findings on the pass.
	Run func(*Pass)
}

// Result is what Run found and what it looked at.
type Result struct {
	Findings []Finding
	// Objects counts what was looked at.
	Objects int
	// Collectors are those that the input would run.
	Collectors []*Collector
}
