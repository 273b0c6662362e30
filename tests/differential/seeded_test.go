package differential

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSeededInterpreterBugsAreCaught breaks the interpreter in ways that a hand might,
// and expects each to show within a small part of a run.
func TestSeededInterpreterBugsAreCaught(t *testing.T) {
	bugs := []struct{ name, old, new string }{
		{"null erases what is there", `{{- else if not (and (kindIs "invalid" $value) (hasKey $dst $key)) -}}`, `{{- else -}}`},
		{"pipeline lists replace", `(concat $old $items | uniq)`, `$items`},
		{"a negated condition counts as met", `{{- if eq $meets (default false $c.not) -}}`, `{{- if not $meets -}}`},
		{"since is exclusive", `(printf ">=%s" $c.since)`, `(printf ">%s" $c.since)`},
		{"connectors keep their old names in lists", `(hasKey $connectors (toString $id))`, `false`},
		{"without leaves names in lists", `{{- if not (or (hasKey (get $c.gone $role) $item) $connector) -}}`, `{{- if true -}}`},
		{"exact pipelines are joined", `(not (get $j.c.exact $id))`, `true`},
		{"stages are ignored", `printf "%03d" (int $row.stage)`, `"050"`},
		{"loopback sockets are exposed", `{{- if and $number (not $local)`, `{{- if and $number`},
		{"namespaced grants hold in the cluster", `{{- if $grant.namespacesPath -}}`, `{{- if false -}}`},
		{"unnamed exporters join taken pipelines", `(and (eq $role "exporters") (get $pipeline $role))`, `false`},
		{"undefined ids pass", `{{- if not $defined -}}`, `{{- if false -}}`},
		{"globs keep their folder", `[^/]*[*?{\\[].*$`, `[*?{\\[].*$`},
	}
	for _, bug := range bugs {
		t.Run(bug.name, func(t *testing.T) {
			seeded := 0
			dir := wholeChart(t, func(_, text string) string {
				seeded += strings.Count(text, bug.old)
				return strings.Replace(text, bug.old, bug.new, 1)
			})
			require.Positive(t, seeded, "the line that the bug changes is gone: seed it elsewhere")
			catches(t, dir)
		})
	}
}

// TestSeededTemplateBugsAreCaught breaks the objects' templates in ways that a hand might.
func TestSeededTemplateBugsAreCaught(t *testing.T) {
	for _, bug := range []struct{ name, file, old, new string }{
		{"the Service forgets the protocol", "_service.tpl", `protocol: {{ .protocol }}`, `protocol: TCP`},
		{"the Service has every port", "_service.tpl", `{{- if .service }}`, `{{- if true }}`},
		{"the NetworkPolicy forgets operations", "networkpolicy.yaml", `{{- range $peers, $ports := $rules }}`, `{{- range $peers, $ports := pick $rules "data" }}`},
		{"roles hold in the release's namespace", "_names.tpl", `namespace: {{ .namespace | default $otlp.namespace }}`, `namespace: {{ $otlp.namespace }}`},
		{"mounts are writable", "_container.tpl", `{{- if .readOnly }}`, `{{- if false }}`},
		{"the root of the node is another", "_container.tpl", `(dict "path" "/")`, `(dict "path" "/host")`},
		{"probes ask without TLS", "_container.tpl", `"scheme" $derived.probe.scheme`, `"scheme" "HTTP"`},
		{"GOMEMLIMIT is the container's limit", "_container.tpl", `(int64 $derived.goMemLimitMiB)`, `(int64 $otlp.memoryLimitMiB)`},
		{"GOMAXPROCS is of the request", "_container.tpl", `"resource" "limits.cpu"`, `"resource" "requests.cpu"`},
		{"receivers serve in plain text", "_state.tpl", `($v.tls | default dict).enabled | default false)`, `false)`},
		{"sidecars serve with a certificate", "_state.tpl", `(and (ne $mode "sidecar") ($v.tls`, `(and true ($v.tls`},
		{"clients are of any authority", "_container.tpl", `"items" (list (dict "key" $secrets.key "path" "ca.crt"))`, `"optional" true`},
		{"extra rules replace", "_rbac.tpl", `(concat (get $rules $rbac.profile) ($rbac.extraRules | default list))`, `($rbac.extraRules | default (get $rules $rbac.profile))`},
	} {
		t.Run(bug.name, func(t *testing.T) {
			seeded := false
			dir := wholeChart(t, func(name, text string) string {
				if filepath.Base(name) != bug.file || !strings.Contains(text, bug.old) {
					return text
				}
				seeded = true
				return strings.Replace(text, bug.old, bug.new, 1)
			})
			require.True(t, seeded, "the line that the bug changes is gone: seed it elsewhere")
			catches(t, dir)
		})
	}
}

// catches expects a difference soon, and not because nothing is rendered any more.
func catches(t *testing.T, dir string) {
	t.Helper()
	rendered := 0
	differences := tryAll(t, dir, seed, 1000, 1, func(_ map[string]any, got outcome) {
		if got.Err == nil {
			rendered++
		}
	})
	assert.NotEmpty(t, differences)
	assert.Positive(t, rendered, "the bug is one of the template language's: %v", differences)
}
