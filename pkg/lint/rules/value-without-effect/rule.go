// Package valuewithouteffect has the rule value-without-effect.
package valuewithouteffect

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a value does nothing in the mode in use, or beside what another value or the chart says.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "value-without-effect",
		Severity: lint.Warning,
		Summary:  "A value does nothing in the mode in use, or beside what another value or the chart says.",
		Why:      "No template of the mode reads it, so what it asks for is not there: a DaemonSet has a Pod on every node whatever `replicas` says, and a sidecar has no volume for its queue. In values that releases share, such a key belongs below `modes` and the mode that it is for; one that switches its block off asks for nothing. A certificate without `tls.enabled` leaves receivers in plain text, and KEDA without `autoscaling.enabled` scales nothing. With `autoscaling.enabled`, `replicas` is left out, since an autoscaler has the number. The labels by which selectors find the Pods are the chart's own, on all of its objects.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://github.com/helm-otlp/helm-otlp/blob/main/docs/values.md",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, release := range p.Releases {
		mode := release.Input.Mode
		ofMode := layer(release.Written, mode)
		for _, key := range Idle(mode) {
			if path := strings.Split(key, "."); asks(release.Written, path) || asks(ofMode, path) {
				p.ReportValue(release.Position(key), "%s does nothing with mode %s: %s", key, mode, mend(mode, path[0]))
			}
		}
		layers := []map[string]any{release.Written, ofMode, layer(release.Written, "all")}
		for _, t := range toggles() {
			if t.forgotten(layers) && !slices.Contains(Idle(mode), block(t.key)) {
				p.ReportValue(release.Position(t.key), "%s does nothing without %s: set it to true, or to false to say that this is meant", t.key, t.needs)
			}
		}
		if mode == "gateway" {
			replicasBesideAutoscaler(p, release, layers)
		}
		labelsOfSelectors(p, release, layers)
	}
}

// replicasBesideAutoscaler finds a number of Pods that is left out, as an autoscaler has it. The number may be kept for when
// it is off.
func replicasBesideAutoscaler(p *lint.Pass, release *lint.Release, layers []map[string]any) {
	said := slices.IndexFunc(layers, func(layer map[string]any) bool { return at(layer, "autoscaling", "enabled") != nil })
	if said < 0 || at(layers[said], "autoscaling", "enabled") != true {
		return
	}
	if slices.ContainsFunc(layers, func(layer map[string]any) bool { return asks(layer, []string{"replicas"}) }) {
		p.ReportValue(release.Position("replicas"), "replicas does nothing with autoscaling.enabled, which has the number: write autoscaling.minReplicas and maxReplicas").
			Severity = lint.Info
	}
}

// A toggle is a key that does nothing until another one is true, which is false by default.
type toggle struct{ key, needs string }

func toggles() []toggle {
	return []toggle{
		{"tls.existingSecret", "tls.enabled"},
		{"tls.certManager.enabled", "tls.enabled"},
		{"autoscaling.keda.enabled", "autoscaling.enabled"},
		{"networkPolicy.egress.to", "networkPolicy.egress.enabled"},
	}
}

// forgotten tells whether the key asks for something, and no layer says anything of what it needs.
func (t toggle) forgotten(layers []map[string]any) bool {
	needs := func(layer map[string]any) bool { return at(layer, strings.Split(t.needs, ".")...) != nil }

	return !slices.ContainsFunc(layers, needs) &&
		slices.ContainsFunc(layers, func(layer map[string]any) bool { return asks(layer, strings.Split(t.key, ".")) })
}

// layer is what is written for one mode, or for all.
func layer(written map[string]any, name string) map[string]any {
	of, _ := at(written, "modes", name).(map[string]any)

	return of
}

// block is the key at the top of a path.
func block(key string) string {
	top, _, _ := strings.Cut(key, ".")

	return top
}

// mend says where the value belongs.
func mend(mode, block string) string {
	var others []string
	for _, other := range []string{"gateway", "daemonset", "sidecar"} {
		if !slices.ContainsFunc(Idle(other), func(key string) bool { return strings.HasPrefix(key+".", block+".") }) {
			others = append(others, "modes."+other)
		}
	}
	if len(others) == 0 || mode == "" {
		return "remove it"
	}
	return "remove it, or put it below " + strings.Join(others, " and ") + " where releases of several modes share the file"
}

// asks tells whether values ask for something at a path. What is off or empty asks for
// nothing, nor does what stands in a block that is off.
func asks(values map[string]any, path []string) bool {
	for n := 1; n < len(path); n++ {
		if off(at(values, path[:n]...)) {
			return false
		}
	}
	return !off(at(values, path...))
}

// off tells whether a value is empty, false or null, or a block that is not enabled.
func off(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case bool:
		return !value
	case string:
		return value == ""
	case []any:
		return len(value) == 0
	case map[string]any:
		for _, is := range []string{"enabled", "create"} {
			if on, found := value[is].(bool); found && !on {
				return true
			}
		}
		for _, below := range value {
			if !off(below) {
				return false
			}
		}
		return true
	default:
		return false
	}
}

// at is the value at a path; nil without one.
func at(values map[string]any, path ...string) any {
	var found any = values
	for _, key := range path {
		below, _ := found.(map[string]any)
		found = below[key]
	}
	return found
}
