package lint

import (
	"path"
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

// configOf finds the sources of a collector's config. It is empty where one of them is
// not in the input, since a part of a config can't be judged.
func (d *discovery) configOf(c *Collector) ([]configSource, error) {
	arguments := configArguments(c.Container)
	if len(arguments) == 0 {
		for _, file := range defaultConfigFiles() {
			if found, ok, err := d.file(c, file); ok || err != nil {
				return []configSource{found}, err
			}
		}
		return nil, nil
	}
	var sources []configSource
	for _, argument := range arguments {
		found, ok, err := d.source(c, argument)
		if err != nil || !ok {
			return nil, err
		}
		sources = append(sources, found)
	}
	return sources, nil
}

// source reads what one --config names: a file, file:..., env:... or yaml:...
func (d *discovery) source(c *Collector, argument string) (configSource, bool, error) {
	scheme, rest, found := strings.Cut(argument, ":")
	switch {
	case !found:
		return d.file(c, argument)
	case scheme == "file":
		return d.file(c, rest)
	case scheme == "env":
		return d.variable(c, rest)
	case scheme == "yaml":
		documents, err := source.Parse(c.Container.Position().File, []byte(strings.ReplaceAll(rest, "::", ": ")))
		if err != nil || len(documents) == 0 {
			return configSource{}, false, nil //nolint:nilerr // written for the collector's own reader
		}
		arguments := c.Container.At("args")
		root := rooted(documents[0].Root)
		root.within = &arguments
		return configSource{root: root, object: c.Object}, true, nil
	default:
		return configSource{}, false, nil
	}
}

// variable reads a config out of the container's environment.
func (d *discovery) variable(c *Collector, name string) (configSource, bool, error) {
	variable, ok := c.Env(name)
	if !ok {
		return configSource{}, false, nil
	}
	if value := variable.At("value"); value.Text() != "" {
		return embeddedVariable(value, c.Object)
	}
	reference := variable.At("valueFrom", "configMapKeyRef")
	return d.configMapKey(c, reference.At("name").Text(), reference.At("key").Text())
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

// file reads a config out of the ConfigMap that is mounted where the file stands.
func (d *discovery) file(c *Collector, file string) (configSource, bool, error) {
	mount, relative, ok := c.MountOf(file)
	if !ok {
		return configSource{}, false, nil
	}
	volume := c.volume(mount.At("name").Text())
	if subPath := mount.At("subPath").Text(); subPath != "" {
		relative = path.Join(subPath, relative)
	}
	references := []Field{volume.At("configMap")}
	for _, projected := range volume.At("projected", "sources").Items() {
		references = append(references, projected.At("configMap"))
	}
	for _, reference := range references {
		key := relative
		if items := reference.At("items"); items.Exists() {
			key = ""
			for _, item := range items.Items() {
				if item.At("path").Text() == relative {
					key = item.At("key").Text()
				}
			}
		}
		if found, ok, err := d.configMapKey(c, reference.At("name").Text(), key); ok || err != nil {
			return found, ok, err
		}
	}
	return configSource{}, false, nil
}

func (d *discovery) configMapKey(c *Collector, name, key string) (configSource, bool, error) {
	if name == "" || key == "" {
		return configSource{}, false, nil
	}
	for _, object := range ofKind(d.objects, c.Namespace(), "", "ConfigMap") {
		if text := object.At("data", key); object.Ref.Name == name && text.Text() != "" {
			return embedded(text, object)
		}
	}
	return configSource{}, false, nil
}

// MountOf is the container's mount under which a path of its file system stands, the
// deepest one, and the path below it. It is false where nothing is mounted there.
func (c *Collector) MountOf(file string) (mount Field, relative string, ok bool) {
	deepest := -1
	for _, candidate := range c.Container.At("volumeMounts").Items() {
		at := path.Clean(candidate.At("mountPath").Text())
		below, inside := strings.CutPrefix(path.Clean(file), strings.TrimSuffix(at, "/"))
		if inside && (below == "" || strings.HasPrefix(below, "/")) && len(at) > deepest {
			mount, relative, deepest = candidate, strings.TrimPrefix(below, "/"), len(at)
		}
	}
	return mount, relative, deepest >= 0
}

// volume is the Pod's volume of a name.
func (c *Collector) volume(name string) Field {
	volumes := c.Pod.At("spec", "volumes")
	if c.Operator {
		volumes = c.Container.At("volumes")
	}
	for _, volume := range volumes.Items() {
		if volume.At("name").Text() == name {
			return volume
		}
	}
	return Field{}
}
