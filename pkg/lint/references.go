package lint

import (
	"cmp"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// Reference is a place where an object names another one that the input does not have, and
// the only one of the input that is akin to it, which nothing names.
type Reference struct {
	// From holds Field, which names what is not there.
	From  *Object
	Field Field
	// Meant is what stands there.
	Meant *Object
}

// dangling is a reference to a name, where one object alone of those that it may mean stands
// in the reference's folder or chart, and is akin to it or of its very name.
func dangling(from *Object, field Field, among []*Object) (Reference, bool) {
	name := field.Text()
	meant := slices.DeleteFunc(slices.Clone(among), func(o *Object) bool {
		return !Together(from, o) || o.Ref.Name != name && !Akin(o.Ref.Name, name)
	})
	if len(meant) != 1 || Varies(name) {
		return Reference{}, false
	}
	return Reference{From: from, Field: field, Meant: meant[0]}, true
}

// named says that the input has an object of a kind and name, in whatever namespace.
func (p *Pass) named(group, kind, name string) bool {
	return slices.ContainsFunc(p.Objects, func(o *Object) bool { return o.Kind(group, kind) && o.Ref.Name == name })
}

// says tells whether another object has a text at a path that is told.
func (p *Pass) says(but *Object, text string, at func(keys []string) bool) bool {
	return slices.ContainsFunc(p.Objects, func(o *Object) bool {
		found := false
		o.node.Scalars(func(path source.Path, scalar *source.Node) {
			if found || o == but || !strings.HasSuffix(scalar.Value, text) {
				return
			}
			found = trailing(scalar.Value, text) && at(keysOf(path))
		})
		return found
	})
}

// trailing says that a text is a name, or ends with it behind a slash or an equals sign.
func trailing(text, name string) bool {
	before := strings.TrimSuffix(text, name)
	return before == "" || strings.HasSuffix(before, "/") || strings.HasSuffix(before, "=")
}

// keysOf are the keys of a path, without the indexes.
func keysOf(path source.Path) []string {
	var keys []string
	for _, step := range path {
		if key, ok := step.Key(); ok {
			keys = append(keys, key)
		}
	}
	return keys
}

// ofAccount tells a path at which a service account is named, but for bindings.
func ofAccount(keys []string) bool {
	return slices.Contains([]string{"serviceAccountName", "serviceAccount", "kubernetes.io/service-account.name"}, keys[len(keys)-1])
}

// ofConfigMap tells a path at which a ConfigMap is named, or may be.
func ofConfigMap(keys []string) bool {
	return slices.ContainsFunc(keys, func(key string) bool {
		return strings.Contains(strings.ToLower(key), "configmap") || slices.Contains([]string{"paramRef", "args", "command", "env"}, key)
	})
}

// MissingAccount is the service account that a collector's Pods are to run as, where the input
// neither has nor binds it, and has another one that nothing runs as.
func (p *Pass) MissingAccount(c *Collector) (Reference, bool) {
	if c.Object == nil {
		return Reference{}, false
	}
	name, field := c.ServiceAccount()
	if c.Operator {
		field = c.Container.At("serviceAccount")
		name = field.Text()
	}
	if name == "" || p.Knows("", name) {
		return Reference{}, false
	}
	idle := slices.DeleteFunc(ofKind(p.Objects, c.Namespace(), "", "ServiceAccount"), func(o *Object) bool {
		return p.says(o, o.Ref.Name, ofAccount)
	})
	return dangling(c.Object, field, idle)
}

// MissingRoles are the roles that bindings of a collector's account name and the input does
// not have, while it has another one that nothing binds.
func (p *Pass) MissingRoles(c *Collector) []Reference {
	const group = "rbac.authorization.k8s.io"
	account, _ := c.ServiceAccount()
	if c.Operator {
		account = c.Container.At("serviceAccount").Text()
		if account == "" && c.Object != nil {
			account = c.Object.Ref.Name + "-collector"
		}
	}
	var found []Reference
	for _, binding := range p.bindings(c.Namespace(), account) {
		reference := binding.At("roleRef")
		kind, name := reference.At("kind").Text(), reference.At("name").Text()
		if builtIn(name) || p.named(group, kind, name) {
			continue
		}
		idle := slices.DeleteFunc(slices.Clone(p.Objects), func(o *Object) bool {
			role := o.Kind(group, "ClusterRole") || o.Kind(group, "Role") && sameNamespace(o.Ref.Namespace, binding.Ref.Namespace)
			return !role || o.Ref.Kind != kind && o.Ref.Name != name || p.bound(o) || o.gathered()
		})
		if reference, ok := dangling(binding, reference.At("name"), idle); ok {
			found = append(found, reference)
		}
	}
	return found
}

// bound says that a binding of the input names a role.
func (p *Pass) bound(role *Object) bool {
	return slices.ContainsFunc(p.Objects, func(o *Object) bool {
		reference := o.At("roleRef")
		return reference.At("name").Text() == role.Ref.Name && reference.At("kind").Text() == role.Ref.Kind
	})
}

// gathered says that the cluster copies a role's rules into others, or others' into it.
func (o *Object) gathered() bool {
	into := func(label string) bool { return strings.Contains(label, "/aggregate-to-") }
	return o.At("aggregationRule").Exists() || slices.ContainsFunc(o.At("metadata", "labels").Keys(), into)
}

// builtIn says that each cluster has a role.
func builtIn(name string) bool {
	return strings.HasPrefix(name, "system:") || slices.Contains([]string{"cluster-admin", "admin", "edit", "view"}, name)
}

// MissingTargets are the workloads that autoscalers name and the input does not have, while it
// has a collector's that nothing scales.
func (p *Pass) MissingTargets() []Reference {
	var idle []*Object
	for _, c := range p.Collectors {
		if c.Mode == Gateway && c.Runs() && !c.Operator && len(p.Scalers(c)) == 0 {
			idle = append(idle, c.Object)
		}
	}
	var found []Reference
	for _, o := range p.Objects {
		if !o.Kind("autoscaling", "HorizontalPodAutoscaler") && !o.Kind("keda.sh", "ScaledObject") {
			continue
		}
		target := o.At("spec", "scaleTargetRef")
		kind, name := cmp.Or(target.At("kind").Text(), "Deployment"), target.At("name")
		if p.has(kind, name.Text()) {
			continue
		}
		among := slices.DeleteFunc(slices.Clone(idle), func(w *Object) bool {
			return !sameNamespace(w.Ref.Namespace, o.Ref.Namespace) || w.Ref.Kind != kind && w.Ref.Name != name.Text()
		})
		if reference, ok := dangling(o, name, among); ok {
			found = append(found, reference)
		}
	}
	return found
}

// has says that the input has an object of a kind and name, or one of which an operator
// makes it.
func (p *Pass) has(kind, name string) bool {
	return slices.ContainsFunc(p.Objects, func(o *Object) bool {
		made := o.Kind("opentelemetry.io", "OpenTelemetryCollector") && strings.HasPrefix(name, o.Ref.Name+"-")
		return made || o.Ref.Kind == kind && o.Ref.Name == name
	})
}

// MissingConfigMap is the ConfigMap that a collector's volume names for its config, where the
// input does not have it, and has another with a collector's config that nothing names.
func (p *Pass) MissingConfigMap(c *Collector) (Reference, bool) {
	if c.Config != nil || c.Operator || c.Unseen == nil || c.Unseen.Missing {
		return Reference{}, false
	}
	idle := slices.DeleteFunc(ofKind(p.Objects, c.Namespace(), "", "ConfigMap"), func(o *Object) bool {
		return !holdsConfig(o) || p.says(o, o.Ref.Name, ofConfigMap)
	})
	for _, volume := range c.MountedVolumes() {
		for _, from := range configMapsOf(volume) {
			name := from.At("configMap", "name")
			if name.Text() == "" || p.named("", "ConfigMap", name.Text()) {
				continue
			}
			if reference, ok := dangling(c.Object, name, idle); ok {
				return reference, true
			}
		}
	}
	return Reference{}, false
}

// holdsConfig says that a ConfigMap has a collector's config.
func holdsConfig(object *Object) bool {
	for _, key := range object.At("data").Keys() {
		found, ok, err := embedded(object.At("data", key), object)
		if err == nil && ok && newConfig([]configSource{found}).looksLikeConfig() {
			return true
		}
	}
	return false
}
