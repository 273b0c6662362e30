package changes_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/changes"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

// gateway is a collector with its config, its Service and its rights.
const gateway = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: gw}
spec:
  replicas: 3
  selector: {matchLabels: {app: gw}}
  template:
    metadata: {labels: {app: gw}}
    spec:
      containers:
        - name: otlp-collector
          image: otel/opentelemetry-collector-k8s:0.161.0
          args: [--config=/etc/otelcol/config.yaml]
          ports: [{name: otlp-grpc, containerPort: 4317}]
          volumeMounts: [{name: config, mountPath: /etc/otelcol}]
      volumes: [{name: config, configMap: {name: gw-1}}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: gw-1, namespace: obs}
data:
  config.yaml: |
    receivers: {otlp: {protocols: {grpc: {}}}}
    processors: {batch: }
    exporters: {debug: {verbosity: basic}}
    service:
      pipelines:
        traces: {receivers: [otlp], processors: [batch], exporters: [debug]}
---
apiVersion: v1
kind: Service
metadata: {name: gw}
spec: {selector: {app: gw}, ports: [{name: otlp-grpc, port: 4317}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: obs-gw}
rules: [{apiGroups: [""], resources: [pods], verbs: [get, list]}]
`

func compare(t *testing.T, before, after string, pods map[changes.Ref]int) *changes.Report {
	t.Helper()
	manifest := func(text string) []lint.Manifest { return []lint.Manifest{{File: "m.yaml", Data: []byte(text)}} }
	report, err := changes.Compare(t.Context(), manifest(before), manifest(after), "obs", pods)
	require.NoError(t, err)

	return report
}

// with is the gateway with other words in it.
func with(t *testing.T, pairs ...string) string {
	t.Helper()
	text := gateway
	for i := 0; i < len(pairs); i += 2 {
		require.Contains(t, text, pairs[i])
		text = strings.ReplaceAll(text, pairs[i], pairs[i+1])
	}

	return text
}

func TestNothingChangesWhereOnlyTheTextDiffers(t *testing.T) {
	t.Parallel()
	report := compare(t, gateway, with(t, "{name: gw-1, namespace: obs}", "{namespace: obs, name: gw-1} # the same", "metadata: {name: gw}\nspec:\n  replicas", "metadata:\n  name: gw\nspec:\n  replicas"), nil)
	assert.True(t, report.Same)
	assert.Empty(t, report.Collectors)
	assert.Empty(t, report.Workloads)
	assert.NotNil(t, report.Rights.Gained, "lists are never null in JSON")
}

func TestComponentsAndPipelinesAreToldByTheirPaths(t *testing.T) {
	t.Parallel()
	report := compare(t, gateway, with(
		t, "exporters: {debug: {verbosity: basic}}", "exporters: {otlp_grpc: {endpoint: \"b:4317\"}, debug: {verbosity: detailed, use_internal_logger: false}}",
		"    processors: {batch: }\n", "", "processors: [batch], exporters: [debug]", "exporters: [otlp_grpc]", "    service:\n", "    service:\n      telemetry: {logs: {level: debug}}\n",
	), nil)
	require.Len(t, report.Collectors, 1)
	assert.Equal(t, changes.Collector{
		Ref: changes.Ref{Kind: "Deployment", Namespace: "obs", Name: "gw"}, Action: changes.Change,
		Parts: []changes.Part{
			{Kind: "processor", ID: "batch", Action: changes.Remove, Settings: []changes.Setting{}},
			{Kind: "exporter", ID: "debug", Action: changes.Change, Settings: []changes.Setting{
				{Path: "use_internal_logger", Action: changes.Add, After: "false"},
				{Path: "verbosity", Action: changes.Change, Before: `"basic"`, After: `"detailed"`},
			}},
			{Kind: "exporter", ID: "otlp_grpc", Action: changes.Add, Settings: []changes.Setting{}},
			{Kind: "pipeline", ID: "traces", Action: changes.Change, Settings: []changes.Setting{
				{Path: "exporters", Action: changes.Change, Before: `["debug"]`, After: `["otlp_grpc"]`},
				{Path: "processors", Action: changes.Remove, Before: `["batch"]`},
			}},
			{Kind: "service", ID: "telemetry", Action: changes.Add, Settings: []changes.Setting{{Path: "logs", Action: changes.Add, After: `{"level":"debug"}`}}},
		},
	}, report.Collectors[0])
	// The config stands in the same ConfigMap: no Pod starts again by it.
	assert.Empty(t, report.Workloads)
	require.Len(t, report.Objects, 1)
	assert.Equal(t, "ConfigMap obs/gw-1", report.Objects[0].String())
}

func TestAComponentWithAnEmptyBodyIsTheSameAsOneWithNull(t *testing.T) {
	t.Parallel()
	report := compare(t, gateway, with(t, "{batch: }", "{batch: {}}"), nil)
	assert.Empty(t, report.Collectors)
	assert.False(t, report.Same, "the object is another one all the same")
}

func TestRightsGainedAndLostAreNamedOneByOne(t *testing.T) {
	t.Parallel()
	report := compare(t, gateway, with(t, `[{apiGroups: [""], resources: [pods], verbs: [get, list]}]`,
		`[{apiGroups: ["", apps], resources: [pods, replicasets/scale], verbs: [list]}, {nonResourceURLs: [/metrics], verbs: [get]}]`), nil)
	assert.Equal(t, changes.Difference{
		Gained: []string{
			"get /metrics", "list pods.apps in all namespaces", "list replicasets.apps/scale in all namespaces", "list replicasets/scale in all namespaces",
		},
		Lost: []string{"get pods in all namespaces"},
	}, report.Rights)
}

func TestPortsOfServicesAndContainersAreCompared(t *testing.T) {
	t.Parallel()
	report := compare(t, gateway, with(t, "{name: otlp-grpc, port: 4317}", "{name: otlp-grpc, port: 4319, protocol: TCP}",
		"containerPort: 4317", "containerPort: 4317, hostPort: 4317"), nil)
	assert.Equal(t, changes.Difference{
		Gained: []string{"Deployment obs/gw: container otlp-collector, 4317/TCP (otlp-grpc), on the node as 4317", "Service obs/gw: 4319/TCP (otlp-grpc)"},
		Lost:   []string{"Deployment obs/gw: container otlp-collector, 4317/TCP (otlp-grpc)", "Service obs/gw: 4317/TCP (otlp-grpc)"},
	}, report.Ports)
}

func TestPodsStartAgainWhereTheTemplateDiffersAndNotWhereOnlyLabelsOrReplicasDo(t *testing.T) {
	t.Parallel()
	deployment := changes.Ref{Kind: "Deployment", Namespace: "obs", Name: "gw"}
	image := with(t, "0.161.0", "0.162.0", "  replicas: 3", "  strategy: {type: Recreate}\n  replicas: 3")
	report := compare(t, gateway, image, map[changes.Ref]int{deployment: 5})
	assert.Equal(t, []changes.Workload{{
		Ref: deployment, Action: changes.Restart, Pods: 5, Because: []string{"spec.containers.otlp-collector.image"},
		Note: "its strategy is Recreate: all Pods end before the first new one starts",
	}}, report.Workloads)
	assert.Equal(t, 3, compare(t, gateway, image, nil).Workloads[0].Pods, "the manifest tells where the cluster does not")

	report = compare(t, gateway, with(t, "replicas: 3", "replicas: 4", "metadata: {name: gw}\nspec:\n  replicas", "metadata: {name: gw, labels: {a: b}}\nspec:\n  replicas"), nil)
	assert.Empty(t, report.Workloads)
	assert.Len(t, report.Objects, 1)
}

func TestAWorkloadOfAnotherKindIsTheSameCollector(t *testing.T) {
	t.Parallel()
	report := compare(t, gateway, with(t, "kind: Deployment", "kind: StatefulSet", "verbosity: basic", "verbosity: normal"), nil)
	require.Len(t, report.Collectors, 1)
	assert.Equal(t, changes.Change, report.Collectors[0].Action)
	require.Len(t, report.Workloads, 2)
	assert.Equal(t, []changes.Action{changes.Remove, changes.Add}, []changes.Action{report.Workloads[0].Action, report.Workloads[1].Action})
}

func TestWhatCannotBeReadIsAnErrorThatSaysWhichSide(t *testing.T) {
	t.Parallel()
	_, err := changes.Compare(t.Context(), []lint.Manifest{{File: "a", Data: []byte("a: [")}}, nil, "obs", nil)
	require.ErrorContains(t, err, "read what is installed: ")
	_, err = changes.Compare(t.Context(), nil, []lint.Manifest{{File: "a", Data: []byte("a: [")}}, "obs", nil)
	require.ErrorContains(t, err, "read what would be installed: ")
}
