package cli

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/helm-otlp/helm-otlp/internal/fix"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

func TestWhatHurtsMostIsMendedFirst(t *testing.T) {
	t.Parallel()
	var offers []fix.Offer
	var findings []lint.Finding
	for _, severity := range []lint.Severity{lint.Info, lint.Error, lint.Warning} {
		f := lint.Finding{Severity: severity, Fix: &lint.Fix{}}
		offers, findings = append(offers, fix.Offer{Finding: f}), append(findings, f)
	}
	// What is not reported is not mended.
	offers = append(offers, fix.Offer{Finding: lint.Finding{Severity: lint.Error, Fix: &lint.Fix{Says: "known"}}})
	var order []lint.Severity
	for _, o := range ofThese(offers, findings) {
		order = append(order, o.Finding.Severity)
	}
	assert.Equal(t, []lint.Severity{lint.Error, lint.Warning, lint.Info}, order)
}
