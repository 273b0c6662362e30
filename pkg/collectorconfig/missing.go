package collectorconfig

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// refuseMissing reports every component that the image does not have.
func (c *compilation) refuseMissing() error {
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
	return errors.Join(problems...)
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
