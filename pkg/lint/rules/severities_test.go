package rules_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
	attributeusedbeforeitisset "github.com/helm-otlp/helm-otlp/pkg/lint/rules/attribute-used-before-it-is-set"
	imageversionunknown "github.com/helm-otlp/helm-otlp/pkg/lint/rules/image-version-unknown"
	invalidtarget "github.com/helm-otlp/helm-otlp/pkg/lint/rules/invalid-target"
	removalwithouteffect "github.com/helm-otlp/helm-otlp/pkg/lint/rules/removal-without-effect"
	storagenotwritable "github.com/helm-otlp/helm-otlp/pkg/lint/rules/storage-not-writable"
	valuewithouteffect "github.com/helm-otlp/helm-otlp/pkg/lint/rules/value-without-effect"
)

func TestSeveritiesByWhatTheInputShows(t *testing.T) {
	t.Parallel()
	storage, attribute, image := storagenotwritable.Rule(), attributeusedbeforeitisset.Rule(), imageversionunknown.Rule()
	target, removal, value := invalidtarget.Rule(), removalwithouteffect.Rule(), valuewithouteffect.Rule()
	for file, test := range map[string]struct {
		rule *lint.Rule
		want lint.Severity
	}{
		"removal-without-effect/testdata/bad.yaml":                     {removal, lint.Warning},
		"removal-without-effect/testdata/bad-null.yaml":                {removal, lint.Info}, // It may be meant as an empty body.
		"value-without-effect/testdata/bad.yaml":                       {value, lint.Warning},
		"value-without-effect/testdata/bad-autoscaled.yaml":            {value, lint.Info}, // It may be kept for when the autoscaler is off.
		"image-version-unknown/testdata/bad.yaml":                      {image, lint.Warning},
		"image-version-unknown/testdata/bad-newer.yaml":                {image, lint.Info},
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
		findings := findingsIn(t, test.rule, file, data)
		require.NotEmpty(t, findings, file)
		for _, finding := range findings {
			assert.Equal(t, test.want, finding.Severity, "%s: %s", file, finding.Message)
		}
	}
}
