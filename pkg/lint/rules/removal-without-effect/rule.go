// Package removalwithouteffect has the rule removal-without-effect.
package removalwithouteffect

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: an entry of the values' `without`, or null in their `config`, removes nothing.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "removal-without-effect",
		Severity: lint.Warning,
		Summary:  "An entry of the values' `without`, or null in their `config`, removes nothing.",
		Why:      "No base, preset or config of the release has what it names, so what was to go may still be there under another name. In values that releases share, an entry that is false asks for nothing. Null in `config` stands for a body that is empty, as in `grpc:`, and keeps what the chart or a preset has there, whatever it does elsewhere in values; a list of `config` that names the component says that it is to be there.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://github.com/helm-otlp/helm-otlp#change-the-config",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, release := range p.Releases {
		for _, removal := range collectorconfig.IdleRemovals(release.Input) {
			hint := removal.Hint
			if hint == "" {
				hint = "leave the entry out, or set it to false"
			}
			key := lint.ValueKey("without", removal.Kind, removal.ID)
			p.ReportValue(release.Position(key), "%s removes nothing, since the config has no %s there: %s", key, removal.ID, hint)
		}
		for _, null := range collectorconfig.IdleNulls(release.Input) {
			section := []string{"config", null.Kind, null.ID}
			if null.Kind == "pipelines" {
				section = []string{"config", "service", null.Kind, null.ID}
			}
			key := lint.ValueKey(section...)
			// It may be meant as the empty body that it is.
			p.ReportValue(release.Position(key), "%s is null, which removes nothing: what removes it is `true` at %s, and {} says that it is to be there",
				key, lint.ValueKey("without", null.Kind, null.ID)).Severity = lint.Info
		}
	}
}
