package lint

import "strings"

// configMapKey reads a config out of a ConfigMap. It is missing where the ConfigMap of the
// collector's namespace is there without it, or with nothing in it.
func (d *discovery) configMapKey(c *Collector, name, key string) (configSource, *Unseen, error) {
	unseen := &Unseen{Reason: "ConfigMap " + name}
	for _, object := range d.configMaps(c, name) {
		text := object.At("data", key)
		if text.Text() != "" {
			found, ok, err := embedded(text, object)
			if err != nil || ok {
				return found, nil, err
			}
		}
		switch {
		case key == "" || object.Ref.Namespace != c.Namespace() || object.At("binaryData", key).Exists():
		case text.Written():
			unseen = &Unseen{Reason: key + " of ConfigMap " + name + " is empty", Missing: true, empty: true}
		default:
			unseen = &Unseen{Reason: "ConfigMap " + name + " has nothing under " + key + onlyKeys(object), Missing: true}
		}
	}
	return configSource{}, unseen, nil
}

// configMaps are the ConfigMaps of a name in the collector's namespace, or in one that
// nothing says.
func (d *discovery) configMaps(c *Collector, name string) []*Object {
	var found []*Object
	for _, object := range ofKind(d.objects, c.Namespace(), "", "ConfigMap") {
		if object.Ref.Name == name && name != "" {
			found = append(found, object)
		}
	}
	return found
}

// configMapKeys are the keys of a ConfigMap that the input shows.
func (d *discovery) configMapKeys(c *Collector, name string) []string {
	var keys []string
	for _, object := range d.configMaps(c, name) {
		keys = append(keys, object.At("data").Keys()...)
	}
	return keys
}

// onlyKeys says what a ConfigMap has.
func onlyKeys(object *Object) string {
	keys := object.At("data").Keys()
	if len(keys) == 0 {
		return ""
	}
	return " (it has " + strings.Join(keys, ", ") + ")"
}
