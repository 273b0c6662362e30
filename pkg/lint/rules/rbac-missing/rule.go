// Package rbacmissing has the rule rbac-missing.
package rbacmissing

import (
	_ "embed"
	"strings"

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
		place := c.Place(field, "rbac.create", "rbac.profile", "serviceAccount.name")
		if len(grants) > 0 {
			place = lint.Place{
				Object: grants[0].Role, Field: grants[0].Role.At("rules"),
				Values: []string{"rbac.profile", "rbac.create", "rbac"},
			}
		}
		p.Report(place, "the service account %s of %s may not: %s", account, c.Name(), strings.Join(missing, ", "))
	}
}

// without are the permissions that no grant covers, as text.
func without(needed []lint.Permission, grants []lint.Grant) []string {
	var missing []string
	for _, need := range needed {
		if !covered(need, grants) {
			missing = append(missing, need.String())
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
