package collectorconfig

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

func TestCheckJudgesAComponentAgainstTheImage(t *testing.T) {
	tests := []struct {
		name, config, version, distribution string
		want                                []string
	}{
		{"a removed exporter says what to use", "exporters: {jaeger: }", "0.90.0", "contrib",
			[]string{"f.yaml:1:13: the exporter jaeger was removed in 0.85.0, and the image is 0.90.0"}},
		{"a removed exporter is there before", "exporters: {jaeger: }", "0.84.0", "contrib", nil},
		{"a name that the version does not know yet", "processors: {resource_detection: }", "0.90.0", "contrib",
			[]string{"f.yaml:1:14: resource_detection is a name since 0.153.0, and the image is 0.90.0: it knows resourcedetection (write resourcedetection, in the pipelines too) [renamed-component]"}},
		{"a name that the version knows as an alias", "exporters: {otlp/a: {endpoint: b:1}}", "v0.161.0", "k8s",
			[]string{"f.yaml:1:13: otlp is an old name of otlp_grpc, which the image (0.161.0) still takes (write otlp_grpc/a, in the pipelines too) [deprecated-component-name]"}},
		{"a name that the version no longer knows", "exporters: {logging: }", "0.161.0", "core",
			[]string{"f.yaml:1:13: logging is no name since 0.111.0, and the image is 0.161.0: it knows debug (write debug, in the pipelines too) [renamed-component]"}},
		{"an old name whose new one is taken", "exporters: {logging: , debug: , otlp/a: {endpoint: b:1}, otlp_grpc/a: {endpoint: b:1}}", "0.161.0", "core", []string{
			"f.yaml:1:13: logging is no name since 0.111.0, and the image is 0.161.0: it knows debug (debug is defined too: write another id of its type, in the pipelines too, or leave one of the two out) [renamed-component]",
			"f.yaml:1:33: otlp is an old name of otlp_grpc, which the image (0.161.0) still takes (otlp_grpc/a is defined too: write another id"}},
		{"a component that the distribution lacks", "receivers: {filelog: }", "0.90.0", "core",
			[]string{"f.yaml:1:13: the core distribution does not have the receiver filelog (use an image of "}},
		{"a component that only the catalogue has", "receivers: {aerospike: }", "0.161.0", "k8s",
			[]string{"f.yaml:1:13: the k8s distribution does not have the receiver aerospike (use an image of contrib, or build one with it) [component-not-in-distribution]"}},
		{"a component that the distribution got later", "extensions: {ack: }", "0.110.0", "k8s",
			[]string{"f.yaml:1:14: the k8s distribution does not have the extension ack in 0.110.0 (use an image of contrib, or build one with it) [component-not-in-distribution]"}},
		{"a component that came later", "extensions: {ack: }", "0.98.0", "contrib",
			[]string{"f.yaml:1:14: the extension ack came with 0.99.0, and the image is 0.98.0 (use an image of 0.99.0 or later) [unknown-component]"}},
		{"a component that is gone", "receivers: {bigip: {username: u, password: p}}", "0.146.0", "contrib",
			[]string{"f.yaml:1:13: the receiver bigip was removed in 0.146.0, and the image is 0.146.0 [removed-component]"}},
		{"a component that was still there", "receivers: {bigip: {username: u, password: p}}", "0.145.0", "contrib", nil},
		{"either name of one that only the catalogue has", "receivers: {awscloudwatch: {region: r}, aws_cloudwatch/2: {region: r}}", "0.158.0", "contrib", nil},
		{"a name that may be that of one whose code was not read", "processors: {gen_ai_normalizer: , genainormalizer: }", "0.158.0", "contrib", nil},
		{"a name that may have come after the last version that was read", "extensions: {cgroup_runtime: }", "0.161.0", "k8s", nil},
		{"the same of a version that was read", "extensions: {cgroup_runtime: }", "0.140.0", "k8s",
			[]string{"f.yaml:1:14: no extension cgroup_runtime is known (did you mean cgroupruntime?) [unknown-component]"}},
		{"a name that was read later", "processors: {log_dedup: {metadata_keys: [a]}}", "0.161.0", "k8s", nil},
		{"an own build is not judged by distribution", "receivers: {filelog: , own: }", "0.90.0", "custom", nil},
		{"no version is not judged by version", "exporters: {otlp: {endpoint: b:1}, otlp_grpc: {endpoint: b:1}, logging: }", "", "", nil},
		{"latest is not judged by version", "exporters: {otlp: {endpoint: b:1}}", "latest", "", nil},
		{"an unknown component names a near one", "receivers: {otpl: }", "0.161.0", "k8s",
			[]string{"f.yaml:1:13: no receiver otpl is known (did you mean otlp?) [unknown-component]"}},
		{"an unknown component that is like an old name gets the name to write", "exporters: {otlpp: }\nreceivers: {fielog: }", "0.161.0", "k8s",
			[]string{
				"f.yaml:1:13: no exporter otlpp is known (did you mean otlp_grpc?) [unknown-component]",
				"f.yaml:2:13: no receiver fielog is known (did you mean file_log?) [unknown-component]"}},
		{"the name to write is that of the version", "exporters: {otlp_grcp: }\nreceivers: {file_lgo: }", "0.140.0", "k8s",
			[]string{
				"f.yaml:1:13: no exporter otlp_grcp is known (did you mean otlp?) [unknown-component]",
				"f.yaml:2:13: no receiver file_lgo is known (did you mean filelog?) [unknown-component]"}},
		{"a variable without braces", "exporters: {otlp_grpc: {endpoint: $BACKEND:4317}}", "0.161.0", "k8s",
			[]string{"f.yaml:1:35: the collector leaves $BACKEND as it is since 0.104.0 (write ${env:BACKEND}, or $$BACKEND for the literal text) [bare-env-reference]"}},
		{"a variable without braces in a list, for no version", "exporters: {nop: {a: [b, 'https://$HOST/v1']}}", "", "k8s",
			[]string{"f.yaml:1:26: the collector leaves $HOST"}},
		{"a variable without braces for an image that expands it", "exporters: {nop: {endpoint: $BACKEND:4317}}", "0.103.0", "k8s", nil},
		{"a processor among the exporters", "exporters: {batch: }", "0.161.0", "k8s",
			[]string{"f.yaml:1:13: batch is a processor, and stands among the exporters (move it to processors) [wrong-class]"}},
		{"all at once", "exporters: {jaeger: , logging: }\nreceivers: {filelog: , file_log/2: }", "0.120.0", "core", []string{
			"f.yaml:1:13: the exporter jaeger was removed",
			"f.yaml:1:23: logging is no name since 0.111.0",
			"f.yaml:2:13: the core distribution does not have the receiver filelog",
			"f.yaml:2:24: the core distribution does not have the receiver file_log",
			"f.yaml:2:24: file_log is a name since 0.149.0"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			doc, _ := Parse("f.yaml", []byte(test.config))
			got := lines(Check(doc, test.version, test.distribution))
			require.Len(t, got, len(test.want), "%q", got)
			for i, want := range test.want {
				assert.Contains(t, got[i], want)
			}
		})
	}
}

