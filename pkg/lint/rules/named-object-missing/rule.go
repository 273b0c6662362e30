// Package namedobjectmissing has the rule named-object-missing.
package namedobjectmissing

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: an object names another by a name that nothing of the input has, and what is meant lies idle.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "named-object-missing",
		Severity: lint.Warning,
		Summary:  "A service account, role, ConfigMap or autoscaled workload is named that the input does not have, and one with nearly its name is there and idle.",
		Why:      "No Pod starts without its account or ConfigMap, a collector may do nothing by a role that is not there, and an autoscaler of nothing never scales. What another installation brings may well be named, so it is found only beside an object that is meant by all signs.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/reference/access-authn-authz/rbac/#rolebinding-and-clusterrolebinding",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	if p.Kustomized() {
		return
	}
	seen := map[*lint.Object]bool{}
	for _, c := range p.Collectors {
		if r, found := p.MissingAccount(c); found && single(p, r) {
			p.Report(lint.Place{Object: r.From, Field: r.Field, Values: []string{"serviceAccount.name"}},
				"%s runs as ServiceAccount %s, which the input does not have, and nothing runs as ServiceAccount %s: write %s, or make the other, without which no Pod starts",
				c.Name(), r.Field.Text(), r.Meant.Ref.Name, r.Meant.Ref.Name)
		}
		for _, r := range p.MissingRoles(c) {
			if single(p, r) && !seen[r.From] {
				seen[r.From] = true
				role(p, c, r)
			}
		}
		if r, found := p.MissingConfigMap(c); found && single(p, r) {
			p.Report(lint.Place{Object: r.From, Field: r.Field},
				"%s mounts ConfigMap %s, which the input does not have, and nothing mounts ConfigMap %s, which holds a collector's config: write %s",
				c.Name(), r.Field.Text(), r.Meant.Ref.Name, r.Meant.Ref.Name)
		}
	}
	for _, r := range p.MissingTargets() {
		if single(p, r) {
			p.Report(lint.Place{Object: r.From, Field: r.Field, Values: []string{"autoscaling"}},
				"%s %s scales %s %s, which the input does not have, and nothing scales the collector's %s %s: name that one",
				r.From.Ref.Kind, r.From.Ref.Name, kindOf(r), r.Field.Text(), r.Meant.Ref.Kind, r.Meant.Ref.Name)
		}
	}
}

// single says that the input has neither object twice, so that which belongs to which is known.
func single(p *lint.Pass, r lint.Reference) bool { return !p.Repeated(r.From) && !p.Repeated(r.Meant) }

func role(p *lint.Pass, c *lint.Collector, r lint.Reference) {
	mend := "name that one in a new binding, since a binding's role can't be changed"
	if r.From.Ref.Kind == "ClusterRoleBinding" && r.Meant.Ref.Kind == "Role" {
		mend = "make that one a ClusterRole, or bind it in its namespace"
	}
	p.Report(lint.Place{Object: r.From, Field: r.Field},
		"%s %s gives the account of %s the %s %s, which the input does not have, and nothing binds %s %s: %s",
		r.From.Ref.Kind, r.From.Ref.Name, c.Name(), r.From.At("roleRef", "kind").Text(), r.Field.Text(), r.Meant.Ref.Kind, r.Meant.Ref.Name, mend)
}

// kindOf is the kind of the workload that an autoscaler names.
func kindOf(r lint.Reference) string {
	if kind := r.From.At("spec", "scaleTargetRef", "kind").Text(); kind != "" {
		return kind
	}
	return "Deployment"
}
