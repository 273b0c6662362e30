package lint

import (
	"context"
	"fmt"
	"slices"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// Pass is all that a rule sees: what the input holds, and where to report. Its lists are
// shared between rules and not to be changed.
type Pass struct {
	// Objects are the Kubernetes objects of the input, in its order.
	Objects []*Object
	// Collectors are the collectors that the input would run.
	Collectors []*Collector
	// Releases are the uses of this project's chart, where the input is a chart.
	Releases []*Release
	// ValuesFiles are the files of values that somebody wrote for the chart.
	ValuesFiles []Manifest
	// Kubernetes is the version of the cluster that the input is for; empty where nobody
	// says it.
	Kubernetes string

	// kustomized says that the input has a kustomization.
	kustomized bool
	// services select the Pods of each collector.
	services map[*Collector][]*Object
	// index finds objects without a look at all of them.
	index *index

	ctx      context.Context
	rule     *Rule
	findings []Finding
}

// Context ends when nobody waits for the findings any more.
func (p *Pass) Context() context.Context { return p.ctx }

// Repeated says that the input has another object of the kind, name and namespace: it holds
// files for several clusters, or several versions of one. Which of them go together is not
// known.
func (p *Pass) Repeated(object *Object) bool {
	return object != nil && len(p.index.named[object.Ref]) > 1
}

// Kustomized says that kustomize may still change the objects of the input, add to them and
// give them other names.
func (p *Pass) Kustomized() bool { return p.kustomized }

// Place is where a finding stands.
type Place struct {
	// Object that is at fault; nil for a collector config that stands in no object.
	Object *Object
	// Field of the object, or of the config in it.
	Field Field
	// Values are the keys of this project's chart that feed the field, most telling
	// first. Other charts may call theirs so too.
	Values []string
	// Severity of the finding where it differs from the rule's.
	Severity Severity
}

// Report adds a finding with the rule's name and severity. What it gives is good until the next one is added.
func (p *Pass) Report(at Place, format string, args ...any) *Finding {
	finding := Finding{
		Rule:     p.rule.Name,
		Severity: p.rule.Severity,
		Message:  fmt.Sprintf(format, args...),
		Path:     at.Field.Path(),
		Position: at.Field.Position(),
		Docs:     p.rule.Docs,
	}
	if at.Severity != "" {
		finding.Severity = at.Severity
	}
	if at.Object != nil {
		finding.Object = at.Object.Ref
		finding.Values = slices.Clone(at.Values)
		finding.Field = at.Field
	}
	p.findings = append(p.findings, finding)
	return &p.findings[len(p.findings)-1]
}

// ReportValue adds a finding on values that somebody wrote, at their own place. What it gives is good until the next one
// is added.
func (p *Pass) ReportValue(at source.Position, format string, args ...any) *Finding {
	p.findings = append(p.findings, Finding{
		Rule: p.rule.Name, Severity: p.rule.Severity, Message: fmt.Sprintf(format, args...),
		Position: at, Docs: p.rule.Docs,
	})
	return &p.findings[len(p.findings)-1]
}

// ReportConfig adds a finding at a path of a collector's config, or at the nearest place
// to it that the config has. The values keys given come before those of the path.
func (p *Pass) ReportConfig(c *Collector, path []any, values []string, format string, args ...any) *Finding {
	at := c.ConfigPlace(path...)
	at.Values = append(slices.Clone(values), at.Values...)
	return p.Report(at, format, args...)
}

// ReportProblems reports what is wrong with the collectors' configs under a code of
// collectorconfig.
//
// What the collector may ignore is a warning, unless nothing is sent.
func (p *Pass) ReportProblems(code string) {
	for _, c := range p.Collectors {
		for _, problem := range c.Problems {
			if problem.Code == code {
				var severity Severity
				if problem.Ignored && !problem.Fruitless {
					severity = Warning
				}
				p.ReportProblem(c, problem, severity)
			}
		}
	}
}

// ReportProblem reports one problem of a collector's config; an empty severity is the
// rule's.
func (p *Pass) ReportProblem(c *Collector, problem Problem, severity Severity) *Finding {
	message := problem.Message
	if problem.Hint != "" {
		message += ": " + problem.Hint
	}
	at := c.ConfigPlace(problem.Field.Steps()...)
	at.Severity = severity
	finding := p.Report(at, "%s", message)
	if says, changes := c.instead(problem); len(changes) > 0 {
		finding.Mend(says, changes...)
	}
	return finding
}
