package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

const (
	// ignoreAnnotation on an object lists rules, parted by commas.
	ignoreAnnotation = "helm-otlp.github.io/ignore"
	// ignoreFile in the working directory lists suppressions for everything that is linted.
	ignoreFile = ".helm-otlp.yaml"
)

// suppression is one rule that a user does not want to hear of at a place.
type suppression struct {
	rule   string
	at     source.Position
	object lint.ObjectRef
	// covers says whether the finding is at the place.
	covers func(lint.Finding) bool
	used   bool
}

type suppressions []*suppression

// unusedSuppression reports suppressions that match nothing, so that they don't outlive
// what they were for and hide the next fault.
func unusedSuppression() *lint.Rule {
	return &lint.Rule{
		Name:     "unused-suppression",
		Severity: lint.Info,
		Summary:  "A suppression matches no finding.",
		Why: `What it was for is gone, or its rule's name is misspelt. Left behind, it hides the next fault of
that kind at that place.`,
		Bad:  "# otlp:ignore no-such-rule the name is misspelt\nreplicas: 3\n",
		Good: "replicas: 3\n",
	}
}

// suppressions reads all three places where a user may suppress a rule.
func (p *program) suppressions(in *input) (suppressions, error) {
	all, err := fileSuppressions()
	if err != nil {
		return nil, err
	}
	for _, m := range in.manifests {
		found, err := annotationSuppressions(m, in)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	for _, m := range in.written {
		all = append(all, commentSuppressions(m)...)
	}

	return all, nil
}

// apply takes out the findings that are suppressed, and marks what suppresses them.
func (s suppressions) apply(findings []lint.Finding) []lint.Finding {
	var kept []lint.Finding
	for _, f := range findings {
		suppressed := false
		for _, each := range s {
			if each.rule == f.Rule && each.covers(f) {
				each.used, suppressed = true, true
			}
		}
		if !suppressed {
			kept = append(kept, f)
		}
	}

	return kept
}

// unused is the finding on a suppression that suppresses none.
func (s *suppression) unused() lint.Finding {
	rule := unusedSuppression()
	message := fmt.Sprintf("nothing is found here by rule %s: remove the suppression", s.rule)
	if !slices.ContainsFunc(allRules(), func(known *lint.Rule) bool { return known.Name == s.rule }) {
		message = fmt.Sprintf("no rule is named %q: `helm otlp explain` lists them", s.rule)
	}

	return lint.Finding{Rule: rule.Name, Severity: rule.Severity, Message: message, Object: s.object, Position: s.at}
}

// annotationSuppressions reads the annotations of the objects of a manifest.
func annotationSuppressions(m lint.Manifest, in *input) (suppressions, error) {
	if !strings.Contains(string(m.Data), ignoreAnnotation) {
		return nil, nil
	}
	documents, err := source.Parse(m.File, m.Data)
	if err != nil {
		return nil, fmt.Errorf("parse what to lint:\n%w", err)
	}
	var found suppressions
	for _, d := range documents {
		for _, object := range objectsOf(d.Root) {
			found = append(found, objectSuppressions(object, in)...)
		}
	}

	return found, nil
}

// objectsOf is the object, or the items of a List.
func objectsOf(root *source.Node) []*source.Node {
	if items := root.Get("items"); items != nil && strings.HasSuffix(text(root, "kind"), "List") {
		return items.Items
	}

	return []*source.Node{root}
}

func objectSuppressions(object *source.Node, in *input) suppressions {
	annotation := source.Keys("metadata", "annotations", ignoreAnnotation)
	value := object.Lookup(annotation)
	if value == nil {
		return nil
	}
	ref := lint.ObjectRef{
		APIVersion: text(object, "apiVersion"), Kind: text(object, "kind"),
		Namespace: text(object, "metadata", "namespace"), Name: text(object, "metadata", "name"),
	}
	at := object.PositionOf(annotation)
	// The annotation is a value of the user's too, where the chart has a key for it.
	if located, ok := in.locate(lint.Finding{Position: at, Values: []string{"commonAnnotations." + ignoreAnnotation}}); ok {
		if line, found := in.line(located.File, located.Line); found && strings.Contains(line, ignoreAnnotation) {
			at = located
		}
	}
	var found suppressions
	for _, rule := range strings.Split(value.Value, ",") {
		if rule = strings.TrimSpace(rule); rule != "" {
			found = append(found, &suppression{rule: rule, at: at, object: ref, covers: func(f lint.Finding) bool { return f.Object == ref }})
		}
	}

	return found
}

func text(node *source.Node, keys ...string) string {
	if value := node.Lookup(source.Keys(keys...)); value != nil && value.Kind == source.Scalar {
		return value.Value
	}

	return ""
}

var ignoreComment = regexp.MustCompile(`(?:^|\s)# ?otlp:ignore\s+([a-z0-9-]+)(?:\s|$)`)

// commentSuppressions reads comments. One on a line of its own is for the next line that
// is no comment; one at the end of a line is for that line.
func commentSuppressions(m lint.Manifest) suppressions {
	var found suppressions
	lines := strings.Split(string(m.Data), "\n")
	for i, line := range lines {
		match := ignoreComment.FindStringSubmatchIndex(line)
		if match == nil {
			continue
		}
		target := i
		for target < len(lines)-1 && isComment(lines[target]) {
			target++
		}
		column := len([]rune(line[:match[0]])) + 1
		if line[match[0]] != '#' {
			column++
		}
		found = append(found, &suppression{
			rule: line[match[2]:match[3]],
			at:   source.Position{File: m.File, Line: i + 1, Column: column},
			covers: func(f lint.Finding) bool {
				return f.Position.File == m.File && f.Position.Line == target+1
			},
		})
	}

	return found
}

func isComment(line string) bool {
	line = strings.TrimSpace(line)

	return line == "" || strings.HasPrefix(line, "#")
}

// fileSuppressions reads .helm-otlp.yaml of the working directory, if it is there.
func fileSuppressions() (suppressions, error) {
	data, err := readHere(ignoreFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", ignoreFile, err)
	}
	documents, err := source.Parse(ignoreFile, data)
	if err != nil {
		return nil, fmt.Errorf("parse %s:\n%w", ignoreFile, err)
	}
	var found suppressions
	for _, d := range documents {
		if err := onlyKeys(d.Root, "ignore"); err != nil {
			return nil, err
		}
		list := d.Root.Get("ignore")
		if list == nil {
			continue
		}
		for _, entry := range list.Items {
			s, err := entrySuppression(entry)
			if err != nil {
				return nil, err
			}
			found = append(found, s)
		}
	}

	return found, nil
}

// entrySuppression reads {rule, object, reason}. The object is Kind/name or
// Kind/namespace/name, where * stands for any part; without one it is every object.
func entrySuppression(entry *source.Node) (*suppression, error) {
	if err := onlyKeys(entry, "rule", "object", "reason"); err != nil {
		return nil, err
	}
	rule, pattern := text(entry, "rule"), text(entry, "object")
	if rule == "" {
		return nil, fmt.Errorf("%s: an entry of ignore needs a rule", entry.Position())
	}
	if _, err := path.Match(pattern, ""); err != nil {
		return nil, fmt.Errorf("%s: object %q: want Kind/name or Kind/namespace/name, with * for any: %w", entry.Position(), pattern, err)
	}

	return &suppression{rule: rule, at: entry.Position(), covers: func(f lint.Finding) bool {
		return pattern == "" || matches(pattern, f.Object)
	}}, nil
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
		return fmt.Errorf("%s: want a mapping of %s", node.Position(), strings.Join(keys, ", "))
	}
	for _, pair := range node.Pairs {
		known := false
		for _, key := range keys {
			known = known || pair.Key.Value == key
		}
		if !known {
			return fmt.Errorf("%s: no such key: %s (there are %s)", pair.Key.Position(), pair.Key.Value, strings.Join(keys, ", "))
		}
	}

	return nil
}
