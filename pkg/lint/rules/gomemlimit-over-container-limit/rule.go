// Package gomemlimitovercontainerlimit has the rule gomemlimit-over-container-limit.
package gomemlimitovercontainerlimit

import (
	_ "embed"
	"regexp"
	"strconv"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: gOMEMLIMIT is as much as the container's memory limit, or more, or far above memory_limiter's.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "gomemlimit-over-container-limit",
		Severity: lint.Warning,
		Summary:  "GOMEMLIMIT is as much as the container's memory limit, or more, or far above memory_limiter's.",
		Why:      "Go then works hard to free memory only when the container is already being killed; and above memory_limiter's limit, data is refused for garbage that nobody collected.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://pkg.go.dev/runtime#hdr-Environment_Variables",
		Run:      run,
	}
}

const (
	// most is the share of the container's memory, in percent, that GOMEMLIMIT may take.
	most = 95
	// far is how much of memory_limiter's limit, in percent, is far above it.
	far = 150
)

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		container, limited := c.MemoryLimit()
		variable, ok := c.Env("GOMEMLIMIT")
		if !limited || !ok {
			continue
		}
		place := c.Place(variable.At("value"), "env")
		bytes, known := size(variable.At("value").Text())
		if variable.At("valueFrom", "resourceFieldRef", "resource").Text() == "limits.memory" {
			place, bytes, known = c.Place(variable.At("valueFrom")), container, true
		}
		limiter := c.Derived.GoMemLimitMiB * (1 << 20)
		switch {
		case !known:
		case limiter*100 > container*most && bytes <= limiter:
			// memory_limiter is at fault, and has a rule of its own.
		case bytes*100 > container*most:
			finding := p.Report(place, "%s: GOMEMLIMIT is %d MiB, and the container's memory limit %d: about 80%% of it is right",
				c.Name(), bytes/(1<<20), container/(1<<20))
			// A limit below the request is to be raised first.
			if request, ok := c.Resources().At("requests", "memory").Quantity(); !ok || request.Value() <= container {
				finding.Set(c.Place(variable.At("value")), mib(container*80/100))
			}
		case c.Config != nil && limiter > 0 && bytes*100 > limiter*far:
			p.Report(place, "%s: GOMEMLIMIT is %d MiB, and memory_limiter refuses data at %d: about as much is right",
				c.Name(), bytes/(1<<20), limiter/(1<<20)).
				Set(c.Place(variable.At("value")), mib(limiter))
		}
	}
}

var number = regexp.MustCompile(`^(\d+)(B|KiB|MiB|GiB|TiB)?$`)

// size reads GOMEMLIMIT as Go does; off is more than anything.
func size(text string) (int64, bool) {
	if text == "off" {
		return 1 << 50, true
	}
	match := number.FindStringSubmatch(text)
	if match == nil {
		return 0, false
	}
	count, err := strconv.ParseInt(match[1], 10, 64)
	shift := map[string]uint{"": 0, "B": 0, "KiB": 10, "MiB": 20, "GiB": 30, "TiB": 40}[match[2]]
	if err != nil || count > 1<<62>>shift {
		return 0, false
	}
	return count << shift, true
}

func mib(bytes int64) string { return strconv.FormatInt(bytes>>20, 10) + "MiB" }
