package rules_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/lint/rules"
)

// A config may be in a Secret, and an OpenTelemetryCollector may have none yet.
func TestEveryRuleStandsAConfigThatTheInputDoesNotShow(t *testing.T) {
	t.Parallel()
	const workload = `
apiVersion: apps/v1
kind: KIND
metadata: {name: collector}
spec:
  selector: {matchLabels: {app: collector}}
  template:
    metadata: {labels: {app: collector}}
    spec:
      containers:
        - name: collector
          image: otel/opentelemetry-collector-contrib:0.161.0
          args: [--config=/conf/config.yaml]
          volumeMounts: [{name: config, mountPath: /conf}]
      volumes: [{name: config, secret: {secretName: collector}}]
`
	const resource = `
apiVersion: opentelemetry.io/v1beta1
kind: OpenTelemetryCollector
metadata: {name: collector}
spec: {mode: MODE}
`
	var documents []string
	for _, kind := range []string{"Deployment", "StatefulSet", "DaemonSet", "Job"} {
		documents = append(documents, strings.Replace(workload, "KIND", kind, 1), strings.Replace(strings.Replace(workload, "KIND", kind, 1), "  selector", "  replicas: 2\n  selector", 1))
	}
	for _, mode := range []string{"deployment", "daemonset", "statefulset", "sidecar"} {
		documents = append(documents, strings.Replace(resource, "MODE", mode, 1))
	}
	// Objects of one name are taken for those of several clusters, which rules leave alone.
	for i, document := range documents {
		documents[i] = strings.Replace(document, "metadata: {name: collector}", fmt.Sprintf("metadata: {name: collector-%d}", i), 1)
	}
	manifest := lint.Manifest{File: "c.yaml", Data: []byte(strings.Join(documents, "---"))}
	result, err := lint.Run(t.Context(), []lint.Manifest{manifest}, rules.All())
	require.NoError(t, err)
	assert.Len(t, result.Collectors, len(documents))
}
