package inject

import (
	"bytes"
	"io"
	"maps"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// Namespaces reads a stream for Namespaces, for Options.Namespaces: where these stand behind their Pods, Stream learns of
// them too late. What can't be read is left out, since Stream says it.
func Namespaces(name string, in io.Reader) (map[string]map[string]string, error) {
	found := map[string]map[string]string{}
	parts := newSplitter(name, in)
	for {
		part, err := parts.next()
		if err != nil || part == nil {
			return found, err
		}
		maps.Copy(found, namespacesIn(name, part.text))
	}
}

// mayBeNamespace tells at little cost what has no Namespace.
func mayBeNamespace(text []byte) bool {
	const kind = "Namespace"
	for {
		at := bytes.Index(text, []byte(kind))
		if at < 0 {
			return false
		}
		text = text[at+len(kind):]
		// Much is Namespaced.
		if len(text) == 0 || text[0] < 'a' || text[0] > 'z' {
			return true
		}
	}
}

// namespacesIn are the labels of the Namespaces in a text, by their names.
func namespacesIn(name string, text []byte) map[string]map[string]string {
	if !mayBeNamespace(text) {
		return nil
	}
	documents, err := source.Parse(name, text)
	if err != nil {
		return nil
	}
	found := map[string]map[string]string{}
	for _, document := range documents {
		for _, w := range workloadsIn(document.Root.Any(), nil, 0) {
			if w.Kind != "Namespace" {
				continue
			}
			labels := map[string]string{}
			for key, value := range at[map[string]any](w.object, "metadata", "labels") {
				if value, is := value.(string); is {
					labels[key] = value
				}
			}
			found[w.Name] = labels
		}
	}

	return found
}

// learn is what is known with the Namespaces of a text. Those that say nothing of sidecars are left out.
func (i *Injector) learn(name string, text []byte, known map[string]map[string]string) map[string]map[string]string {
	found := namespacesIn(name, text)
	maps.DeleteFunc(found, func(namespace string, labels map[string]string) bool {
		_, asks := labels[Annotation]
		was, before := known[namespace]

		return before && maps.Equal(was, labels) || !before && !asks && len(i.sidecar.NamespaceSelector.requirements()) == 0
	})
	if len(found) == 0 {
		return known
	}
	more := maps.Clone(known)
	if more == nil {
		more = found
	}
	maps.Copy(more, found)

	return more
}
