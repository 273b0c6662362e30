package rules_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
	attributeusedbeforeitisset "github.com/helm-otlp/helm-otlp/pkg/lint/rules/attribute-used-before-it-is-set"
	invalidtarget "github.com/helm-otlp/helm-otlp/pkg/lint/rules/invalid-target"
	storagenotwritable "github.com/helm-otlp/helm-otlp/pkg/lint/rules/storage-not-writable"
)

func TestSeveritiesByWhatTheInputShows(t *testing.T) {
	t.Parallel()
	storage, attribute := storagenotwritable.Rule(), attributeusedbeforeitisset.Rule()
	target := invalidtarget.Rule()
	for file, test := range map[string]struct {
		rule *lint.Rule
		want lint.Severity
	}{
		"invalid-target/testdata/bad-by-hand.yaml":                     {target, lint.Error}, // Without a scheme nothing is sent.
		"invalid-target/testdata/bad-path-of-a-signal.yaml":            {target, lint.Warning},
		"storage-not-writable/testdata/bad-claim.yaml":                 {storage, lint.Warning},
		"storage-not-writable/testdata/bad-official-claim.yaml":        {storage, lint.Info}, // The platform may give a group.
		"attribute-used-before-it-is-set/testdata/bad.yaml":            {attribute, lint.Warning},
		"attribute-used-before-it-is-set/testdata/bad-policy.yaml":     {attribute, lint.Info}, // Senders may set it.
		"attribute-used-before-it-is-set/testdata/bad-annotation.yaml": {attribute, lint.Warning},
		"storage-not-writable/testdata/bad.yaml":                       {storage, lint.Warning},
		"storage-not-writable/testdata/bad-container-user.yaml":        {storage, lint.Warning},
		"attribute-used-before-it-is-set/testdata/bad-operator.yaml":   {attribute, lint.Warning},
	} {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		result, err := lint.Run(t.Context(), []lint.Manifest{{File: file, Data: data}}, []*lint.Rule{test.rule})
		require.NoError(t, err)
		require.NotEmpty(t, result.Findings, file)
		for _, finding := range result.Findings {
			assert.Equal(t, test.want, finding.Severity, "%s: %s", file, finding.Message)
		}
	}
}
