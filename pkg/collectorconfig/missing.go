package collectorconfig

import (
	"fmt"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// missing reports every component that the image does not have.
func (c *compilation) missing() []error {
	var problems []error
	for _, kind := range component.Kinds() {
		for _, id := range sortedKeys(asMap(c.config[string(kind)])) {
			row, known := c.table.Components[kind][typeOf(id)]
			if !known {
				continue
			}
			if reason := lacks(row, c.input.Version, c.input.Distribution); reason != "" {
				problems = append(problems, fmt.Errorf("config.%s.%s: %s", kind, id, reason))
			}
		}
	}
	return problems
}

// badReferences reports lists that name what is not defined, and pipelines that the
// collector does not start.
func (c *compilation) badReferences() []error {
	var problems []error
	report := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	pipelines := c.pipelines()
	if len(pipelines) == 0 {
		report("config.service.pipelines has no pipeline left, and the collector needs one: define one, or take back a `without`")
	}
	for _, pid := range sortedKeys(pipelines) {
		for _, role := range roles() {
			ids := asStrings(asMap(pipelines[pid])[string(role)])
			if len(ids) == 0 && role != component.Processor {
				report("config.service.pipelines.%s.%s is empty: define one in config.%s, or leave the pipeline out by without.pipelines.%s", pid, role, role, pid)
			}
			for _, id := range ids {
				if !c.defines(role, id) {
					report("config.service.pipelines.%s.%s names %s, which is not defined: define it in config.%s", pid, role, id, role)
				}
			}
		}
	}
	for _, id := range asStrings(asMap(c.config["service"])["extensions"]) {
		if !c.defines(component.Extension, id) {
			report("config.service.extensions names %s, which is not defined: define it in config.extensions", id)
		}
	}
	return problems
}

// defines tells whether an id in a list of a kind is defined, be it as a connector.
func (c *compilation) defines(kind component.Kind, id string) bool {
	_, found := asMap(c.config[string(kind)])[id]
	if !found && (kind == component.Receiver || kind == component.Exporter) {
		_, found = asMap(c.config[string(component.Connector)])[id]
	}
	return found
}

// lacks says why an image does not have a component; empty when it has.
func lacks(row component.Component, version, distribution string) string {
	switch {
	case row.Since != "" && semver.Compare("v"+version, "v"+row.Since) < 0:
		return fmt.Sprintf("the collector has it from %s on, and the image is %s", row.Since, version)
	case row.Removed != "" && semver.Compare("v"+version, "v"+row.Removed) >= 0:
		return fmt.Sprintf("the collector dropped it in %s: %s", row.Removed, row.Instead)
	case len(row.Distributions) == 0 || distribution == "custom":
		return ""
	}
	for _, name := range row.Distributions {
		if name == distribution {
			return ""
		}
	}
	return fmt.Sprintf("the %s distribution does not ship it; these do: %s (set image.repository, or image.distribution for an own build)",
		distribution, strings.Join(row.Distributions, ", "))
}
