package rules_test

import (
	"bytes"
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/lint/rules"
	apiversionremoved "github.com/helm-otlp/helm-otlp/pkg/lint/rules/api-version-removed"
	batchbeforequeueondisk "github.com/helm-otlp/helm-otlp/pkg/lint/rules/batch-before-queue-on-disk"
	batchedtwice "github.com/helm-otlp/helm-otlp/pkg/lint/rules/batched-twice"
	collectedtwice "github.com/helm-otlp/helm-otlp/pkg/lint/rules/collected-twice"
	environmentmissing "github.com/helm-otlp/helm-otlp/pkg/lint/rules/environment-missing"
	gatewaysinglereplica "github.com/helm-otlp/helm-otlp/pkg/lint/rules/gateway-single-replica"
	gomemlimitmissing "github.com/helm-otlp/helm-otlp/pkg/lint/rules/gomemlimit-missing"
	hostdetectoringateway "github.com/helm-otlp/helm-otlp/pkg/lint/rules/host-detector-in-gateway"
	hostportconflict "github.com/helm-otlp/helm-otlp/pkg/lint/rules/host-port-conflict"
	invalidvalue "github.com/helm-otlp/helm-otlp/pkg/lint/rules/invalid-value"
	queueondiskgivenup "github.com/helm-otlp/helm-otlp/pkg/lint/rules/queue-on-disk-given-up"
	retrydisabled "github.com/helm-otlp/helm-otlp/pkg/lint/rules/retry-disabled"
	secretinconfig "github.com/helm-otlp/helm-otlp/pkg/lint/rules/secret-in-config"
	secretinenv "github.com/helm-otlp/helm-otlp/pkg/lint/rules/secret-in-env"
	surgeoversharedfiles "github.com/helm-otlp/helm-otlp/pkg/lint/rules/surge-over-shared-files"
	unknowncomponent "github.com/helm-otlp/helm-otlp/pkg/lint/rules/unknown-component"
)

