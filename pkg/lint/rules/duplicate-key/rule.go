// Package duplicatekey has the rule duplicate-key.
package duplicatekey

import (
	_ "embed"
	"errors"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a key stands twice in a mapping of a values file.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "duplicate-key",
		Severity: lint.Warning,
		Summary:  "A key stands twice in a mapping of a values file.",
		Why:      "Helm takes the last of them without a word: what stands below the first, all of it, is lost.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://yaml.org/spec/1.2.2/#3213-node-comparison",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, file := range p.ValuesFiles {
		_, err := file.Documents()
		var problems source.Errors
		if !errors.As(err, &problems) {
			continue
		}
		for _, problem := range problems {
			if problem.Duplicate {
				p.ReportValue(problem.Position, "%s, and Helm takes the last alone: %s", problem.Message, problem.Hint)
			}
		}
	}
}
