// Package imageversionunknown has the rule image-version-unknown.
package imageversionunknown

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: the image's tag does not say the collector's version, or says one that is not known.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "image-version-unknown",
		Severity: lint.Warning,
		Summary:  "The image's tag does not say the collector's version, or one newer than all that are known.",
		Why:      "Names, removals and defaults change with every version: the config is judged for the newest one known, which may not be the one that runs, and a restart may bring another. Of a collector that is newer than this program, nobody can say here what has changed.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/concepts/containers/images/#image-names",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		switch {
		case !c.Runs() || c.Image.Name == "":
		case !c.Image.Stated:
			mend := "write a tag X.Y.Z"
			if c.Own() {
				mend = "set image.collectorVersion, or a tag X.Y.Z"
			}
			p.Report(place(c), "%s does not say which version of the collector it is, judged as %s: %s", c.Image.Name, c.Image.Version, mend)
		// The versions of other images may be their vendors' own.
		case (c.Image.Distribution != lint.Custom || c.Own()) && component.Known().Beyond(c.Image.Version):
			newest := place(c)
			newest.Severity = lint.Info
			p.Report(newest, "%s is version %s of the collector, and what is known of it ends with %s: what changed since then is not seen here, and what is not sure is a warning",
				c.Image.Name, c.Image.Version, component.Known().Newest)
		}
	}
}

// place is where an image is written.
func place(c *lint.Collector) lint.Place {
	return c.Place(c.Container.At("image"), "image.collectorVersion", "image.tag", "image.digest")
}
