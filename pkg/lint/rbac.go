package lint

import (
	"maps"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
)

// Permission is one verb on one resource (or URL) in the cluster or a namespace.
type Permission struct {
	// Namespace is empty for the whole cluster.
	Namespace string
	Group     string
	// Resource is resource[/subresource], or a URL path that begins with a slash.
	Resource string
	// Name is that of the only object; empty for all.
	Name string
	Verb string
}

// String is how messages call the permission: "list pods", "get nodes/stats".
func (p Permission) String() string {
	text := p.Verb + " " + p.Resource
	if p.Group != "" {
		text += "." + p.Group
	}
	if p.Name != "" {
		text += " " + p.Name
	}
	if p.Namespace != "" {
		text += " in namespace " + p.Namespace
	}
	return text
}

// Permissions is how messages call several: "get, list and watch pods, nodes; get nodes/stats".
func Permissions(all []Permission) string {
	verbs := map[string][]string{}
	for _, p := range all {
		on := strings.TrimPrefix(p.String(), p.Verb+" ")
		if !slices.Contains(verbs[on], p.Verb) {
			verbs[on] = append(verbs[on], p.Verb)
		}
	}
	on := map[string][]string{}
	for _, resource := range slices.Sorted(maps.Keys(verbs)) {
		does := listed(slices.Sorted(slices.Values(verbs[resource])))
		on[does] = append(on[does], resource)
	}
	var groups []string
	for _, does := range slices.Sorted(maps.Keys(on)) {
		groups = append(groups, does+" "+strings.Join(on[does], ", "))
	}
	return strings.Join(groups, "; ")
}

