package otelcol_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/tests/cluster/kubelet"
)

var update = flag.Bool("update", false, "write docs/rbac.md")

const document = "../../docs/rbac.md"

// A proof is what a run of a case has shown.
type proof struct {
	// rules are the rights granted, in words, the same in every namespace.
	rules string
	// granted, used and refused are how many there are of each: refused are those whose lack the API server showed.
	granted, used, refused int
}

// proofs are by the case's name and the collector's version.
type proofs struct {
	mu    sync.Mutex
	found map[string]map[string]proof
}

func (p *proofs) add(name, version string, found proof) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found[name] == nil {
		p.found[name] = map[string]proof{}
	}
	p.found[name][version] = found
}

// inWords groups rights by what they are for: `list, watch` pods, services in a namespace.
func inWords(rights []right, release, apps string) string {
	type place struct{ namespace, name string }
	verbs := map[place]map[string][]string{}
	for _, r := range rights {
		at := place{r.Namespace, r.Name}
		if verbs[at] == nil {
			verbs[at] = map[string][]string{}
		}
		verbs[at][r.kind()] = append(verbs[at][r.kind()], r.Verb)
	}
	kinds := map[string][]string{}
	for at, byKind := range verbs {
		for kind, verbs := range byKind {
			slices.Sort(verbs)
			text := "`" + strings.Join(verbs, ", ") + "` of $kinds"
			if at.name != "" {
				text += " named `" + at.name + "`"
			}
			switch at.namespace {
			case "":
			case release:
				text += " in the release's namespace"
			case apps:
				text += " in the namespace that the config names"
			default:
				text += " in `" + at.namespace + "`"
			}
			kinds[text] = append(kinds[text], kind)
		}
	}
	lines := []string{}
	for _, text := range slices.Sorted(maps.Keys(kinds)) {
		slices.Sort(kinds[text])
		lines = append(lines, strings.Replace(text, "$kinds", strings.Join(kinds[text], ", "), 1))
	}
	return strings.Join(lines, ";<br>")
}

const preamble = `# What the chart's account may do, and why

Written by ` + "`go test ./... -run TestEachRightGrantedIsUsedAndNeeded -update`" + ` in tests/otelcol, which fails where it differs.

With ` + "`rbac.profile: auto`" + ` the chart grants what the compiled config needs. Each row below was installed on a real API
server with RBAC, and its collector run as the chart's account until it did its work. *Used* are the rights that the
audit log shows in use, with streaming lists (client and server from Kubernetes 1.34 on) and without; nothing else was
asked and nothing refused. *403* are the rights without which the API server refuses a fresh collector, one taken away
at a time, and refuses nothing else. A right is one verb on one resource. What is in no namespace stands in a
ClusterRole, the rest in a Role of that namespace. *Both* are the collectors 0.149.0 and 0.161.0.

## Grant it yourself

Who installs the chart needs to be allowed what the chart grants. Where he is not, an administrator makes the account and
its role, and the chart is told the account's name:

` + "```" + `sh
helm template agent charts/otlp-collector -n observability -f values.yaml \
  --show-only templates/rbac.yaml --show-only templates/serviceaccount.yaml | kubectl apply -f -
helm install agent charts/otlp-collector -n observability -f values.yaml \
  --set rbac.create=false --set serviceAccount.create=false --set serviceAccount.name=agent-otlp-collector
` + "```" + `

` + "`rbac.profile`" + ` takes a list of its own in place of what the config needs: ` + "`node`" + ` (get and list nodes and their stats), ` + "`cluster`" + `
(get, list and watch pods, services and endpoints) or ` + "`pod`" + ` (nothing); ` + "`rbac.extraRules`" + ` adds to each. ` + "`helm otlp lint`" + `
says what such a list lacks. A config that names namespaces, as ` + "`k8s_attributes`" + ` does in its filter, is granted a Role in each of
them in place of the ClusterRole.

## What each needs

| Preset or component | Collector | Granted | Rights | Used | 403 |
|---|---|---|---|---|---|
`

// text is the document.
func (p *proofs) text() string {
	var text strings.Builder
	text.WriteString(preamble)
	for _, c := range privilegeCases() {
		versions := slices.Sorted(maps.Keys(p.found[c.name]))
		if len(versions) == 2 && p.found[c.name][versions[0]] == p.found[c.name][versions[1]] {
			versions = []string{versions[1]}
			writeRow(&text, c.name, "both", p.found[c.name][versions[0]])
			continue
		}
		for _, version := range versions {
			writeRow(&text, c.name, version, p.found[c.name][version])
		}
	}
	text.WriteString("\n## Wider than its use\n\nWhat is granted for all where one is seen in use, and why it can't be less.\n\n| Preset or component | Right | Seen | Why |\n|---|---|---|---|\n")
	for _, a := range acceptances() {
		fmt.Fprintf(&text, "| %s | `%s` | %s | %s |\n", a.name, a.right, a.seen, a.why)
	}
	text.WriteString("\n## At a kubelet\n\nWhat a kubelet asks the API server about, whose audit log then does not show whose right it is. tests/cluster/kubelet\nholds that each works with what is granted and is refused nothing, and that without any one of the rights it is refused.\n\n| Preset or component | Granted |\n|---|---|\n")
	for _, c := range kubelet.Cases() {
		fmt.Fprintf(&text, "| %s | `%s` |\n", c.Name, strings.Join(c.Rights, "`, `"))
	}
	text.WriteString("\n## Not proven\n\nWhat the table of components grants and no test has seen in use.\n\n| Component | Why |\n|---|---|\n")
	for _, u := range unproven() {
		fmt.Fprintf(&text, "| %s | %s |\n", u.what, u.why)
	}
	return text.String()
}

func writeRow(text *strings.Builder, name, version string, p proof) {
	rules := p.rules
	if rules == "" {
		rules = "nothing"
	}
	fmt.Fprintf(text, "| %s | %s | %s | %d | %d | %d |\n", name, version, rules, p.granted, p.used, p.refused)
}

// check compares the document, where all cases have run.
func (p *proofs) check(t *testing.T) {
	t.Helper()
	for _, c := range privilegeCases() {
		if p.found[c.name] == nil || c.version == "" && len(p.found[c.name]) < 2 {
			t.Logf("%s has not run: docs/rbac.md is not looked at", c.name)
			return
		}
	}
	if *update {
		require.NoError(t, os.WriteFile(document, []byte(p.text()), 0o600))
	}
	text, err := os.ReadFile(document)
	require.NoError(t, err)
	assert.Equal(t, p.text(), string(text), "write docs/rbac.md with -update")
}
