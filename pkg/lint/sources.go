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

// configOf finds the sources of a collector's config. There is none where one of them is
// not in the input, since a part of a config can't be judged.
func (d *discovery) configOf(c *Collector) ([]configSource, *Unseen, error) {
	arguments := configArguments(c.Container)
	if len(arguments) == 0 {
		return d.defaultConfig(c)
	}
	var sources []configSource
	for _, argument := range arguments {
		found, unseen, err := d.source(c, argument.value)
		if unseen != nil {
			unseen.Field = argument.field
		}
		if err != nil || unseen != nil {
			return nil, unseen, err
		}
		sources = append(sources, found)
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
func (d *discovery) source(c *Collector, argument string) (configSource, *Unseen, error) {
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
			// It is written for the collector's own reader.
			return configSource{}, &Unseen{Reason: "an argument"}, nil //nolint:nilerr // not for this reader
		}
		arguments := c.Container.At("args")
		root := rooted(documents[0].Root)
		root.within = &arguments
		return configSource{root: root, object: c.Object}, nil, nil
	default:
		return configSource{}, &Unseen{Reason: argument}, nil
	}
}

// variable reads a config out of the container's environment.
func (d *discovery) variable(c *Collector, name string) (configSource, *Unseen, error) {
	variable, ok := c.Env(name)
	switch value, reference := variable.At("value"), variable.At("valueFrom", "configMapKeyRef"); {
	case !ok:
		unset := c.Image.Released() && c.Container.At("envFrom").Len() == 0 && !c.Operator
		return configSource{}, &Unseen{Reason: "its container has no variable " + name, Missing: unset}, nil
	case value.Text() != "":
		found, ok, err := embeddedVariable(value, c.Object)
		if err != nil || !ok {
			return configSource{}, &Unseen{Reason: "the variable " + name}, err
		}
		return found, nil, nil
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

// file reads a config out of the ConfigMap that is mounted where the file stands.
func (d *discovery) file(c *Collector, file string) (configSource, *Unseen, error) {
	mount, relative, ok := c.MountOf(file)
	if !ok {
		return configSource{}, c.unmounted(file), nil
	}
	volume := c.volume(mount.At("name").Text())
	if subPath := mount.At("subPath").Text(); subPath != "" {
		relative = path.Join(subPath, relative)
	}
	sources := volume.At("projected", "sources").Items()
	if volume.At("configMap").Exists() {
		sources = []Field{volume}
	}
	if len(sources) == 0 || mount.At("subPathExpr").Exists() {
		return configSource{}, &Unseen{Reason: heldBy(volume)}, nil
	}
	var unseen []*Unseen
	for _, from := range sources {
		found, not, err := d.mounted(c, from, relative)
		if err != nil || not == nil {
			return found, nil, err
		}
		unseen = append(unseen, not)
	}
	return configSource{}, allOf(unseen), nil
}

// mounted reads a config out of a ConfigMap that is a volume, or a part of one, at the path
// that it has there.
func (d *discovery) mounted(c *Collector, from Field, relative string) (configSource, *Unseen, error) {
	reference := from.At("configMap")
	if !reference.Exists() {
		return configSource{}, &Unseen{Reason: "a projected volume"}, nil
	}
	name, key := reference.At("name").Text(), relative
	if items := reference.At("items"); items.Exists() {
		key = ""
		for _, item := range items.Items() {
			if item.At("path").Text() == relative {
				key = item.At("key").Text()
			}
		}
		if key == "" {
			return configSource{}, &Unseen{Reason: "no item of ConfigMap " + name + " is mounted as " + relative, Missing: true}, nil
		}
	}
	return d.configMapKey(c, name, key)
}

// configMapKey reads a config out of a ConfigMap. It is missing where the ConfigMap of the
// collector's namespace is there without it.
func (d *discovery) configMapKey(c *Collector, name, key string) (configSource, *Unseen, error) {
	unseen := &Unseen{Reason: "ConfigMap " + name}
	for _, object := range ofKind(d.objects, c.Namespace(), "", "ConfigMap") {
		if object.Ref.Name != name || name == "" || key == "" {
			continue
		}
		if text := object.At("data", key); text.Text() != "" {
			found, ok, err := embedded(text, object)
			if err != nil || ok {
				return found, nil, err
			}
		}
		if object.Ref.Namespace == c.Namespace() && !object.At("binaryData", key).Exists() {
			unseen = &Unseen{Reason: "ConfigMap " + name + " has nothing under " + key + onlyKeys(object), Missing: true}
		}
	}
	return configSource{}, unseen, nil
}

// onlyKeys says what a ConfigMap has.
func onlyKeys(object *Object) string {
	keys := object.At("data").Keys()
	if len(keys) == 0 {
		return ""
	}
	return " (it has " + strings.Join(keys, ", ") + ")"
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
