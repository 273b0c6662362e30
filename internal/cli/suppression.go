package cli

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/lint/rules"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// ignoreAnnotation on an object lists rules, parted by commas.
const ignoreAnnotation = "helm-otlp.github.io/ignore"

// suppression is one rule that a user does not want to hear of at a place.
type suppression struct {
	rule   string
	at     source.Position
	object lint.ObjectRef
	// covers says whether the finding is at the place.
	covers func(lint.Finding) bool
	// until is the last day on which it holds; zero: always.
	until time.Time
	used  bool
}

// over says that it no longer holds.
func (s *suppression) over() bool {
	return !s.until.IsZero() && time.Now().After(s.until.AddDate(0, 0, 1))
}

type suppressions []*suppression

// suppressions are those of all three places where a user may suppress a rule.
func (p *project) suppressions(in *input) (suppressions, error) {
	all := p.ignored()
	for _, m := range in.manifests {
		found, err := annotationSuppressions(m, in)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	for _, m := range in.written {
		found, err := commentSuppressions(m)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}

	return all, nil
}

// apply takes out the findings that are suppressed, and marks what suppresses them.
func (s suppressions) apply(findings []lint.Finding) []lint.Finding {
	var kept []lint.Finding
	for _, f := range findings {
		suppressed := false
		for _, each := range s {
			if each.rule == f.Rule && !each.over() && each.covers(f) {
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
	rule := rules.UnusedSuppression()
	message := fmt.Sprintf("nothing is found here by rule %s: remove the suppression", s.rule)
	if s.over() {
		message = fmt.Sprintf("the suppression of %s ended with %s: mend what is found, or remove it", s.rule, s.until.Format(time.DateOnly))
	}
	if !slices.ContainsFunc(allRules(), func(known *lint.Rule) bool { return known.Name == s.rule }) {
		message = noRule(s.rule)
	}

	return lint.Finding{Rule: rule.Name, Severity: rule.Severity, Message: message, Object: s.object, Position: s.at}
}

// annotationSuppressions reads the annotations of the objects of a manifest.
func annotationSuppressions(m lint.Manifest, in *input) (suppressions, error) {
	if !bytes.Contains(m.Data, []byte(ignoreAnnotation)) {
		return nil, nil
	}
	documents, err := m.Documents()
	if err != nil {
		return nil, fmt.Errorf("parse the input:\n%w", err)
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

var ignoreComment = regexp.MustCompile(`(?:^|\s)# ?otlp:ignore\s+([a-z0-9-]+)(?:\s+until\s+(\d\S*))?(?:\s|$)`)

// commentSuppressions reads comments. One on a line of its own is for the next line that
// is no comment; one at the end of a line is for that line.
func commentSuppressions(m lint.Manifest) (suppressions, error) {
	if !bytes.Contains(m.Data, []byte("otlp:ignore")) {
		return nil, nil
	}
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
		at := source.Position{File: m.File, Line: i + 1, Column: column}
		var until time.Time
		if match[4] >= 0 {
			var err error
			if until, err = day(at, line[match[4]:match[5]]); err != nil {
				return nil, err
			}
		}
		found = append(found, &suppression{
			rule: line[match[2]:match[3]], at: at, until: until,
			covers: func(f lint.Finding) bool {
				return f.Position.File == m.File && f.Position.Line == target+1
			},
		})
	}

	return found, nil
}

// day reads the date until which a suppression holds.
func day(at source.Position, text string) (time.Time, error) {
	until, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return until, wrong(at, "until %q: want a day, such as 2027-01-31", text)
	}

	return until, nil
}

func isComment(line string) bool {
	line = strings.TrimSpace(line)

	return line == "" || strings.HasPrefix(line, "#")
}
