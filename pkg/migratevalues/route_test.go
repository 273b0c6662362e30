package migratevalues_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// The chart's HTTPRoute sends everything to one port: what says that is carried over, and anything else is told.
func TestAnHTTPRouteToOnePortIsCarriedOver(t *testing.T) {
	t.Parallel()
	const parents = "httproute: {enabled: true, parentRefs: [{name: public, namespace: gateways}], hostnames: [a.example], "
	route := map[string]any{
		"enabled": true, "parentRefs": []any{map[string]any{"name": "public", "namespace": "gateways"}}, "hostnames": []any{"a.example"}, "port": "otlp-http",
	}
	for _, test := range []struct {
		given, left string
		want        any
	}{
		{given: parents + "rules: [{backendRefs: [{port: 4318}]}]}", want: route},
		{given: parents + "rules: [{matches: [{path: {type: PathPrefix, value: /}}], backendRefs: [{port: 4318}]}]}", want: route},
		{given: parents + "apiVersion: gateway.networking.k8s.io/v1, rules: [{backendRefs: [{port: 4318, weight: 1}]}]}", want: route},
		{given: "httproute: {enabled: false, parentRefs: [{name: public}], rules: [{backendRefs: [{port: 4318}]}]}"},
		{given: "httproute: {enabled: true, rules: [{backendRefs: [{port: 4318}]}]}", left: "httproute.parentRefs: "},
		{given: parents + "rules: []}", left: "httproute.rules: "},
		{given: parents + "rules: [{backendRefs: [{port: 4318}]}, {backendRefs: [{port: 9411}]}]}", left: "httproute.rules: "},
		{given: parents + "rules: [{backendRefs: [{port: 4318}, {port: 9411}]}]}", left: "httproute.rules: "},
		{given: parents + "rules: [{backendRefs: [{port: 9999}]}]}", left: "httproute.rules: "},
		{given: parents + "rules: [{backendRefs: [{name: other, port: 4318}]}]}", left: "httproute.rules: "},
		{given: parents + "rules: [{backendRefs: [{port: 4318, weight: 0}]}]}", left: "httproute.rules: "},
		{given: parents + "rules: [{matches: [{path: {value: /v1/traces}}], backendRefs: [{port: 4318}]}]}", left: "httproute.rules: "},
		{given: parents + "rules: [{matches: [{method: POST}], backendRefs: [{port: 4318}]}]}", left: "httproute.rules: "},
		{given: parents + "rules: [{filters: [{type: RequestMirror}], backendRefs: [{port: 4318}]}]}", left: "httproute.rules: "},
		{given: parents + "rules: [{backendRefs: [{port: 4318}]}]}\nservice: {enabled: false}", left: "httproute.enabled: "},
		{given: "httproute: {unheardOf: x}", left: "httproute.unheardOf: unknown"},
	} {
		result := convert(t, least+test.given)
		assert.Equal(t, test.want, result.Values["httpRoute"], test.given)
		var left []string
		for _, note := range result.Notes {
			if note.Left {
				left = append(left, note.Path+": "+note.Message)
			}
		}
		says(t, left, test.left)
	}
}
