package lint

import (
	"regexp"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// policy adds the sidecar that a MutatingAdmissionPolicy injects: one of its variables,
// or a value in its patch, is a container in CEL with a collector's image. The config is
// in the ConfigMap that the policy's binding names as parameters.
func (d *discovery) policy(object *Object) error {
	for _, variable := range object.At("spec", "variables").Items() {
		expression := variable.At("expression")
		container, ok := celMap(expression)
		// An own build may be called anything; the chart injects nothing but a collector.
		image := container.At("image").Text()
		if collects := IsCollectorImage(image) || object.Own && image != ""; !ok || !collects {
			continue
		}
		collector := &Collector{
			Object: object, Container: container, Mode: Sidecar,
			Image: imageOf(object, image),
		}
		found, ok, err := d.parameters(object)
		if err != nil {
			return err
		}
		if ok {
			collector.configure(found)
		} else {
			collector.Unseen = &Unseen{Field: object.At("spec", "paramKind"), Reason: "the parameters of its binding"}
		}
		d.collectors = append(d.collectors, collector)
		return nil
	}
	return nil
}

var parameterKey = regexp.MustCompile(`params\.data\[\s*["']([^"']+)["']\s*\]`)

// parameters reads the config out of the ConfigMap that a binding of the policy names.
func (d *discovery) parameters(policy *Object) (configSource, bool, error) {
	keys := map[string]bool{}
	for _, variable := range policy.At("spec", "variables").Items() {
		for _, match := range parameterKey.FindAllStringSubmatch(variable.At("expression").Text(), -1) {
			keys[match[1]] = true
		}
	}
	for _, binding := range ofKind(d.objects, "", "admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding") {
		if binding.At("spec", "policyName").Text() != policy.Ref.Name {
			continue
		}
		reference := binding.At("spec", "paramRef")
		for _, object := range ofKind(d.objects, reference.At("namespace").Text(), "", "ConfigMap") {
			if object.Ref.Name != reference.At("name").Text() {
				continue
			}
			for _, key := range object.At("data").Keys() {
				if text := object.At("data", key); keys[key] && text.Text() != "" {
					return embedded(text, object)
				}
			}
		}
	}
	return configSource{}, false, nil
}

// celMap reads a CEL map literal whose values are literals, dyn(...) of them, or
// variables, which are taken as text. It is false for any other expression.
func celMap(expression Field) (Field, bool) {
	text := strings.TrimSpace(expression.Text())
	if !strings.HasPrefix(text, "{") {
		return Field{}, false
	}
	documents, err := source.Parse(expression.Position().File, []byte(celToFlow(text)))
	if err != nil || len(documents) != 1 || documents[0].Root.Kind != source.Mapping {
		return Field{}, false
	}
	root := rooted(documents[0].Root)
	root.within = &expression
	return root, true
}

var celToken = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|dyn\s*\(|\)|[A-Za-z_][A-Za-z0-9_.]*|[^"A-Za-z_)]+`)

// celToFlow writes a CEL literal as YAML in flow style.
func celToFlow(text string) string {
	return celToken.ReplaceAllStringFunc(text, func(token string) string {
		switch {
		case token == ")" || strings.HasPrefix(token, "dyn"):
			return ""
		case token == "true" || token == "false" || token == "null":
			return token
		case token[0] == '_' || token[0] >= 'A' && token[0] <= 'Z' || token[0] >= 'a' && token[0] <= 'z':
			return `"` + token + `"`
		default:
			return token
		}
	})
}
