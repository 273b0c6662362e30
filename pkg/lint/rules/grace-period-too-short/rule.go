// Package graceperiodtooshort has the rule grace-period-too-short.
package graceperiodtooshort

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a collector is killed before it can send what it holds.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "grace-period-too-short",
		Severity: lint.Warning,
		Summary:  "The hook that runs before a collector is stopped takes all of the time that it has to stop.",
		Why:      "The grace period begins with the hook. When it is over the kubelet kills the collector, and what its queues hold is lost at each upgrade.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination",
		Run:      run,
	}
}

// least is how long a collector needs to send what it holds: its exporters' timeouts are 5 s and more.
const least = 5

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		field := c.Pod.At("spec", "terminationGracePeriodSeconds")
		switch {
		// The application's Pod has its own.
		case c.Operator && c.Mode != lint.Sidecar:
			field = c.Container.At("terminationGracePeriodSeconds")
		case !c.Pod.Exists():
			continue
		}
		period, given := field.Int()
		if !given {
			if field.Exists() {
				continue
			}
			period = 30
		}
		hook, _ := c.Container.At("lifecycle", "preStop", "sleep", "seconds").Int()
		if left := period - hook; left < least {
			p.Report(c.Place(field, "terminationGracePeriodSeconds"),
				"%s has %d s to stop, of which its preStop hook takes %d: set terminationGracePeriodSeconds to %d or more", c.Name(), period, hook, hook+30).
				Set(c.Place(field, "terminationGracePeriodSeconds"), int(hook+30))
		}
	}
}