func TestAVariableIsMissingForCertainInUpstreamsImagesAlone(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("environment-missing/testdata/bad.yaml")
	require.NoError(t, err)
	const released = "ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-k8s:0.161.0"
	for image, want := range map[string]lint.Severity{
		released: lint.Error,
		"registry.example/our-otel-collector:1.0.0":                 lint.Info,
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

func TestAnImageOfOnesOwnMaySetGOMEMLIMIT(t *testing.T) {
	t.Parallel()
	rule := gomemlimitmissing.Rule()
	const released = "ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-k8s:0.161.0"
	require.Contains(t, rule.Bad, released)
	for image, want := range map[string]lint.Severity{released: lint.Warning, "registry.example/our-otel-collector:1.0.0": lint.Info} {
		manifest := lint.Manifest{File: "c.yaml", Data: []byte(strings.ReplaceAll(rule.Bad, released, image))}
		result, err := lint.Run(t.Context(), []lint.Manifest{manifest}, []*lint.Rule{rule})
		require.NoError(t, err)
		require.Len(t, result.Findings, 1, image)
		assert.Equal(t, want, result.Findings[0].Severity, image)
		assert.Equal(t, want == lint.Info, strings.Contains(result.Findings[0].Message, "unless the image sets it"), image)
	}
}

func TestNoBatchInAQueueIsAdvisedBeforeThereWasOne(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]string{
		"0.122.1": "leave it out (exporters make batches by themselves from 0.123.0 on, and the image is 0.122.1)",
		"0.123.0": "leave it out, and set sending_queue.batch of the exporter",
	} {
		image := lint.ForImage("otel/opentelemetry-collector-contrib:" + version)
		onDisk, twice := batchbeforequeueondisk.Rule(), batchedtwice.Rule()
		result, err := lint.Run(t.Context(), []lint.Manifest{{File: "c.yaml", Data: []byte(onDisk.Bad)}}, []*lint.Rule{onDisk}, image)
		require.NoError(t, err)
		require.Len(t, result.Findings, 1, version)
		assert.Contains(t, result.Findings[0].Message, want)
		result, err = lint.Run(t.Context(), []lint.Manifest{{File: "c.yaml", Data: []byte(twice.Bad)}}, []*lint.Rule{twice}, image)
		require.NoError(t, err)
		assert.Equal(t, version == "0.123.0", len(result.Findings) > 0, version)
	}
}

func TestAHeaderThatIsAMissingVariableIsAWarning(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("environment-missing/testdata/bad.yaml")
	require.NoError(t, err)
	data = bytes.Replace(data, []byte("Bearer ${TOKEN}"), []byte("Bearer ${TOKEN}\n          key: ${env:KEY}"), 1)
	result, err := lint.Run(t.Context(), []lint.Manifest{{File: "c.yaml", Data: data}}, []*lint.Rule{environmentmissing.Rule()})
	require.NoError(t, err)
	severities := map[string]lint.Severity{}
	for _, finding := range result.Findings {
		severities[finding.Path] = finding.Severity
	}
	const exporter = "exporters.otlp_grpc."
	assert.Equal(t, map[string]lint.Severity{
		exporter + "endpoint": lint.Error, exporter + "headers.authorization": lint.Error, exporter + "headers.key": lint.Warning,
	}, severities)
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

// What looks like a loss, and is none, or none that is known.
func TestWhatIsNoLossIsNotFound(t *testing.T) {
	t.Parallel()
	const head = "receivers: {otlp: {protocols: {grpc: {endpoint: '0.0.0.0:4317'}}}}\nextensions: {file_storage: {directory: /data}}\n"
	config := func(exporter, body string) string {
		return head + "exporters: {" + exporter + ": " + body + "}\nservice: {extensions: [file_storage], pipelines: {traces: {receivers: [otlp], exporters: [" + exporter + "]}}}\n"
	}
	onDisk, retries, surges := queueondiskgivenup.Rule(), retrydisabled.Rule(), surgeoversharedfiles.Rule()
	surge, err := os.ReadFile("surge-over-shared-files/testdata/bad.yaml")
	require.NoError(t, err)
	detector, err := os.ReadFile("host-detector-in-gateway/testdata/bad.yaml")
	require.NoError(t, err)
	replaced := func(text []byte, old, with string) string {
		require.Contains(t, string(text), old)

		return strings.Replace(string(text), old, with, 1)
	}
	for name, test := range map[string]struct {
		rule  *lint.Rule
		text  string
		quiet bool
	}{
		"a queue on disk":                          {onDisk, config("otlp_grpc", "{endpoint: 'a:1', sending_queue: {storage: file_storage}}"), false},
		"an exporter with another key for retries": {onDisk, config("elasticsearch", "{endpoints: ['http://a'], sending_queue: {storage: file_storage}}"), true},
		"one that does not retry by itself":        {onDisk, config("load_balancing", "{sending_queue: {storage: file_storage}}"), true},
		"retries off":                              {retries, config("otlp_http", "{endpoint: 'http://a', retry_on_failure: {enabled: false}}"), false},
		"retries off, and no queue that is known":  {retries, config("syslog", "{endpoint: a, retry_on_failure: {enabled: false}}"), true},
		"a surge":                           {surges, string(surge), false},
		"a folder of each Pod":              {surges, replaced(surge, "{name: state, mountPath: /var/lib/otelcol}", "{name: state, mountPath: /var/lib/otelcol, subPathExpr: $(POD_NAME)}"), true},
		"a storage that nothing is kept in": {surges, replaced(surge, "sending_queue: {storage: file_storage}", "sending_queue: {}"), true},
		"a detector":                        {hostdetectoringateway.Rule(), string(detector), false},
		"a detector in the host's network":  {hostdetectoringateway.Rule(), replaced(detector, "    spec:\n      containers", "    spec:\n      hostNetwork: true\n      containers"), true},
	} {
		result, err := lint.Run(t.Context(), []lint.Manifest{{File: "c.yaml", Data: []byte(test.text)}}, []*lint.Rule{test.rule}, lint.ForImage("otel/opentelemetry-collector-contrib:0.161.0"))
		require.NoError(t, err, name)
		assert.Equal(t, test.quiet, len(result.Findings) == 0, "%s: %v", name, result.Findings)
	}
}

func TestAnAPIIsJudgedForTheClusterThatIsNamed(t *testing.T) {
	t.Parallel()
	manifest := lint.Manifest{File: "c.yaml", Data: []byte("apiVersion: flowcontrol.apiserver.k8s.io/v1beta3\nkind: FlowSchema\nmetadata: {name: a}\n")}
	for version, want := range map[string]int{"1.31": 0, "v1.31.4": 0, "1.32": 1, "1.36.0": 1, "": 0, "newest": 0} {
		result, err := lint.Run(t.Context(), []lint.Manifest{manifest}, []*lint.Rule{apiversionremoved.Rule()}, lint.ForKubernetes(version))
		require.NoError(t, err)
		assert.Len(t, result.Findings, want, version)
	}
}

func TestAFindingDoesNotShowTheSecret(t *testing.T) {
	t.Parallel()
	for _, rule := range []*lint.Rule{secretinconfig.Rule(), secretinenv.Rule()} {
		result, err := lint.Run(t.Context(), []lint.Manifest{{File: "c.yaml", Data: []byte(rule.Bad)}}, []*lint.Rule{rule})
		require.NoError(t, err)
		require.NotEmpty(t, result.Findings)
		for _, finding := range result.Findings {
			assert.NotContains(t, finding.Message, "5f2b8d1c0a9e4e77")
		}
	}
}

func TestTheAdviceOfARightPortOrNameIsGood(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		file     string
		severity lint.Severity
		advice   string
	}{
		{"sdk-endpoint-not-served/testdata/bad-protocol.yaml", lint.Warning, "send to port 4317, or set OTEL_EXPORTER_OTLP_PROTOCOL to http/protobuf"},
		// The Service's other port leads to the same receiver.
		{"sdk-endpoint-not-served/testdata/bad-target-port.yaml", lint.Warning, "listens for HTTP: set OTEL_EXPORTER_OTLP_PROTOCOL to http/protobuf"},
		{"sdk-endpoint-not-served/testdata/bad-by-hand-two-protocol.yaml", lint.Warning, "send to port 4317, or set OTEL_EXPORTER_OTLP_PROTOCOL to http/protobuf"},
		{"sdk-endpoint-not-served/testdata/bad-by-hand-protocol.yaml", lint.Warning, "listens for gRPC: set OTEL_EXPORTER_OTLP_PROTOCOL to grpc"},
		{"sdk-endpoint-not-served/testdata/bad-node.yaml", lint.Warning, "is not reached, which has no hostPort: give its port one"},
		{"sdk-endpoint-not-served/testdata/bad-node-service.yaml", lint.Warning, "send to port 14317 of Service agent, or set hostNetwork of its values to true"},
		{"sdk-endpoint-not-served/testdata/bad-operator-node.yaml", lint.Warning, "send to port 4317 of Service agent-collector, or give its port one"},
		{"exporter-speaks-other-protocol/testdata/bad-turned.yaml", lint.Error, "send to port 4318, or use otlp_http"},
		{"exporter-speaks-other-protocol/testdata/bad-operator.yaml", lint.Error, "send to port 4318, or use otlp_grpc"},
		{"exporter-speaks-other-protocol/testdata/bad-target-port.yaml", lint.Error, "listens for gRPC: use otlp_grpc"},
		{"exporter-service-missing/testdata/bad-sdk.yaml", lint.Warning, "to Service gatewya, which the input does not have: write gateway"},
		{
			"exporter-service-missing/testdata/bad-other-namespace.yaml", lint.Warning,
			"to Service gateway of the namespace apps, which the input does not have: write gateway.observability",
		},
		{
			"exporter-service-missing/testdata/bad-sdk-namespace-slip.yaml", lint.Warning,
			"to Service gateway of the namespace observabilty, which the input does not have: write gateway.observability",
		},
	} {
		data, err := os.ReadFile(test.file)
		require.NoError(t, err)
		rule, _, _ := strings.Cut(test.file, "/")
		result, err := lint.Run(t.Context(), []lint.Manifest{{File: "c.yaml", Data: data}}, rulesNamed(rule))
		require.NoError(t, err)
		require.NotEmpty(t, result.Findings, test.file)
		assert.True(t, strings.HasSuffix(result.Findings[0].Message, test.advice), "%s: %s", test.file, result.Findings[0].Message)
		assert.Equal(t, test.severity, result.Findings[0].Severity, test.file)
	}
}

func rulesNamed(name string) []*lint.Rule {
	return slices.DeleteFunc(rules.All(), func(rule *lint.Rule) bool { return rule.Name != name })
}

// Kustomize may still patch a port into a Service, or give the one of two objects another name.
func TestWhatKustomizeMayStillChangeIsNotFound(t *testing.T) {
	t.Parallel()
	group := []string{
		"autoscaler-bounds-crossed", "autoscaler-cannot-measure", "collected-twice", "egress-blocks-exporter", "exporter-port-not-served",
		"exporter-service-missing", "file-not-mounted", "host-port-conflict", "monitor-selects-nothing", "named-object-missing", "replicas-beside-autoscaler",
		"service-selects-nothing", "tls-on-one-side", "volume-missing",
	}
	kustomization := lint.Manifest{File: "kustomization.yaml", Data: []byte("resources: [c.yaml]\npatches: [{path: patch.yaml}]\n")}
	for _, rule := range rules.All() {
		if !slices.Contains(group, rule.Name) {
			continue
		}
		manifest := lint.Manifest{File: "c.yaml", Data: []byte(rule.Bad)}
		result, err := lint.Run(t.Context(), []lint.Manifest{manifest}, []*lint.Rule{rule})
		require.NoError(t, err)
		assert.NotEmpty(t, result.Findings, rule.Name)
		result, err = lint.Run(t.Context(), []lint.Manifest{manifest, kustomization}, []*lint.Rule{rule})
		require.NoError(t, err)
		assert.Empty(t, result.Findings, rule.Name)
	}
}

// A folder may be that of another cluster, but not the folders of one rendered chart.
func TestTheObjectsOfOtherFoldersAreOfOtherClusters(t *testing.T) {
	t.Parallel()
	for _, rule := range []*lint.Rule{hostportconflict.Rule(), collectedtwice.Rule()} {
		documents := strings.Split(rule.Bad, "\n---\n")
		half := len(documents) / 2
		for _, test := range []struct {
			first, second string
			found         bool
		}{
			{"clusters/eu/agent.yaml", "clusters/us/agent.yaml", false},
			{"agents/first.yaml", "agents/second.yaml", true},
			{"agents/templates/eu/first.yaml", "agents/templates/us/second.yaml", true},
			{"agents/templates/first.yaml", "agents/charts/second/templates/second.yaml", true},
			{"agents/charts/first/templates/first.yaml", "agents/charts/second/templates/second.yaml", true},
			{"first/templates/agent.yaml", "second/templates/agent.yaml", false},
			{"clusters/charts/agent.yaml", "clusters/us/agent.yaml", false},
		} {
			result, err := lint.Run(t.Context(), []lint.Manifest{
				{File: test.first, Data: []byte(strings.Join(documents[:half], "\n---\n"))},
				{File: test.second, Data: []byte(strings.Join(documents[half:], "\n---\n"))},
			}, []*lint.Rule{rule})
			require.NoError(t, err)
			assert.Equal(t, test.found, len(result.Findings) > 0, "%s: %s and %s", rule.Name, test.first, test.second)
		}
	}
}
