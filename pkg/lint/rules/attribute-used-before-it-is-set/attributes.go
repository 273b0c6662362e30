package attributeusedbeforeitisset

import (
	"regexp"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

var (
	// resourceAttribute is how a condition or a statement names one.
	resourceAttribute = regexp.MustCompile(`resource\.attributes\["([^"]+)"\]`)
	// written is a statement that changes a resource's attributes.
	written = regexp.MustCompile(`\b(set|merge_maps)\(\s*resource\.attributes`)
)

// asked are the resource attributes that conditions, statements and policies of a processor's body name, sorted.
func asked(body any) []string {
	found := map[string]bool{}
	walk(body, func(key, text string) {
		for _, match := range resourceAttribute.FindAllStringSubmatch(text, -1) {
			found[match[1]] = true
		}
		// A policy of tail_sampling looks for its key in the resource and in the span.
		if key == "key" && strings.HasPrefix(text, "k8s.") {
			found[text] = true
		}
	})
	names := make([]string, 0, len(found))
	for name := range found {
		names = append(names, name)
	}
	slices.Sort(names)

	return names
}

// writes tells whether a processor's body may set attributes of the resource: in a statement, in the context where those go by
// a shorter name, or in what a variable holds.
func writes(body any) bool {
	sets := false
	walk(body, func(key, text string) {
		sets = sets || written.MatchString(text) || key == "context" && text == "resource" || strings.Contains(text, "${")
	})

	return sets
}

// walk visits the texts of a value, and the key that each stands at.
func walk(value any, visit func(key, text string)) {
	walkAt("", value, visit)
}

func walkAt(key string, value any, visit func(key, text string)) {
	switch value := value.(type) {
	case string:
		visit(key, value)
	case map[string]any:
		for inner, of := range value {
			walkAt(inner, of, visit)
		}
	case []any:
		for _, of := range value {
			walkAt(key, of, visit)
		}
	}
}

// attributes are those that k8s_attributes sets: of labels and annotations, which nobody else knows, and others.
func attributes(body lint.Field) (own, known map[string]bool) {
	own, known = map[string]bool{}, map[string]bool{}
	metadata := body.At("extract", "metadata").Texts()
	if len(metadata) == 0 {
		metadata = []string{"k8s.namespace.name", "k8s.pod.name", "k8s.pod.uid", "k8s.pod.start_time", "k8s.deployment.name", "k8s.node.name"}
	}
	for _, name := range metadata {
		known[name] = strings.HasPrefix(name, "k8s.")
	}
	for _, kind := range []string{"labels", "annotations"} {
		for _, rule := range body.At("extract", kind).Items() {
			if tag := rule.At("tag_name").Text(); tag != "" {
				own[tag] = true

				continue
			}
			from := rule.At("from").Text()
			if from == "" {
				from = "pod"
			}
			own["k8s."+from+"."+kind+"."+rule.At("key").Text()] = true
		}
	}

	return own, known
}
