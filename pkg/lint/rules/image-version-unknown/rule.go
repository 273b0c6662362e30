// Package imageversionunknown has the rule image-version-unknown.
package imageversionunknown

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: the image's tag does not say the collector's version.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "image-version-unknown",
		Severity: lint.Warning,
		Summary:  "The image's tag does not say the collector's version.",
		Why:      "Names, removals and defaults change with every version: the config is judged for the newest one known, which may not be the one that runs, and a restart may bring another.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/concepts/containers/images/#image-names",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if !c.Runs() || c.Image.Stated || c.Image.Name == "" {
			continue
		}
		mend := "write a tag X.Y.Z"
		if c.Own() {
			mend = "set image.collectorVersion, or a tag X.Y.Z"
		}
		p.Report(c.Place(c.Container.At("image"), "image.collectorVersion", "image.tag", "image.digest"),
			"%s does not say which version of the collector it is, judged as %s: %s", c.Image.Name, c.Image.Version, mend)
	}
}