func TestCheckTakesOtherDollarsForWhatTheyAre(t *testing.T) {
	for _, value := range []string{
		"${env:BACKEND}:4317", "$$BACKEND", "$$$$BACKEND", "$1", "$$1:$$2", "^(.+)$", "pa$WORD", "$", "$A", "$name", "$Name", "$NAMe",
		"set(attributes[x], $NAME)", "^/$FOO", "$NAME|b", "$(NAME)", `\$NAME`,
	} {
		doc, _ := Parse("f.yaml", []byte("exporters: {nop: {a: '"+value+"'}}"))
		assert.Empty(t, lines(Check(doc, "0.161.0", "k8s")), value)
	}
}

func TestCheckFindsVariablesWithoutBracesByWhereTheyStand(t *testing.T) {
	tests := []struct {
		config string
		want   string // the path; empty for none
	}{
		{`exporters: {otlp_http: {headers: {Authorization: "Bearer $TOKEN"}}}`, "exporters.otlp_http.headers.Authorization"},
		{`receivers: {sql_query: {datasource: "host=x password=$DB_PASSWORD"}}`, "receivers.sql_query.datasource"},
		{`receivers: {sql_query: {queries: [{sql: "SELECT $COLUMN FROM t"}]}}`, ""},
		{`processors: {transform: {trace_statements: [{context: span, statements: ['set(name, "a $NAME")', 'x == "$NAME"']}]}}`, ""},
		{`processors: {filter: {logs: {log_record: ['body == "$NAME"']}, traces: {span: ['name == "$NAME"']}}}`, ""},
		{`processors: {attributes: {actions: [{key: a, pattern: "$NAME.*"}]}}`, ""},
		{`receivers: {file_log: {multiline: {line_start_pattern: "$NAME"}, operators: [{type: filter, expr: 'body == "$NAME"'}]}}`, ""},
		{`receivers: {prometheus: {config: {scrape_configs: [{relabel_configs: [{regex: "a.$NAME", replacement: "$NAME"}]}]}}}`, ""},
		{`connectors: {routing: {table: [{condition: 'a == "$NAME"', route: "$NAME"}]}}`, ""},
		{`extensions: {oidc: {profiles: "$NAME", aws_profile: "$NAME"}}`, "extensions.oidc.profiles extensions.oidc.aws_profile"},
	}
	for _, test := range tests {
		t.Run(test.config, func(t *testing.T) {
			doc, _ := Parse("f.yaml", []byte(test.config))
			var got []string
			for _, problem := range Check(doc, "0.161.0", "custom") {
				if problem.Code == CodeBareEnv {
					got = append(got, problem.Path)
				}
			}
			assert.Equal(t, test.want, strings.Join(got, " "))
		})
	}
}

