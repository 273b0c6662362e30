package lint

import (
	"path"
	"slices"
	"strings"
)

// file reads a config out of the ConfigMap that is mounted where the file stands.
func (d *discovery) file(c *Collector, file string) (configSource, *Unseen, error) {
	if strings.Contains(file, "$") {
		return configSource{}, &Unseen{Reason: file + ", whose variables the input does not show"}, nil
	}
	mount, relative, ok := c.MountOf(file)
	if !ok {
		return configSource{}, d.unmounted(c, file), nil
	}
	volume := c.volume(mount.At("name").Text())
	subPath := mount.At("subPath").Text()
	sources := configMapsOf(volume)
	switch {
	case mount.At("subPathExpr").Exists():
		return configSource{}, &Unseen{Reason: heldBy(volume)}, nil
	case subPath == "" && relative == "" && (len(sources) > 0 || volume.At("secret").Exists()):
		return configSource{}, d.folder(c, volume, file), nil
	case len(sources) == 0:
		return configSource{}, &Unseen{Reason: heldBy(volume)}, nil
	case subPath != "":
		relative = path.Join(subPath, relative)
	default:
		// The kubelet keeps the files there, and links to them.
		relative = strings.TrimPrefix(relative, "..data/")
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

// configMapsOf are the parts of a volume that may be ConfigMaps: itself, or the sources of a
// projected volume.
func configMapsOf(volume Field) []Field {
	if volume.At("configMap").Exists() {
		return []Field{volume}
	}
	return volume.At("projected", "sources").Items()
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

// folder says that a volume stands as a whole where a file should.
func (d *discovery) folder(c *Collector, volume Field, file string) *Unseen {
	key := path.Base(file)
	for _, from := range configMapsOf(volume) {
		name := from.At("configMap", "name").Text()
		if keys := d.configMapKeys(c, name); len(keys) == 1 && !from.At("configMap", "items").Exists() {
			key = keys[0]
		}
	}
	return &Unseen{Reason: file + " is a folder there: add subPath: " + key, Missing: true}
}

// unmounted says why a file is not seen that stands under none of the container's mounts. It
// is certainly missing where upstream's image is known not to have it and a config of its
// name is mounted elsewhere, so that the path is a slip. Else something may mount it on the
// way, as Vault's injector does.
func (d *discovery) unmounted(c *Collector, file string) *Unseen {
	unseen := &Unseen{Reason: file + ", which the image has or something mounts on the way"}
	baked := !path.IsAbs(file) || strings.HasPrefix(path.Clean(file), "/etc/otelcol")
	if baked || !c.Image.Released() || c.Container.At("command").Exists() || c.vaultInjects() {
		return unseen
	}
	if meant, ok := d.elsewhere(c, path.Base(file)); ok {
		return &Unseen{Reason: file + " is under none of the container's mounts; it is mounted as " + meant, Missing: true}
	}
	return unseen
}

// vaultInjects says that Vault's injector writes files into the Pod.
func (c *Collector) vaultInjects() bool {
	for _, key := range c.Pod.At("metadata", "annotations").Keys() {
		if strings.HasPrefix(key, "vault.hashicorp.com/") {
			return true
		}
	}
	return false
}

// elsewhere is where a config of a name is mounted that no argument names.
func (d *discovery) elsewhere(c *Collector, name string) (string, bool) {
	named := map[string]bool{}
	for _, argument := range c.flag("config") {
		named[path.Clean(strings.TrimPrefix(unquoted(argument.text), "file:"))] = true
	}
	for _, mount := range c.Container.At("volumeMounts").Items() {
		file := path.Clean(mount.At("mountPath").Text())
		if path.Base(file) != name {
			file = path.Join(file, name)
		}
		// What can't be read is no config.
		found, unseen, err := d.file(c, file)
		if err == nil && unseen == nil && isBareConfig(found.root) && !named[file] {
			return file, true
		}
	}
	return "", false
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

// MountsBelow tells whether something is mounted below a path of the container's file system.
func (c *Collector) MountsBelow(folder string) bool {
	return slices.ContainsFunc(c.Container.At("volumeMounts").Items(), func(mount Field) bool {
		return strings.HasPrefix(mount.At("mountPath").Text(), strings.TrimSuffix(path.Clean(folder), "/")+"/")
	})
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

// heldBy is what a volume holds that is no ConfigMap.
func heldBy(volume Field) string {
	if name := volume.At("secret", "secretName").Text(); name != "" {
		return "Secret " + name
	}
	for _, kind := range volume.Keys() {
		if kind != "name" {
			return "volume " + volume.At("name").Text() + ", of kind " + kind
		}
	}
	return "a volume that the Pod does not define"
}
