package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/lint/rules"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// projectFile in the working directory says how everything that is linted there is judged.
const projectFile = ".helm-otlp.yaml"

// off is the severity of a rule that a project does not want to hear of.
const off lint.Severity = "off"

// A project is what .helm-otlp.yaml says.
type project struct {
	ignore []suppression
	// severities are those that rules have here, by their names.
	severities map[string]lint.Severity
}

// ignored are the suppressions of the project, none of them used yet.
func (p *project) ignored() suppressions {
	var found suppressions
	for _, each := range p.ignore {
		found = append(found, &each)
	}

	return found
}

// graded gives the findings the severities that the project wants, and takes out those that it does not want at all.
func (p *project) graded(findings []lint.Finding) []lint.Finding {
	var kept []lint.Finding
	for _, f := range findings {
		if severity, given := p.severities[f.Rule]; given {
			f.Severity = severity
		}
		if f.Severity != off {
			kept = append(kept, f)
		}
	}

	return kept
}

// readProject reads .helm-otlp.yaml of the working directory, if it is there.
func readProject() (*project, error) {
	found := &project{severities: map[string]lint.Severity{}}
	data, err := readHere(projectFile)
	if errors.Is(err, fs.ErrNotExist) {
		return found, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", projectFile, err)
	}
	documents, err := source.Parse(projectFile, data)
	if err != nil {
		return nil, fmt.Errorf("parse %s:\n%w", projectFile, err)
	}
	for _, d := range documents {
		if err := onlyKeys(d.Root, "ignore", "severity"); err != nil {
			return nil, err
		}
		if err := found.read(d.Root); err != nil {
			return nil, err
		}
	}

	return found, nil
}

func (p *project) read(root *source.Node) error {
	if list := root.Get("ignore"); list != nil {
		for _, entry := range list.Items {
			s, err := entrySuppression(entry)
			if err != nil {
				return err
			}
			p.ignore = append(p.ignore, s)
		}
	}
	severities := root.Get("severity")
	if severities == nil {
		return nil
	}
	if severities.Kind != source.Mapping {
		return wrong(severities.Position(), "severity: want a mapping of rules to error, warning, info or off")
	}
	for _, pair := range severities.Pairs {
		rule, severity := pair.Key.Value, lint.Severity(pair.Value.Value)
		if !slices.ContainsFunc(allRules(), func(known *lint.Rule) bool { return known.Name == rule }) {
			return wrong(pair.Key.Position(), "%s", noRule(rule))
		}
		if !slices.Contains([]lint.Severity{lint.Error, lint.Warning, lint.Info, off}, severity) {
			return wrong(pair.Value.Position(), "severity %q: use error, warning, info or off", severity)
		}
		if rule == rules.UnreadableInput().Name {
			return wrong(pair.Key.Position(), "what can't be read is always an error: leave %s out", rule)
		}
		p.severities[rule] = severity
	}

	return nil
}

// entrySuppression reads {rule, object, file, reason, until}. The object is Kind/name or
// Kind/namespace/name, where * stands for any part; without one it is every object. The file is that
// of the finding's position, with * for any part of a name; without one it is every file.
func entrySuppression(entry *source.Node) (suppression, error) {
	if err := onlyKeys(entry, "rule", "object", "file", "reason", "until"); err != nil {
		return suppression{}, err
	}
	rule, pattern := text(entry, "rule"), text(entry, "object")
	if rule == "" {
		return suppression{}, wrong(entry.Position(), "an entry of ignore needs a rule")
	}
	if _, err := path.Match(pattern, ""); err != nil {
		return suppression{}, wrong(entry.Position(), "object %q: want Kind/name or Kind/namespace/name, with * for any: %v", pattern, err)
	}
	file := text(entry, "file")
	if _, err := path.Match(file, ""); err != nil {
		return suppression{}, wrong(entry.Position(), "file %q: want a path, with * for any part of a name: %v", file, err)
	}
	found := suppression{rule: rule, at: entry.Position(), covers: func(f lint.Finding) bool {
		inFile, _ := path.Match(file, f.Position.File)

		return (pattern == "" || matches(pattern, f.Object)) && (file == "" || inFile)
	}}
	var err error
	if until := entry.Get("until"); until != nil {
		found.until, err = day(until.Position(), until.Value)
	}

	return found, err
}

func matches(pattern string, o lint.ObjectRef) bool {
	for _, name := range []string{o.Kind + "/" + o.Name, o.Kind + "/" + o.Namespace + "/" + o.Name} {
		if ok, _ := path.Match(pattern, name); ok {
			return true
		}
	}

	return false
}

func onlyKeys(node *source.Node, keys ...string) error {
	if node.Kind != source.Mapping {
		return wrong(node.Position(), "want a mapping of %s", strings.Join(keys, ", "))
	}
	for _, pair := range node.Pairs {
		if !slices.Contains(keys, pair.Key.Value) {
			return wrong(pair.Key.Position(), "no such key: %s (there are %s)", pair.Key.Value, strings.Join(keys, ", "))
		}
	}

	return nil
}