// Collectors before 0.104 put nothing there, and at last refuse it: expandconverter has os.Expand take a digit for a name.
func TestCheckFindsNumbersThatOldVersionsTakeForVariables(t *testing.T) {
	for _, test := range []struct {
		value, version, want, instead string
		warning                       bool
	}{
		{"$1:9090", "0.96.0", "before 0.104.0 the collector takes $1 for an environment variable, and the image is 0.96.0 (write $$1)", "$$1:9090", true},
		{"$1:$2", "0.103.0", "takes $1 for", "$$1:$$2", false},
		{"$$$1", "0.96.0", "takes $1 for", "", true},
		{"$$1:$${2}", "0.96.0", "", "", false},
		{"^a$", "0.96.0", "", "", false},
		{"$1", "0.104.0", "", "", false},
		{"$1", "", "", "", false},
	} {
		doc, _ := Parse("f.yaml", []byte("exporters: {nop: {a: '"+test.value+"'}}"))
		var found []Problem
		for _, problem := range Check(doc, test.version, customDistribution) {
			if problem.Code == CodeEnvSyntax {
				found = append(found, problem)
			}
		}
		if test.want == "" {
			assert.Empty(t, found, test.value)
		} else if assert.Len(t, found, 1, test.value) {
			assert.Contains(t, found[0].String(), test.want)
			assert.Equal(t, test.instead, found[0].TextInstead)
			assert.Equal(t, test.warning, found[0].Ignored)
		}
	}
}

// startingDocument parses the config of a manifest under examples/starting-document.
func startingDocument(t *testing.T, name string) (*Document, []Problem) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "examples", "starting-document", name))
	require.NoError(t, err)
	manifests, err := source.Parse(name, data)
	require.NoError(t, err)
	for _, manifest := range manifests {
		if text := manifest.Lookup(source.Keys("data", "config.yaml")); text != nil {
			inner, err := text.Embedded()
			require.NoError(t, err)
			return ParseNode(inner[0].Root)
		}
	}
	t.Fatalf("%s has no ConfigMap", name)
	return nil, nil
}

func TestTheStartingDocumentsMistakesAreFound(t *testing.T) {
	tests := []struct {
		file, version, distribution string
		want                        []string // path and code
	}{
		{"production.yaml", "0.90.0", "core", []string{
			"exporters.jaeger removed-component",
			"processors.resource_detection renamed-component",
			"processors.resource_detection component-not-in-distribution"}},
		{"daemonset.yaml", "0.90.0", "core", []string{
			"receivers.filelog component-not-in-distribution", "receivers.filelog unused-component",
			"processors.batch unused-component", "exporters.otlp unused-component", "service.pipelines empty-pipeline"}},
		{"gateway.yaml", "0.90.0", "contrib", []string{
			"exporters.jaeger removed-component", "receivers.otlp unused-component", "processors.batch unused-component",
			"exporters.jaeger unused-component", " missing-service"}},
		{"sidecar.yaml", "0.90.0", "core", []string{"exporters.logging deprecated-component-name"}},
		{"sidecar.yaml", "0.161.0", "core", []string{"exporters.logging renamed-component"}},
	}
	for _, test := range tests {
		t.Run(test.file+" "+test.version, func(t *testing.T) {
			doc, problems := startingDocument(t, test.file)
			problems = append(problems, Check(doc, test.version, test.distribution)...)
			var found []string
			for _, p := range problems {
				found = append(found, p.Path+" "+p.Code)
			}
			assert.ElementsMatch(t, test.want, found)
		})
	}
}

func TestASlipIsOneLetterOrTwoInEachOthersPlace(t *testing.T) {
	for _, name := range []string{"otlp_grpc", "otlp_grcp", "otlp_grp", "otlp_grpcc", "otlp_grbc", "tolp_grpc"} {
		assert.True(t, slip(name, "otlp_grpc"), name)
	}
	for _, name := range []string{"ecs_observer", "db_storage", "", "k8s_observ"} {
		assert.False(t, slip(name, "k8s_observer"), name)
	}
}
