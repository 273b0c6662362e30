package otelcol_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

// A right is what a rule allows, taken apart: one verb on one resource.
type right struct {
	Verb, Group, Resource string
	// Namespace is empty for all of them, and for what is in none; Name for all names.
	Namespace, Name string
}

// String says it as a Request does.
func (r right) String() string {
	text := r.Verb + " " + r.kind()
	if r.Name != "" {
		text += " " + r.Name
	}
	if r.Namespace != "" {
		text += " in " + r.Namespace
	}
	return text
}

func (r right) kind() string {
	if r.Group == "" {
		return r.Resource
	}
	return r.Resource + "." + r.Group
}

// covers tells whether a right allows a request.
func (r right) covers(request right) bool {
	return r.Verb == request.Verb && r.Group == request.Group && r.Resource == request.Resource &&
		(r.Namespace == "" || r.Namespace == request.Namespace) && (r.Name == "" || r.Name == request.Name)
}

// asked is the right that a request takes.
func asked(request cluster.Request) right {
	r := right{Verb: request.Verb, Group: request.Group, Resource: request.Resource, Namespace: request.Namespace, Name: request.Name}
	if r.Resource == "" {
		r.Resource, _, _ = strings.Cut(request.URL, "?")
	}
	if r.Resource == "namespaces" && r.Group == "" {
		r.Namespace = "" // The server names a namespace twice.
	}
	return r
}

// everyones tells whether each account may send a request, by the roles that come with Kubernetes.
func everyones(request right) bool {
	return slices.ContainsFunc([]string{"/api", "/version", "/openapi", "/healthz", "/livez", "/readyz"}, func(prefix string) bool {
		return strings.HasPrefix(request.Resource, prefix)
	})
}

// grantedBy takes apart what the roles among manifests allow. Role and binding always come together: the cluster's own
// view is what a SubjectAccessReview tells.
func grantedBy(t *testing.T, manifests []string) []right {
	t.Helper()
	var rights []right
	for _, manifest := range manifests {
		var role rbacv1.ClusterRole
		require.NoError(t, yaml.Unmarshal([]byte(manifest), &role))
		if role.Kind != "ClusterRole" && role.Kind != "Role" {
			continue
		}
		for _, rule := range role.Rules {
			rights = append(rights, apart(role.Namespace, rule)...)
		}
	}
	return sorted(rights)
}

func apart(namespace string, rule rbacv1.PolicyRule) []right {
	names := rule.ResourceNames
	if len(names) == 0 {
		names = []string{""}
	}
	var rights []right
	for _, verb := range rule.Verbs {
		for _, group := range rule.APIGroups {
			for _, resource := range rule.Resources {
				for _, name := range names {
					rights = append(rights, right{verb, group, resource, namespace, name})
				}
			}
		}
		for _, url := range rule.NonResourceURLs {
			rights = append(rights, right{Verb: verb, Resource: url})
		}
	}
	return rights
}

// ruleOf is the smallest rule that allows it.
func ruleOf(r right) rbacv1.PolicyRule {
	if strings.HasPrefix(r.Resource, "/") {
		return rbacv1.PolicyRule{Verbs: []string{r.Verb}, NonResourceURLs: []string{r.Resource}}
	}
	rule := rbacv1.PolicyRule{Verbs: []string{r.Verb}, APIGroups: []string{r.Group}, Resources: []string{r.Resource}}
	if r.Name != "" {
		rule.ResourceNames = []string{r.Name}
	}
	return rule
}

// of is the right as it is of a copy for an account, which has a lease of its own.
func (r right) of(account string) right {
	if r.Resource == "leases" && r.Name != "" {
		r.Name += "-" + account
	}
	return r
}

// sorted orders rights and leaves out repetitions.
func sorted(rights []right) []right {
	unique := map[right]bool{}
	for _, r := range rights {
		unique[r] = true
	}
	return slices.SortedFunc(maps.Keys(unique), func(a, b right) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
}

// wider tells which of the rights granted nothing used, and which were used for one namespace or one name alone though
// they are for all. used are requests that were allowed.
func wider(rights, used []right) map[right]string {
	found := map[right]string{}
	for _, r := range rights {
		namespaces, names := map[string]bool{}, map[string]bool{}
		for _, request := range used {
			if r.covers(request) {
				namespaces[request.Namespace], names[request.Name] = true, true
			}
		}
		switch {
		case len(namespaces) == 0:
			found[r] = "unused"
		case r.Namespace == "" && !namespaces[""]:
			found[r] = "used in " + strings.Join(slices.Sorted(maps.Keys(namespaces)), ", ")
		case r.Name == "" && !names[""] && len(names) == 1 && r.Verb != "create":
			found[r] = "used of " + strings.Join(slices.Sorted(maps.Keys(names)), ", ")
		}
	}
	return found
}
