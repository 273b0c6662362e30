// Package rightsfordefaultaccount has the rule rights-for-default-account.
package rightsfordefaultaccount

import (
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
		account, at := c.ServiceAccount()
		if !c.Pod.Exists() || account != "default" {
			continue
		}
		if grants, known := p.Grants(c.Namespace(), account); known && len(grants) > 0 {
			p.Report(c.Place(at, "serviceAccount.name", "serviceAccount.create", "serviceAccount"),
				"%s runs as the account default, to which %s %s gives rights: every other Pod of the namespace that names no account has them too; give it an account of its own",
				c.Name(), grants[0].Role.Ref.Kind, grants[0].Role.Ref.Name)
		}
	}
}
