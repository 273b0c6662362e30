package inject

import (
	"fmt"
	"slices"
)

// A Selector chooses Namespaces by their labels, as a LabelSelector of Kubernetes does; an empty one takes all.
type Selector struct {
	MatchLabels      map[string]string `yaml:"matchLabels"`
	MatchExpressions []Requirement     `yaml:"matchExpressions"`
}

// A Requirement is what the label of a key has to be. The operator is In, NotIn, Exists or DoesNotExist.
type Requirement struct {
	Key      string   `yaml:"key"`
	Operator string   `yaml:"operator"`
	Values   []string `yaml:"values"`
}

// nameLabel is a label that the API server gives to each Namespace: its name.
const nameLabel = "kubernetes.io/metadata.name"

func (s Selector) check() error {
	for _, r := range s.MatchExpressions {
		if !slices.Contains([]string{"In", "NotIn", "Exists", "DoesNotExist"}, r.Operator) {
			return fmt.Errorf("the sidecar's namespaceSelector has the operator %q for the label %s: want In, NotIn, Exists or DoesNotExist", r.Operator, r.Key)
		}
	}

	return nil
}

// requirements are all that it has.
func (s Selector) requirements() []Requirement {
	all := slices.Clone(s.MatchExpressions)
	for key, value := range s.MatchLabels {
		all = append(all, Requirement{Key: key, Operator: "In", Values: []string{value}})
	}

	return all
}

// takes tells whether it takes a Namespace. The name is empty, and the labels are nil, where they are not known: then it
// is sure of a no alone.
func (s Selector) takes(name string, labels map[string]string) (yes, sure bool) {
	sure = true
	for _, r := range s.requirements() {
		value, has := labels[r.Key]
		known := labels != nil
		if r.Key == nameLabel {
			value, has, known = name, true, name != ""
		}
		switch {
		case !known:
			sure = false
		case !r.holds(value, has):
			return false, true
		}
	}

	return true, sure
}

func (r Requirement) holds(value string, has bool) bool {
	switch r.Operator {
	case "Exists":
		return has
	case "DoesNotExist":
		return !has
	case "NotIn":
		return !has || !slices.Contains(r.Values, value)
	default:
		return has && slices.Contains(r.Values, value)
	}
}
