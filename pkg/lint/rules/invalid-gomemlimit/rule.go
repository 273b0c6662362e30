// Package invalidgomemlimit has the rule invalid-gomemlimit.
package invalidgomemlimit

import (
	_ "embed"
	"regexp"
	"strconv"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: Go does not read GOMEMLIMIT as it is written.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "invalid-gomemlimit",
		Severity: lint.Error,
		Summary:  "GOMEMLIMIT is not written as Go reads it, or is a few bytes.",
		Why: "Go takes a number of bytes, or one with B, KiB, MiB, GiB or TiB, and ends a program at its start where it reads anything else: " +
			"Kubernetes' own Mi and Gi too. With a limit of a few bytes the collector does nothing but collect garbage.",
		Bad:  bad,
		Good: good,
		Docs: "https://pkg.go.dev/runtime#hdr-Environment_Variables",
		Run:  run,
	}
}

var (
	limit = regexp.MustCompile(`^\d+(B|KiB|MiB|GiB|TiB)?$`)
	// quantity is what Kubernetes calls a number of bytes.
	quantity = regexp.MustCompile(`^(\d+)([KMGT])i?B?$`)
)

// least is how many bytes are a limit that somebody may mean.
const least = 1 << 20

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		variable, _ := c.Env("GOMEMLIMIT")
		field := variable.At("value")
		text := field.Text()
		if text == "" || text == "off" || strings.Contains(text, "$") {
			continue
		}
		bytes, err := strconv.ParseInt(text, 10, 64)
		switch {
		case !limit.MatchString(text):
			finding := p.Report(c.Place(field, "env"), "%s: Go does not read GOMEMLIMIT %s, and ends the collector at its start: write %s", c.Name(), text, meant(text))
			if quantity.MatchString(text) {
				finding.Set(c.Place(field), meant(text))
			}
		case err == nil && bytes < least:
			p.Report(c.Place(field, "env"), "%s: GOMEMLIMIT is %s bytes: write %sMiB", c.Name(), text, text).
				Set(c.Place(field), text+"MiB")
		}
	}
}

// meant is the limit that a text is likely to mean.
func meant(text string) string {
	if match := quantity.FindStringSubmatch(text); match != nil {
		return match[1] + match[2] + "iB"
	}

	return "a whole number with MiB, such as 1600MiB"
}
