// Package emptypipeline has the rule empty-pipeline.
package emptypipeline

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a pipeline has no receivers or no exporters, or there is no pipeline.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "empty-pipeline",
		Severity: lint.Error,
		Summary:  "A pipeline has no receivers or no exporters, or there is no pipeline.",
		Why:      "The collector refuses a pipeline that nothing feeds or that leads nowhere.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/configuration/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		for _, problem := range c.Problems {
			if problem.Code == collectorconfig.CodeEmptyPipeline {
				report(p, c, problem)
			}
		}
	}
}

// report blames what emptied the pipeline before its surroundings: a list that is taken to
// the letter, and what is left out.
func report(p *lint.Pass, c *lint.Collector, problem lint.Problem) {
	steps := problem.Field.Steps()
	config := lint.ConfigValues(steps...)
	causes := []string{"without.pipelines", "without.receivers"}
	if len(steps) == 4 { // service.pipelines.ID.ROLE
		exact := strings.Replace(lint.ConfigValues(steps[:3]...)[0], "config.service.pipelines", "exactPipelines", 1)
		causes = []string{exact, fmt.Sprintf("without.%v", steps[3])}
	}
	p.Report(lint.Place{
		Object: c.Config.ObjectOf(problem.Field), Field: problem.Field,
		Values: slices.Concat(config[:1], causes, config[1:]),
	}, "%s: %s", problem.Message, problem.Hint)
}
