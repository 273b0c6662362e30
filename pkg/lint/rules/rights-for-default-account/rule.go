// Package rightsfordefaultaccount has the rule rights-for-default-account.
package rightsfordefaultaccount

import (
	"cmp"
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: the collector's rights are given to the account default of its namespace.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "rights-for-default-account",
		Severity: lint.Warning,
		Summary:  "The collector's rights are given to the account default of its namespace.",
		Why:      "Every Pod of the namespace that names no account runs as that one, and so may all that the collector may: read the Pods and nodes of the whole cluster, as a rule.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/concepts/security/rbac-good-practices/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		account, at := accountOf(c)
		if account != "default" || c.Mode == lint.Sidecar {
			continue
		}
		if binding := bound(p, c.Namespace()); binding != nil {
			role := binding.At("roleRef")
			p.Report(c.Place(at, "serviceAccount.name", "serviceAccount.create", "serviceAccount"),
				"%s runs as the account default, to which %s %s gives the rights of %s %s: every other Pod of the namespace that names no account has them too; give it an account of its own",
				c.Name(), binding.Ref.Kind, binding.Ref.Name, role.At("kind").Text(), role.At("name").Text())
		}
	}
}

// accountOf is the account that a collector's Pods run as, and where that is said. The operator makes one of its own for each
// that names none.
func accountOf(c *lint.Collector) (string, lint.Field) {
	switch {
	case c.Operator:
		at := c.PodSpec("serviceAccount")

		return at.Text(), at
	case c.Pod.Exists():
		return c.ServiceAccount()
	default:
		return "", lint.Field{}
	}
}

// bound is a binding that gives something to the account default of a namespace; nil where there is none.
func bound(p *lint.Pass, namespace string) *lint.Object {
	for _, o := range p.Objects {
		if !o.Kind("rbac.authorization.k8s.io", "ClusterRoleBinding") && !o.Kind("rbac.authorization.k8s.io", "RoleBinding") {
			continue
		}
		for _, subject := range o.At("subjects").Items() {
			of := cmp.Or(subject.At("namespace").Text(), o.Ref.Namespace)
			if subject.At("kind").Text() == "ServiceAccount" && subject.At("name").Text() == "default" && of == namespace {
				return o
			}
		}
	}

	return nil
}
