package collectorconfig

import (
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// A set is a list in a component's body in which nothing may stand twice.
type set struct {
	kind      component.Kind
	name, key string
	// anyCase tells that capitals make no difference.
	anyCase bool
	refused moment
}

func sets() []set {
	return []set{
		{component.Processor, "batch", "metadata_keys", true, onReading},
		{component.Receiver, "kubelet_stats", "extra_metadata_labels", false, whenMade},
	}
}

// checkTwice reports what stands twice in a list that is a set.
func (c *checker) checkTwice(doc *Document, d Definition, canonical string) {
	for _, set := range sets() {
		if set.kind != d.Kind || set.name != canonical || d.Body == nil {
			continue
		}
		list := d.Body.Get(set.key)
		if list == nil || list.Kind != source.Sequence {
			continue
		}
		seen := map[string]bool{}
		for i, item := range list.Items {
			if item.Kind != source.Scalar || varies(item) {
				continue
			}
			word, inAnyCase := item.Value, ""
			if set.anyCase {
				word, inAnyCase = strings.ToLower(word), ", in whatever capitals"
			}
			if path := source.Keys(set.key).Join(source.Index(i)); seen[word] {
				c.subject(doc, d).refuse(set.refused, path, item, Problem{Code: CodeInvalidValue, Hint: "leave one of them out",
					Message: " is " + written(item) + ", which stands there twice" + inAnyCase})
			}
			seen[word] = true
		}
	}
}
