package lint

import (
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// defaultConfigFiles are where upstream's images look without --config.
func defaultConfigFiles() []string {
	return []string{
		"/etc/otelcol/config.yaml", "/etc/otelcol-contrib/config.yaml",
		"/etc/otelcol-k8s/config.yaml", "/etc/otelcol-otlp/config.yaml",
	}
}

// configure gives a collector its config: the sources, and what --set lays over them. It
// leaves it unseen where a --set can't be read.
func (c *Collector) configure(sources ...configSource) {
	for _, set := range c.flag("set") {
		key, value, valued := strings.Cut(set.text, "=")
		text := strings.TrimSpace(strings.ReplaceAll(key, ".", "::")) + ": " + strings.TrimSpace(value)
		found, ok := inline(c, text, set.field)
		if !valued || !ok {
			c.Unseen = &Unseen{Field: set.field, Reason: "--set changes it"}
			return
		}
		found.laid = true
		sources = append(sources, found)
	}
	c.Config = newConfig(sources)
}

// configOf finds the sources of a collector's config. There is none where one of them is
// not in the input, since a part of a config can't be judged. An empty one counts for
// nothing beside others.
func (d *discovery) configOf(c *Collector) ([]configSource, *Unseen, error) {
	arguments := c.flag("config")
	if len(arguments) == 0 {
		return d.defaultConfig(c)
	}
	var sources []configSource
	var empty *Unseen
	for _, argument := range arguments {
		found, unseen, err := d.source(c, argument)
		if err != nil {
			return nil, nil, err
		}
		if unseen == nil {
			sources = append(sources, found)
			continue
		}
		unseen.Field = argument.field
		unseen.Missing = unseen.Missing && !d.kustomized
		if !unseen.empty {
			return nil, unseen, nil
		}
		empty = unseen
	}
	if len(sources) == 0 {
		empty.Missing = empty.Missing && len(c.flag("set")) == 0
		return nil, empty, nil
	}
	return sources, nil, nil
}

// defaultConfig is the config where upstream's images look without --config. They bring one
// of their own, so that it is not missing where nothing is mounted.
func (d *discovery) defaultConfig(c *Collector) ([]configSource, *Unseen, error) {
	reason := "no --config is given, so that the image's own holds"
	for _, file := range defaultConfigFiles() {
		found, unseen, err := d.file(c, file)
		if err != nil {
			return nil, nil, err
		}
		if unseen == nil {
			return []configSource{found}, nil, nil
		}
		if _, _, mounted := c.MountOf(file); mounted {
			reason = unseen.Reason
		}
	}
	return nil, &Unseen{Field: c.Container.At("image"), Reason: reason}, nil
}

// source reads what one --config names: a file, file:..., env:... or yaml:...
func (d *discovery) source(c *Collector, named argument) (configSource, *Unseen, error) {
	text := unquoted(named.text)
	scheme, rest, found := strings.Cut(text, ":")
	switch {
	case !found:
		return d.file(c, text)
	case scheme == "file":
		return d.file(c, rest)
	case scheme == "env":
		return d.variable(c, rest)
	case scheme == "yaml":
		read, ok := inline(c, rest, named.field)
		if !ok {
			return configSource{}, &Unseen{Reason: "an argument"}, nil
		}
		return read, nil, nil
	default:
		return configSource{}, &Unseen{Reason: text}, nil
	}
}

// unquoted takes off the quotes around an argument.
func unquoted(text string) string {
	if last := len(text) - 1; last > 0 && (text[0] == '"' || text[0] == '\'') && text[0] == text[last] {
		return text[1:last]
	}
	return text
}

// variable reads a config out of the container's environment.
func (d *discovery) variable(c *Collector, name string) (configSource, *Unseen, error) {
	variable, ok := c.Env(name)
	switch value, reference := variable.At("value"), variable.At("valueFrom", "configMapKeyRef"); {
	case !ok:
		unset := c.Image.Released() && c.Container.At("envFrom").Len() == 0 && !c.Operator && !strings.Contains(name, "$")
		return configSource{}, &Unseen{Reason: "its container has no variable " + name, Missing: unset, empty: unset}, nil
	case value.Written():
		found, ok, err := embeddedVariable(value, c.Object)
		if err != nil || ok {
			return found, nil, err
		}
		return configSource{}, &Unseen{Reason: "the variable " + name + " is empty", Missing: true, empty: true}, nil
	case reference.Exists():
		return d.configMapKey(c, reference.At("name").Text(), reference.At("key").Text())
	default:
		return configSource{}, &Unseen{Reason: "the variable " + name}, nil
	}
}

// embeddedVariable reads a config whose every `$` the kubelet halves.
func embeddedVariable(value Field, object *Object) (configSource, bool, error) {
	found, ok, err := embedded(value, object)
	if err != nil || !ok || !strings.Contains(value.Text(), "$$") {
		return found, ok, err
	}
	documents, err := source.Parse(value.Position().File, []byte(strings.ReplaceAll(value.Text(), "$$", "$")))
	if err != nil || len(documents) == 0 {
		return configSource{}, false, err
	}
	found.shown = found.root
	found.root = rooted(documents[0].Root)
	return found, true, nil
}
