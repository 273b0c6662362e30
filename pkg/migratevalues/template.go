package migratevalues

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// templated are the keys that the official chart evaluates as templates. This chart takes values to the letter.
func templated() []string {
	return []string{
		"config", "alternateConfig", "podAnnotations", "podLabels", "additionalLabels", "annotations", "extraVolumes", "extraVolumeMounts",
		"extraContainers", "initContainers", "ingress", "serviceMonitor", "podMonitor", "clusterRole", "serviceAccount", "networkPolicy", "service", "httproute",
	}
}

var (
	// action is a template's {{ ... }}; its text may be between backquotes.
	action = regexp.MustCompile("\\{\\{-?\\s*(`[^`]*`|[^`{}]*?)\\s*-?\\}\\}")
	// ofValues is what can be evaluated: a value of the file.
	ofValues = regexp.MustCompile(`^\.Values((?:\.[A-Za-z0-9_]+)+)(?:\s*\|\s*(?:quote|toString))?$`)
	quoted   = regexp.MustCompile(`^"([^"\\]*)"$`)
)

// evaluated is a value in which the templates that read other values, or escape text, are replaced by what they give. Of
// the others it tells.
func (c *conversion) evaluated(path source.Path, value any, values map[string]any) any {
	switch value := value.(type) {
	case map[string]any:
		for _, key := range sorted(value) {
			value[key] = c.evaluated(path.Join(source.Key(key)), value[key], values)
		}
	case []any:
		for i := range value {
			value[i] = c.evaluated(path.Join(source.Index(i)), value[i], values)
		}
	case string:
		if strings.Contains(value, "{{") {
			return c.evaluate(path, value, values)
		}
	}

	return value
}

func (c *conversion) evaluate(path source.Path, text string, values map[string]any) string {
	unknown := strings.Contains(action.ReplaceAllString(text, ""), "{{")
	result := action.ReplaceAllStringFunc(text, func(found string) string {
		inside := action.FindStringSubmatch(found)[1]
		switch {
		case strings.HasPrefix(inside, "`"):
			return strings.Trim(inside, "`")
		case quoted.MatchString(inside):
			return quoted.FindStringSubmatch(inside)[1]
		case ofValues.MatchString(inside):
			keys := strings.Split(ofValues.FindStringSubmatch(inside)[1], ".")[1:]
			switch value := at(values, keys...).(type) {
			case nil, map[string]any, []any:
			default:
				return fmt.Sprint(value)
			}
		}
		unknown = true

		return found
	})
	if unknown {
		c.left(path, "a template, which this chart takes to the letter here: write what it gives")
	}

	return result
}
