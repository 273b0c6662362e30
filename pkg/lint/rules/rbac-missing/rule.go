// Package rbacmissing has the rule rbac-missing.
package rbacmissing

import (
	_ "embed"
	"fmt"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: the collector's service account may not do what its components need.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "rbac-missing",
		Severity: lint.Error,
		Summary:  "The collector's service account may not do what its components need.",
		Why:      "The API server refuses the component: attributes, metrics or events are missing, or the collector does not start.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/reference/access-authn-authz/rbac/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil || !c.Pod.Exists() {
			continue
		}
		needed := c.Needed()
		account, field := c.ServiceAccount()
		if len(needed) == 0 || !p.Knows(c.Namespace(), account) {
			continue
		}
		grants, known := p.Grants(c.Namespace(), account)
		missing := without(needed, grants)
		if !known || len(missing) == 0 {
			continue
		}
		place, elsewhere := c.Place(field, "rbac.create", "rbac.profile", "serviceAccount.name"), ""
		if subject, binding := p.BoundElsewhere(c); len(grants) == 0 && binding != nil {
			place = lint.Place{Object: binding, Field: subject}
			elsewhere = fmt.Sprintf("; %s %s binds the account %s of namespace %s: write %s",
				binding.Ref.Kind, binding.Ref.Name, account, subject.Text(), c.Namespace())
		} else if len(grants) > 0 {
			place = lint.Place{
				Object: grants[0].Role, Field: grants[0].Role.At("rules"),
				Values: []string{"rbac.profile", "rbac.create", "rbac"},
			}
		}
		p.Report(place, "the service account %s of %s may not %s%s", account, c.Name(), lint.Permissions(missing), elsewhere)
	}
}

// without are the permissions that no grant covers.
func without(needed []lint.Permission, grants []lint.Grant) []lint.Permission {
	var missing []lint.Permission
	for _, need := range needed {
		if !covered(need, grants) {
			missing = append(missing, need)
		}
	}
	return missing
}

func covered(need lint.Permission, grants []lint.Grant) bool {
	for _, grant := range grants {
		for _, permission := range grant.Permissions {
			if permission.Covers(need) {
				return true
			}
		}
	}
	return false
}
