package diagnose

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

var (
	// The API server's words, as client-go logs them.
	forbidden = regexp.MustCompile(`User "system:serviceaccount:([^:"]+):([^"]+)" cannot (\w+) resource "([^"]+)" in API group "([^"]*)"(?: in the namespace "([^"]+)")?`)
	noURL     = regexp.MustCompile(`User "system:serviceaccount:([^:"]+):([^"]+)" cannot (\w+) path "([^"]+)"`)
	// A kubelet's own, which name the resource of a node.
	kubeletSays = regexp.MustCompile(`Forbidden \(user=system:serviceaccount:([^:,]+):([^,]+), verb=(\w+), resource=(nodes), subresource\(?s?\)?=\[?([\w/-]+)`)
)

// A right is what an account was refused.
type right struct{ group, resource, verb, namespace, url string }

func (r right) String() string {
	if r.url != "" {
		return r.verb + " " + r.url
	}
	name := r.resource
	if r.group != "" {
		name += "." + r.group
	}
	if r.namespace != "" {
		return r.verb + " " + name + " in the namespace " + r.namespace
	}

	return r.verb + " " + name + " in all namespaces"
}

// watching is the right to watch the same.
func (r right) watching() right {
	r.verb = "watch"

	return r
}

// rights: the collector's account was refused something. It may run all the same, without that data.
func (p *patient) rights() {
	refused := map[string][]right{}
	evidence := map[string][]Evidence{}
	for _, l := range p.lines {
		account, r, found := refusedRight(l.text)
		if !found || l.previous || !p.recent(l) {
			continue
		}
		if !slices.Contains(refused[account], r) {
			refused[account] = append(refused[account], r)
			evidence[account] = append(evidence[account], l.evidence())
		}
		// What client-go keeps up to date it watches, once it may list it.
		if watch := r.watching(); strings.Contains(l.text, "failed to list *") && !slices.Contains(refused[account], watch) {
			refused[account] = append(refused[account], watch)
		}
	}
	for _, account := range sortedKeys(refused) {
		all := refused[account]
		slices.SortFunc(all, func(a, b right) int { return strings.Compare(a.String(), b.String()) })
		var names []string
		for _, r := range all {
			names = append(names, r.String())
		}
		shown := evidence[account]
		cause := Cause{
			ID: "rbac-refused", Summary: fmt.Sprintf("the API server refuses the collector's account %s to %s", account, strings.Join(names, ", ")),
			Evidence: shown[:min(mostEvidence, len(shown))],
			Mend: "let the chart grant what the config needs (rbac.create, rbac.profile auto); what it does not know of, grant beside; " +
				"with rbac.create false, ask whoever grants it",
			Values: rules(all),
		}
		var pods []*corev1.Pod
		for i := range p.Pods {
			if p.Pods[i].Namespace+"/"+p.Pods[i].Spec.ServiceAccountName == account {
				pods = append(pods, &p.Pods[i])
			}
		}
		p.find(cause, pods...)
	}
}

func refusedRight(text string) (account string, r right, found bool) {
	// The line is JSON, or not.
	text = strings.ReplaceAll(text, `\"`, `"`)
	if m := forbidden.FindStringSubmatch(text); m != nil {
		return m[1] + "/" + m[2], right{verb: m[3], resource: m[4], group: m[5], namespace: m[6]}, true
	}
	if m := noURL.FindStringSubmatch(text); m != nil {
		return m[1] + "/" + m[2], right{verb: m[3], url: m[4]}, true
	}
	if m := kubeletSays.FindStringSubmatch(text); m != nil {
		return m[1] + "/" + m[2], right{verb: m[3], resource: m[4] + "/" + strings.Trim(m[5], "[]()")}, true
	}

	return "", right{}, false
}

// rules are the rights as values of the chart, one rule for each group and resource.
func rules(all []right) string {
	verbs := map[string][]string{}
	for _, r := range all {
		what := fmt.Sprintf("apiGroups: [%q], resources: [%s]", r.group, r.resource)
		if r.url != "" {
			what = fmt.Sprintf("nonResourceURLs: [%s]", r.url)
		}
		verbs[what] = append(verbs[what], r.verb)
	}
	text := "rbac:\n  create: true\n  profile: auto\n  extraRules:\n"
	for _, what := range sortedKeys(verbs) {
		list := verbs[what]
		slices.Sort(list)
		text += fmt.Sprintf("    - {%s, verbs: [%s]}\n", what, strings.Join(slices.Compact(list), ", "))
	}

	return text
}

func sortedKeys[V any](of map[string]V) []string {
	var keys []string
	for key := range of {
		keys = append(keys, key)
	}
	slices.Sort(keys)

	return keys
}