// listed joins words as a sentence does.
func listed(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// Covers says that whoever has this permission has the other.
func (p Permission) Covers(other Permission) bool {
	return (p.Namespace == "" || p.Namespace == other.Namespace) && (p.Name == "" || p.Name == other.Name) &&
		(p.Group == "*" || p.Group == other.Group) &&
		(p.Verb == "*" || p.Verb == other.Verb) && coversResource(p.Resource, other.Resource)
}

// coversResource tells whether a rule for a resource, or for the URLs that begin with one, is for another one too.
func coversResource(resource, other string) bool {
	switch {
	case strings.HasPrefix(other, "/"):
		begins, isPrefix := strings.CutSuffix(resource, "*")
		return resource == other || isPrefix && strings.HasPrefix(resource, "/") && strings.HasPrefix(other, begins)
	case resource == "nodes/proxy" && other == "nodes/pods":
		return true // A kubelet shows its Pods to whom it lets do anything.
	default:
		return resource == "*" || resource == other
	}
}

// Grant is a rule that a binding gives to a service account.
type Grant struct {
	// Role holds the rule, which stands at Rule; for a role that every cluster has, the binding and its reference.
	Role *Object
	Rule Field
	// Permissions that the rule gives.
	Permissions []Permission
}

// Needed are the permissions that the collector's components need.
func (c *Collector) Needed() []Permission {
	needed := permissionsOf("", c.Derived.Rules)
	for namespace, rules := range c.Derived.Roles {
		needed = append(needed, permissionsOf(namespace, rules)...)
	}
	slices.SortFunc(needed, func(a, b Permission) int { return strings.Compare(a.String(), b.String()) })
	return slices.Compact(needed)
}

func permissionsOf(namespace string, rules []collectorconfig.Rule) []Permission {
	var found []Permission
	for _, rule := range rules {
		found = append(found, permissions(namespace, rule)...)
	}
	return found
}

func permissions(namespace string, rule collectorconfig.Rule) []Permission {
	names := rule.ResourceNames
	if len(names) == 0 {
		names = []string{""}
	}
	var found []Permission
	for _, verb := range rule.Verbs {
		for _, group := range rule.APIGroups {
			for _, resource := range rule.Resources {
				for _, name := range names {
					found = append(found, Permission{Namespace: namespace, Group: group, Resource: resource, Name: name, Verb: verb})
				}
			}
		}
		for _, url := range rule.NonResourceURLs {
			found = append(found, Permission{Namespace: namespace, Resource: url, Verb: verb})
		}
	}
	return found
}

// ServiceAccount is the name of the account that the collector's Pods run as, and where
// the Pod says it.
func (c *Collector) ServiceAccount() (string, Field) {
	field := c.Pod.At("spec", "serviceAccountName")
	if !field.Exists() {
		if old := c.Pod.At("spec", "serviceAccount"); old.Exists() {
			field = old
		}
	}
	if field.Text() == "" {
		return "default", field
	}
	return field.Text(), field
}

// Knows says that the input has a say in what the account may do: it is the default
// account, or the input makes or binds it. Another account's rules may stand elsewhere.
func (p *Pass) Knows(namespace, account string) bool {
	if account == "default" || len(p.bindings(namespace, account)) > 0 {
		return true
	}
	for _, object := range ofKind(p.Objects, namespace, "", "ServiceAccount") {
		if object.Ref.Name == account {
			return true
		}
	}
	return false
}

// Grants are the rules that bindings of the input give to a service account. It is false
// when a binding refers to a role that the input does not have, so that what the account
// may do is not known.
func (p *Pass) Grants(namespace, account string) ([]Grant, bool) {
	var grants []Grant
	known := true
	for _, binding := range p.bindings(namespace, account) {
		where := ""
		if binding.Ref.Kind == "RoleBinding" {
			where = binding.Ref.Namespace
		}
		role := p.role(binding)
		switch {
		case role == nil && unlimited(binding):
			grants = append(grants, Grant{
				Role: binding, Rule: binding.At("roleRef"), Permissions: []Permission{{Namespace: where, Group: "*", Resource: "*", Verb: "*"}},
			})
			continue
		case role == nil:
			known = false
			continue
		}
		for _, rule := range role.At("rules").Items() {
			grants = append(grants, Grant{Role: role, Rule: rule, Permissions: permissions(where, collectorconfig.Rule{
				APIGroups: rule.At("apiGroups").Texts(), Resources: rule.At("resources").Texts(), ResourceNames: rule.At("resourceNames").Texts(),
				NonResourceURLs: rule.At("nonResourceURLs").Texts(), Verbs: rule.At("verbs").Texts(),
			})})
		}
	}
	return grants, known
}

// unlimited says that a binding gives Kubernetes' own role that may do anything.
func unlimited(binding *Object) bool {
	reference := binding.At("roleRef")
	return reference.At("kind").Text() == "ClusterRole" && reference.At("name").Text() == "cluster-admin"
}

// bindings are those that name a service account.
func (p *Pass) bindings(namespace, account string) []*Object {
	var found []*Object
	for _, kind := range []string{"ClusterRoleBinding", "RoleBinding"} {
		for _, binding := range ofKind(p.Objects, "", "rbac.authorization.k8s.io", kind) {
			for _, subject := range binding.At("subjects").Items() {
				if subject.At("kind").Text() == "ServiceAccount" && subject.At("name").Text() == account &&
					sameNamespace(subject.At("namespace").Text(), namespace) {
					found = append(found, binding)
					break
				}
			}
		}
	}
	return found
}

// BoundElsewhere is a binding of an account that is called as the collector's is and that the input has in no such namespace,
// and where the binding names the namespace; nil where there is none.
func (p *Pass) BoundElsewhere(c *Collector) (namespace Field, binding *Object) {
	account, _ := c.ServiceAccount()
	if c.Namespace() == "" || account == "default" || p.kustomized {
		return Field{}, nil
	}
	for _, kind := range []string{"ClusterRoleBinding", "RoleBinding"} {
		for _, binding := range ofKind(p.Objects, "", "rbac.authorization.k8s.io", kind) {
			for _, subject := range binding.At("subjects").Items() {
				at := subject.At("namespace")
				if subject.At("kind").Text() == "ServiceAccount" && subject.At("name").Text() == account &&
					at.Text() != "" && at.Text() != c.Namespace() && !p.hasAccount(at.Text(), account) && !p.Repeated(binding) {
					return at, binding
				}
			}
		}
	}
	return Field{}, nil
}

// hasAccount says that the input makes an account, or has Pods that run as it.
func (p *Pass) hasAccount(namespace, account string) bool {
	return slices.ContainsFunc(p.Objects, func(o *Object) bool {
		if !sameNamespace(o.Ref.Namespace, namespace) {
			return false
		}
		return o.Kind("", "ServiceAccount") && o.Ref.Name == account || o.podTemplate().At("spec", "serviceAccountName").Text() == account
	})
}

func (p *Pass) role(binding *Object) *Object {
	reference := binding.At("roleRef")
	for _, role := range ofKind(p.Objects, "", "rbac.authorization.k8s.io", reference.At("kind").Text()) {
		cluster := role.Ref.Kind == "ClusterRole"
		if role.Ref.Name == reference.At("name").Text() &&
			(cluster || sameNamespace(role.Ref.Namespace, binding.Ref.Namespace)) {
			return role
		}
	}
	return nil
}

// Shares says that another program of the input runs as the collector's account.
func (p *Pass) Shares(c *Collector) bool {
	account, _ := c.ServiceAccount()
	for _, object := range p.Objects {
		pod := object.podTemplate()
		if !pod.Exists() || !sameNamespace(object.Ref.Namespace, c.Namespace()) {
			continue
		}
		if pod.At("spec", "serviceAccountName").Text() == account && !p.isCollector(object) {
			return true
		}
	}
	return false
}

func (p *Pass) isCollector(object *Object) bool {
	return slices.ContainsFunc(p.Collectors, func(c *Collector) bool { return c.Object == object })
}
