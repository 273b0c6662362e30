package rules_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/lint/rules"
)

// FuzzManifests holds that no manifest, and no collector config in one, breaks a rule, and that the findings of two runs
// are the same.
func FuzzManifests(f *testing.F) {
	files, err := filepath.Glob("*/testdata/*.yaml")
	require.NoError(f, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(data, "")
	}
	for _, image := range []string{"otel/opentelemetry-collector:0.90.0", "otel/opentelemetry-collector-contrib:0.161.0", "x:latest@sha256:0", ":"} {
		f.Add([]byte("receivers: {otlp: }\nexporters: {debug: }\nservice: {pipelines: {logs: {receivers: [otlp], exporters: [debug]}}}\n"), image)
	}
	f.Fuzz(func(t *testing.T, data []byte, image string) {
		run := func() *lint.Result {
			result, err := lint.Run(t.Context(), []lint.Manifest{{File: "f.yaml", Data: data}}, rules.All(), lint.ForImage(image))
			require.NotErrorIs(t, err, lint.ErrRule)

			return result
		}
		first := run()
		require.Equal(t, first, run())
	})
}
