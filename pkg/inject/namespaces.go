package inject

import (
	"bytes"
	"io"
	"maps"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// Namespaces reads a stream for Namespaces with the label, for Options.Namespaces: where these stand behind their Pods,
// Stream learns of them too late. What can't be read is left out, since Stream says it.
func Namespaces(name string, in io.Reader) (map[string]string, error) {
	found := map[string]string{}
	i := &Injector{}
	parts := newSplitter(name, in)
	for {
		part, err := parts.next()
		if err != nil || part == nil {
			return found, err
		}
		if i.mayBeNamespace(part.text) {
			found = i.learn(name, part.text, found)
		}
	}
}

// mayBeNamespace tells at little cost what has no Namespace with the label.
func (*Injector) mayBeNamespace(text []byte) bool {
	return bytes.Contains(text, []byte("Namespace")) && bytes.Contains(text, []byte(Annotation))
}

// learn is what is known with the Namespaces of a text.
func (*Injector) learn(name string, text []byte, known map[string]string) map[string]string {
	documents, err := source.Parse(name, text)
	if err != nil {
		return known
	}
	for _, document := range documents {
		for _, w := range workloadsIn(document.Root.Any(), nil, 0) {
			asked, has := at[map[string]any](w.object, "metadata", "labels")[Annotation].(string)
			if w.Kind != "Namespace" || !has {
				continue
			}
			more := maps.Clone(known)
			if more == nil {
				more = map[string]string{}
			}
			more[w.Name] = asked
			known = more
		}
	}

	return known
}
