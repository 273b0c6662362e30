package collectorconfig

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseReportsExtensionsThatComponentsNameAndTheCollectorDoesNotStart(t *testing.T) {
	const frame = `receivers: {RECEIVER}
exporters: {EXPORTER}
extensions: {file_storage: , k8s_observer: , basicauth/a: }
service: {extensions: [ENABLED], pipelines: {traces: {receivers: [otlp, receiver_creator, k8s_cluster, filelog/a], exporters: [otlp_grpc, own]}}}
`
	const all = "file_storage, k8s_observer, basicauth/a"
	tests := []struct {
		name, receiver, exporter, enabled string
		want                              []string
	}{
		{"all that is named is enabled", "otlp: {protocols: {grpc: {auth: {authenticator: basicauth/a}}}}",
			"otlp_grpc: {sending_queue: {storage: file_storage}}", all, nil},
		{"a queue's storage that is not enabled", "otlp: ", "otlp_grpc: {sending_queue: {storage: file_storage}}", "k8s_observer, basicauth/a", []string{
			"f.yaml:2:50: the exporter otlp_grpc names the extension file_storage, which is defined and not enabled: the collector does not start (name it in service.extensions) [extension-not-enabled]"}},
		{"a queue's storage that is not defined", "otlp: ", "otlp_grpc: {sending_queue: {storage: file_storag}}", all, []string{
			"f.yaml:2:50: the exporter otlp_grpc names the extension file_storag, which is not defined (did you mean file_storage?) [undefined-component]"}},
		{"nothing like it is defined", "otlp: ", "otlp_grpc: {auth: {authenticator: oauth2client}}", all, []string{
			"f.yaml:2:47: the exporter otlp_grpc names the extension oauth2client, which is not defined (define it under extensions, and name it in service.extensions) [undefined-component]"}},
		{"a queue that is switched off", "otlp: ", "otlp_grpc: {sending_queue: {enabled: false, storage: none}}", all, nil},
		{"an authenticator of a protocol", "otlp: {protocols: {grpc: , http: {auth: {authenticator: none}}}}", "otlp_grpc: ", all, []string{
			"f.yaml:1:69: the receiver otlp names the extension none, which is not defined"}},
		{"an observer that is not there", "otlp: , receiver_creator: {watch_observers: [k8s_observer, host_observer]}", "otlp_grpc: ", all, []string{
			"f.yaml:1:72: the receiver receiver_creator names the extension host_observer, which is not defined (did you mean k8s_observer?)"}},
		{"a leader elector and the place in a file", "otlp: , k8s_cluster: {k8s_leader_elector: k}, filelog/a: {storage: s}", "otlp_grpc: ", all, []string{
			"f.yaml:1:55: the receiver k8s_cluster names the extension k,", "f.yaml:1:80: the receiver filelog/a names the extension s,"}},
		{"storage that means something else", "otlp: {storage: disk}", "otlp_grpc: {storage: {a: b}}", all, nil},
		{"a component that no pipeline names", "otlp: , filelog/unused: {storage: none}", "otlp_grpc: ", all, nil},
		{"names that are not known yet", "otlp: ", "otlp_grpc: {sending_queue: {storage: '${env:STORAGE}'}, auth: {authenticator: }}", all, nil},
		{"a queue that a variable may switch off", "otlp: ", "otlp_grpc: {sending_queue: {enabled: '${env:Q}', storage: none}}", all, nil},
		{"a queue that a variable may switch off uses what it names", "otlp: ",
			"otlp_grpc: {sending_queue: {enabled: '${env:Q}', storage: file_storage}}", "k8s_observer, basicauth/a", nil},
		{"an authenticator of a component that the table does not know", "otlp: ",
			"otlp_grpc: , own: {auth: {authenticator: none}}", all, nil},
		{"a queue of a component that the table does not know", "otlp: ", "otlp_grpc: , own: {sending_queue: {storage: none}}", all, []string{
			"f.yaml:2:57: the exporter own names the extension none, which is not defined"}},
		{"an enabled extension that comes out of a variable", "otlp: ", "otlp_grpc: {sending_queue: {storage: file_storage}}", "'${env:EXTENSIONS}'", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			config := strings.NewReplacer("RECEIVER", test.receiver, "EXPORTER", test.exporter, "ENABLED", test.enabled).Replace(frame)
			_, problems := Parse("f.yaml", []byte(config))
			// The pipeline names more receivers than each test has.
			problems = slices.DeleteFunc(problems, func(p Problem) bool {
				return p.Code == CodeUnused && !strings.Contains(p.Message, "extension") || p.Code == CodeSignal ||
					strings.HasPrefix(p.Message, "the pipeline")
			})
			got := lines(problems)
			require.Len(t, got, len(test.want), "%q", got)
			for i, want := range test.want {
				assert.Contains(t, got[i], want)
			}
		})
	}
}
