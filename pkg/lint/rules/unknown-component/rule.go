// Package unknowncomponent has the rule unknown-component.
package unknowncomponent

import (
	_ "embed"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a component is known to no version, or only to newer ones than the image.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "unknown-component",
		Severity: lint.Warning,
		Summary:  "A component is known to no version, or only to newer ones than the image.",
		Why:      "A misspelt type stops the start. One that no release of upstream has may be your own build's.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/ecosystem/registry/?component=&language=collector",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		for _, problem := range c.Problems {
			if problem.Code == collectorconfig.CodeUnknownComponent {
				p.ReportProblem(c, problem, severity(c, problem))
			}
		}
	}
}

// severity is Error where the image's version is too old, where the name is all but a known one, and where the image is a
// release of which all is known; Warning where a name is near, and Info where it may be somebody's own.
func severity(c *lint.Collector, problem lint.Problem) lint.Severity {
	switch {
	case strings.HasPrefix(problem.Hint, "use an image of"), problem.Misspelt, catalogued(c.Image):
		return lint.Error
	case problem.Hint != "":
		return lint.Warning
	default:
		return lint.Info
	}
}

// catalogued tells whether the catalogue has all that an image ships.
func catalogued(image lint.Image) bool {
	return image.Released() && image.Stated &&
		semver.Compare(semver.MajorMinor("v"+image.Version), "v"+component.Known().Released) <= 0
}
