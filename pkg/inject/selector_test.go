package inject_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/inject"
)

func TestASelectorTakesNamespaces(t *testing.T) {
	t.Parallel()
	const (
		pod       = "kind: Pod\nmetadata: {name: p, namespace: shop}\nspec: {containers: [{name: web}]}\n"
		namespace = "kind: Namespace\nmetadata: {name: shop, labels: {team: a}}\n---\n"
		injected  = "Pod shop/p: injected"
		outside   = "Pod shop/p: skipped: sidecar.namespaceSelector does not take its Namespace"
		unknown   = "Pod shop/p: injected: its Namespace is not in the input, so whether sidecar.namespaceSelector takes it is not known"
	)
	for name, test := range map[string]struct{ selector, text, want string }{
		"nothing is selected":             {"{}", pod, injected},
		"a label":                         {"{matchLabels: {team: a}}", namespace + pod, injected},
		"another value":                   {"{matchLabels: {team: b}}", namespace + pod, outside},
		"a label that it lacks":           {"{matchLabels: {tier: a}}", namespace + pod, outside},
		"one of two":                      {"{matchLabels: {team: a, tier: a}}", namespace + pod, outside},
		"its name":                        {"{matchLabels: {kubernetes.io/metadata.name: shop}}", pod, injected},
		"another name":                    {"{matchLabels: {kubernetes.io/metadata.name: bank}}", pod, outside},
		"another name, of a known one":    {"{matchLabels: {kubernetes.io/metadata.name: bank}}", namespace + pod, outside},
		"no Namespace":                    {"{matchLabels: {team: b}}", pod, unknown},
		"no Namespace, and another name":  {"{matchLabels: {team: a, kubernetes.io/metadata.name: bank}}", pod, outside},
		"in":                              {"{matchExpressions: [{key: team, operator: In, values: [b, a]}]}", namespace + pod, injected},
		"in others":                       {"{matchExpressions: [{key: team, operator: In, values: [b, c]}]}", namespace + pod, outside},
		"not in others":                   {"{matchExpressions: [{key: team, operator: NotIn, values: [b, c]}]}", namespace + pod, injected},
		"not in":                          {"{matchExpressions: [{key: team, operator: NotIn, values: [b, a]}]}", namespace + pod, outside},
		"not in, without the label":       {"{matchExpressions: [{key: tier, operator: NotIn, values: [a]}]}", namespace + pod, injected},
		"exists":                          {"{matchExpressions: [{key: team, operator: Exists}]}", namespace + pod, injected},
		"exists not":                      {"{matchExpressions: [{key: tier, operator: Exists}]}", namespace + pod, outside},
		"is to be missing":                {"{matchExpressions: [{key: tier, operator: DoesNotExist}]}", namespace + pod, injected},
		"is to be missing, and is there":  {"{matchExpressions: [{key: team, operator: DoesNotExist}]}", namespace + pod, outside},
		"a Namespace without labels":      {"{matchExpressions: [{key: team, operator: Exists}]}", strings.Replace(namespace, ", labels: {team: a}", "", 1) + pod, outside},
		"a Pod that names no Namespace":   {"{matchLabels: {team: a}}", namespace + strings.Replace(pod, ", namespace: shop", "", 1), "Pod p: injected"},
		"one that names none, by name":    {"{matchLabels: {kubernetes.io/metadata.name: bank}}", strings.Replace(pod, ", namespace: shop", "", 1), "Pod p: injected: its Namespace is not in the input"},
		"a kind that is merely namespace": {"{matchLabels: {team: a}}", "kind: X\nscope: Namespaced\n---\n" + namespace + pod, injected},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			injector := newInjector(t, sidecarB+"namespaceSelector: "+test.selector+"\n", inject.Options{All: true, Namespace: "shop"})
			out, report := through(t, injector, test.text)
			last := report[len(report)-1]
			if strings.HasPrefix(test.want, "Pod p: injected: ") {
				assert.Contains(t, last, test.want)
			} else {
				assert.Equal(t, test.want, last)
			}
			if test.want == outside {
				assert.Equal(t, test.text, out)
			}
			again, report := through(t, injector, out)
			assert.Equal(t, out, again)
			assert.NotContains(t, strings.Join(report, "\n"), ": updated")
		})
	}
}

func TestASelectorsOperatorIsKnown(t *testing.T) {
	t.Parallel()
	_, err := inject.ParseSidecar([]byte("release: rel\ncontainer: {name: c}\nnamespaceSelector: {matchExpressions: [{key: a, operator: Near}]}\n"))
	assert.EqualError(t, err, `the sidecar's namespaceSelector has the operator "Near" for the label a: want In, NotIn, Exists or DoesNotExist`)
}

func TestNamespacesAreReadWithTheirLabels(t *testing.T) {
	t.Parallel()
	found, err := inject.Namespaces("in.yaml", strings.NewReader("kind: Pod\n---\nkind: Namespace\nmetadata: {name: a, labels: {x: y, z: 1}}\n---\n"+
		"kind: List\nitems: [{kind: Namespace, metadata: {name: b}}]\n---\nkind: [\n"))
	require.NoError(t, err)
	assert.Equal(t, map[string]map[string]string{"a": {"x": "y"}, "b": {}}, found)
}
