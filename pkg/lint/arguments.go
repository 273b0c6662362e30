package lint

import (
	"regexp"
	"strings"
)

// argument is one of a container's command and arguments as the kubelet hands it over, and
// where it stands.
type argument struct {
	text  string
	field Field
}

// arguments are the container's command and arguments. Those of an OpenTelemetryCollector
// are a map of flags.
func (c *Collector) arguments() []argument {
	environment := c.environment()
	var found []argument
	args := c.Container.At("args")
	for _, field := range append(c.Container.At("command").Items(), args.Items()...) {
		found = append(found, argument{kubeletExpanded(field.Text(), environment), field})
	}
	for _, name := range args.Keys() {
		text := "--" + name + "=" + args.At(name).Text()
		found = append(found, argument{kubeletExpanded(text, environment), args.At(name)})
	}
	return found
}

// flag are the values of one of the collector's flags, given as --flag=value or as two
// arguments, in their order.
func (c *Collector) flag(name string) []argument {
	var found []argument
	arguments := c.arguments()
	for i, given := range arguments {
		for _, flag := range []string{"--" + name, "-" + name} {
			if value, ok := strings.CutPrefix(given.text, flag+"="); ok {
				found = append(found, argument{value, given.field})
			} else if given.text == flag && i+1 < len(arguments) {
				found = append(found, arguments[i+1])
			}
		}
	}
	return found
}

// FeatureGate is what the collector's --feature-gates say of a gate: whether they turn it
// on or off, and whether they name it at all. The last one holds.
func (c *Collector) FeatureGate(name string) (on, given bool) {
	for _, list := range c.flag("feature-gates") {
		for gate := range strings.SplitSeq(list.text, ",") {
			off, isOff := strings.CutPrefix(gate, "-")
			if isOff && off == name || !isOff && strings.TrimPrefix(gate, "+") == name {
				on, given = !isOff, true
			}
		}
	}
	return on, given
}

// environment is what environmentOf has of the collector's container.
func (c *Collector) environment() map[string]string { return environmentOf(c.Container) }

// environmentOf is a container's variables that have a value of their own, as the kubelet
// hands them over: a value may name the variables above it.
func environmentOf(container Field) map[string]string {
	found := map[string]string{}
	for _, variable := range container.At("env").Items() {
		if value := variable.At("value"); value.Written() {
			found[variable.At("name").Text()] = kubeletExpanded(value.Text(), found)
		}
	}
	return found
}

// kubeletReference is what the kubelet replaces in arguments and variables: $(NAME), and
// $$ for a $ of its own.
var kubeletReference = regexp.MustCompile(`\$\$|\$\(([^)]*)\)`)

// kubeletExpanded replaces the variables that are known. The others stay as they are
// written, as those do that the container does not have.
func kubeletExpanded(text string, environment map[string]string) string {
	if !strings.Contains(text, "$") {
		return text
	}
	return kubeletReference.ReplaceAllStringFunc(text, func(token string) string {
		if token == "$$" {
			return "$"
		}
		if value, ok := environment[kubeletReference.FindStringSubmatch(token)[1]]; ok {
			return value
		}
		return token
	})
}
