package rules_test

import (
	"bytes"
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
	environmentmissing "github.com/helm-otlp/helm-otlp/pkg/lint/rules/environment-missing"
	gatewaysinglereplica "github.com/helm-otlp/helm-otlp/pkg/lint/rules/gateway-single-replica"
)

func TestAVariableIsMissingForCertainInUpstreamsImagesAlone(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("environment-missing/testdata/bad.yaml")
	require.NoError(t, err)
	const released = "ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-k8s:0.161.0"
	for image, want := range map[string]lint.Severity{
		released: lint.Error,
		"registry.example/our-otel-collector:1.0.0":                 lint.Warning,
		"registry.example/otel/opentelemetry-collector-k8s:0.161.0": lint.Warning,
	} {
		t.Run(image, func(t *testing.T) {
			t.Parallel()
			manifest := lint.Manifest{File: "c.yaml", Data: bytes.ReplaceAll(data, []byte(released), []byte(image))}
			result, err := lint.Run(context.Background(), []lint.Manifest{manifest}, []*lint.Rule{environmentmissing.Rule()})
			require.NoError(t, err)
			require.NotEmpty(t, result.Findings)
			for _, finding := range result.Findings {
				assert.Equal(t, want, finding.Severity)
			}
		})
	}
}

func TestAGatewayThatWatchesTheClusterElectsALeaderBeforeItRunsTwice(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("gateway-single-replica/testdata/bad-leaderless.yaml")
	require.NoError(t, err)
	result, err := lint.Run(context.Background(), []lint.Manifest{{File: "c.yaml", Data: data}}, []*lint.Rule{gatewaysinglereplica.Rule()})
	require.NoError(t, err)
	require.Len(t, result.Findings, 1)
	assert.Equal(t, "Deployment collector takes data from the network and may run a single Pod: "+
		"k8sobjects/all would send everything twice from two: give it k8s_leader_elector, then run two or more",
		result.Findings[0].Message)
}
