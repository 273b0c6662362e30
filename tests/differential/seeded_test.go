package differential

import (
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
			dir := probeChart(t, func(_, text string) string {
				seeded += strings.Count(text, bug.old)
				return strings.Replace(text, bug.old, bug.new, 1)
			})
			require.Positive(t, seeded, "the line that the bug changes is gone: seed it elsewhere")
			differences := tryAll(t, dir, seed, 1000, 1, func(map[string]any, outcome) {})
			assert.NotEmpty(t, differences)
		})
	}
}
