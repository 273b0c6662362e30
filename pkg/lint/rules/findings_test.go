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
	invalidvalue "github.com/helm-otlp/helm-otlp/pkg/lint/rules/invalid-value"
	unknowncomponent "github.com/helm-otlp/helm-otlp/pkg/lint/rules/unknown-component"
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

func TestAComponentThatNobodyKnowsIsAnErrorWhereAllThatTheImageHasIsKnown(t *testing.T) {
	t.Parallel()
	config := []byte("receivers: {frobnicator: }\nexporters: {nop: }\nservice: {pipelines: {logs: {receivers: [frobnicator], exporters: [nop]}}}\n")
	for image, want := range map[string]lint.Severity{
		"otel/opentelemetry-collector-contrib:0.150.0":                  lint.Error,
		"otel/opentelemetry-collector-contrib:0.900.0":                  lint.Info, // newer than all that is known
		"otel/opentelemetry-collector-contrib:latest":                   lint.Info,
		"registry.example/otel/opentelemetry-collector-contrib:0.150.0": lint.Info, // may be an own build
	} {
		result, err := lint.Run(context.Background(), []lint.Manifest{{File: "c.yaml", Data: config}}, []*lint.Rule{unknowncomponent.Rule()}, lint.ForImage(image))
		require.NoError(t, err)
		require.Len(t, result.Findings, 1, image)
		assert.Equal(t, want, result.Findings[0].Severity, image)
	}
}

func TestWhatAnImageMayTakeIsAWarning(t *testing.T) {
	t.Parallel()
	config := []byte("exporters: {debug: {verbosity: detail}}\nservice: {pipelines: {logs: {receivers: [a], exporters: [debug]}}}\n")
	for version, want := range map[string]lint.Severity{"0.161.0": lint.Error, "0.900.0": lint.Warning} {
		result, err := lint.Run(context.Background(), []lint.Manifest{{File: "c.yaml", Data: config}}, []*lint.Rule{invalidvalue.Rule()},
			lint.ForImage("otel/opentelemetry-collector-contrib:"+version))
		require.NoError(t, err)
		require.Len(t, result.Findings, 1, version)
		assert.Equal(t, want, result.Findings[0].Severity, version)
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
