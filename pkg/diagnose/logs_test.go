package diagnose_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	corev1 "k8s.io/api/core/v1"

	"github.com/helm-otlp/helm-otlp/pkg/diagnose"
)

// recorded is a crash whose last words a real collector, 0.161, has said.
func recorded(file string, more ...func(*diagnose.Snapshot)) func(*testing.T, *diagnose.Snapshot) {
	return func(t *testing.T, s *diagnose.Snapshot) {
		t.Helper()
		crashed(s, "Error", 1)
		logged(t, s, file, true)
		for _, change := range more {
			change(s)
		}
	}
}

func TestAConfigThatIsRejectedIsNamedWithItsLine(t *testing.T) {
	t.Parallel()
	check(t, map[string]want{
		"an unknown key": {recorded("unknownkey.log"), []string{"config-rejected"}, []string{
			"refuses its config at exporters.debug.verbositee", `no key "verbositee"`, "ConfigMap obs/gw-0123456789: config.yaml:3: verbositee: detailed",
			"mend `config.exporters.debug.verbositee`", "verbosity",
		}},
		"an unknown component": {recorded("unknowncomp.log"), []string{"config-rejected"}, []string{
			"at exporters.nosuchthing", `no exporter of the type "nosuchthing"`, "config.yaml:8: nosuchthing: {}",
		}},
		"an undefined component": {recorded("undefined.log"), []string{"config-rejected"}, []string{
			"at service.pipelines.traces", `references exporter "nosuch" which is not configured`, "config.yaml:28: exporters: [debug, nosuch]",
		}},
		"no endpoint":        {recorded("noendpoint.log"), []string{"config-rejected"}, []string{"at exporters.otlp_http: at least one endpoint must be specified", "config.yaml:6: otlp_http:"}},
		"a value":            {recorded("mem.log"), []string{"config-rejected"}, []string{"processors.memory_limiter", "'check_interval' must be greater than zero"}},
		"what is not YAML":   {recorded("badyaml.log", func(s *diagnose.Snapshot) { s.Configs[0].Data["config.yaml"] = "receivers: [a" }), []string{"config-rejected"}, []string{"config.yaml:1: receivers: [a"}},
		"no ConfigMap known": {recorded("noendpoint.log", func(s *diagnose.Snapshot) { s.Configs = nil }), []string{"config-rejected"}, []string{"exporters.otlp_http"}},
	})
}

func TestACollectorThatCannotStartSaysWhy(t *testing.T) {
	t.Parallel()
	onNode := func(s *diagnose.Snapshot) { s.Pods[0].Spec.HostNetwork = true }
	mounted := func(source corev1.VolumeSource) func(*diagnose.Snapshot) {
		return func(s *diagnose.Snapshot) {
			spec := &s.Pods[0].Spec
			spec.Volumes = append(spec.Volumes, corev1.Volume{Name: "state", VolumeSource: source})
			spec.Containers[0].VolumeMounts = append(spec.Containers[0].VolumeMounts, corev1.VolumeMount{Name: "state", MountPath: "/var/lib/otelcol"})
		}
	}
	check(t, map[string]want{
		"a port that is taken":            {recorded("inuse.log"), []string{"port-taken"}, []string{"the receiver otlp can't listen at 127.0.0.1:14318: another one of the Pod does"}},
		"a port of the node that is":      {recorded("inuse.log", onNode), []string{"port-taken"}, []string{"another process of the node n1", "hostNetwork: false"}},
		"a directory that is not mounted": {recorded("queue-open-denied.log"), []string{"queue-directory-unwritable"}, []string{"persistence: {enabled: true}"}},
		"a claim of root's": {
			recorded("queue-open-denied.log", mounted(corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: "state-gw-0"}})),
			[]string{"queue-directory-unwritable"}, []string{"uid 10001 with no fsGroup", "podSecurityContext: {fsGroup: 10001"},
		},
		"a folder of the node's": {
			recorded("queue-stat-denied.log", mounted(corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/var/lib/otel"}})),
			[]string{"queue-directory-unwritable"}, []string{"/var/lib/otel of the node", "runAsUser: 0"},
		},
		"something else": {func(t *testing.T, s *diagnose.Snapshot) {
			t.Helper()
			crashed(s, "Error", 1)
			s.Logs = []diagnose.Log{{Namespace: "obs", Pod: "gw-5d9c-x", Text: `Error: cannot start pipelines: failed to start "kafka" receiver: kafka: client has run out of available brokers` + "\n"}}
		}, []string{"component-not-started"}, []string{"the receiver kafka can't start: kafka: client has run out"}},
		"an address of another": {func(t *testing.T, s *diagnose.Snapshot) {
			t.Helper()
			crashed(s, "Error", 1)
			s.Logs = []diagnose.Log{{Namespace: "obs", Pod: "gw-5d9c-x", Text: `Error: cannot start pipelines: failed to start "otlp" receiver: listen tcp 203.0.113.7:4317: bind: cannot assign requested address` + "\n"}}
		}, []string{"component-not-started"}, []string{"the Pod has no such address: listen on [${env:POD_IP}]"}},
		"an address that can't be reached": {func(t *testing.T, s *diagnose.Snapshot) {
			t.Helper()
			crashed(s, "Error", 1)
			s.Logs = []diagnose.Log{{Namespace: "obs", Pod: "gw-5d9c-x", Text: `Error: cannot start pipelines: failed to start "kafka" receiver: dial tcp [::1]:9092: connect: cannot assign requested address` + "\n"}}
		}, []string{"component-not-started"}, []string{"mend what it says"}},
		"what is not built": {func(t *testing.T, s *diagnose.Snapshot) {
			t.Helper()
			crashed(s, "Error", 1)
			s.Logs = []diagnose.Log{{Namespace: "obs", Pod: "gw-5d9c-x", Text: `Error: failed to build pipelines: failed to create "otlp_http" exporter for data type "traces": endpoint must be a valid URL` + "\n"}}
		}, []string{"component-not-started"}, []string{"the exporter otlp_http can't start: endpoint must be a valid URL"}},
	})
}

// spoken is a Pod that is ready, and has written what a real collector wrote.
func spoken(file string, more ...func(*diagnose.Snapshot)) func(*testing.T, *diagnose.Snapshot) {
	return func(t *testing.T, s *diagnose.Snapshot) {
		t.Helper()
		logged(t, s, file, false)
		for _, change := range more {
			change(s)
		}
	}
}

func TestAnExporterThatFailsSaysWhy(t *testing.T) {
	t.Parallel()
	later := func(s *diagnose.Snapshot) { s.Taken = taken.Add(20 * time.Minute) }
	const forMe = "config:\n  exporters:\n    otlp_http:\n"
	check(t, map[string]want{
		"refused":                {spoken("refused.log"), []string{"exporter-refused"}, []string{"the exporter otlp_http (http://127.0.0.1:1)", "connection refused", forMe}},
		"refused, by gRPC":       {spoken("refusedgrpc.log"), []string{"exporter-refused"}, []string{"the exporter otlp_grpc (127.0.0.1:1)"}},
		"no such host":           {spoken("dns.log"), []string{"exporter-dns"}, []string{"lookup backend.nowhere.example", forMe}},
		"no such host, by gRPC":  {spoken("dnsgrpc.log"), []string{"exporter-dns"}, []string{"otlp_grpc", "no children to pick from"}},
		"a certificate":          {spoken("tls.log"), []string{"exporter-tls"}, []string{"x509: cannot validate certificate for 127.0.0.1", "ca_file"}},
		"a certificate, by gRPC": {spoken("tlsgrpc.log"), []string{"exporter-tls"}, []string{"authentication handshake failed"}},
		"plain text for TLS":     {spoken("plaintls.log"), []string{"exporter-tls"}, []string{"does not speak TLS", "insecure: true"}},
		"credentials":            {spoken("auth401.log"), []string{"exporter-unauthorized"}, []string{"HTTP Status Code 401"}},
		"a DNS server that does not answer": {func(_ *testing.T, s *diagnose.Snapshot) {
			s.Logs = []diagnose.Log{{Namespace: "obs", Pod: "gw-5d9c-x", Text: `{"level":"info","ts":"2026-11-30T04:10:22.956Z","msg":"Exporting failed. Will retry the request after interval.","otelcol.component.id":"otlp_http","otelcol.component.kind":"exporter","error":"failed to make an HTTP request: Post \"http://b:4318/v1/traces\": dial tcp: lookup b on 10.96.0.10:53: read udp 10.0.0.2:4->10.96.0.10:53: i/o timeout"}`}}
		}, []string{"exporter-dns"}, nil},
		"a queue that is full by": {spoken("qfull.log"), []string{"exporter-refused", "queue-full"}, nil},
		"it was so, and is over":  {spoken("refused.log", later), []string{}, nil},
		"it was so before it was started again": {func(t *testing.T, s *diagnose.Snapshot) {
			t.Helper()
			logged(t, s, "refused.log", true)
		}, []string{}, nil},
		"a receiver that is refused": {func(_ *testing.T, s *diagnose.Snapshot) {
			s.Logs = []diagnose.Log{{Namespace: "obs", Pod: "gw-5d9c-x", Text: `{"level":"warn","ts":"2026-11-30T04:10:22.956Z","msg":"Failed to scrape","otelcol.component.id":"prometheus","otelcol.component.kind":"receiver","error":"Get \"http://10.0.0.1/metrics\": dial tcp 10.0.0.1:80: connect: connection refused"}`}}
		}, []string{}, nil},
		"the console's encoding": {func(_ *testing.T, s *diagnose.Snapshot) {
			s.Logs = []diagnose.Log{{Namespace: "obs", Pod: "gw-5d9c-x", Text: "2026-11-30T04:10:22.956Z\tinfo\tinternal/retry_sender.go:133\tExporting failed. Will retry the request after interval.\t" +
				`{"otelcol.component.id": "otlp_http", "otelcol.component.kind": "exporter", "otelcol.signal": "traces", "error": "failed to make an HTTP request: Post \"http://127.0.0.1:1/v1/traces\": dial tcp 127.0.0.1:1: connect: connection refused", "interval": "2s"}`}}
		}, []string{"exporter-refused"}, []string{"otlp_http"}},
	})
}

func TestAQueueIsFullByItsMetricsToo(t *testing.T) {
	t.Parallel()
	metrics := func(size string) func(*testing.T, *diagnose.Snapshot) {
		return func(_ *testing.T, s *diagnose.Snapshot) {
			s.Metrics = []diagnose.Metrics{{Namespace: "obs", Pod: "gw-5d9c-x", Text: "otelcol_exporter_queue_capacity{data_type=\"traces\",exporter=\"otlp_http\"} 1000\n" +
				"otelcol_exporter_queue_size{data_type=\"traces\",exporter=\"otlp_http\"} " + size + "\n"}}
		}
	}
	check(t, map[string]want{
		"full":      {metrics("950"), []string{"queue-full"}, []string{"otelcol_exporter_queue_size 950 of otelcol_exporter_queue_capacity 1000"}},
		"half full": {metrics("500"), []string{}, nil},
	})
}

// The words are those of client-go 0.37 in a collector's log, and of a kubelet.
func TestRightsThatAreRefusedAreNamedWithTheRuleThatGivesThem(t *testing.T) {
	t.Parallel()
	said := func(text string) func(*testing.T, *diagnose.Snapshot) {
		return func(_ *testing.T, s *diagnose.Snapshot) {
			s.Logs = []diagnose.Log{{Namespace: "obs", Pod: "gw-5d9c-x", Text: text}}
		}
	}
	const klogged = `E1130 04:10:06.462824       1 reflector.go:227] "Failed to watch" err="failed to list *v1.Pod: pods is forbidden: User \"system:serviceaccount:obs:gw\" cannot list resource \"pods\" in API group \"\" at the cluster scope" logger="UnhandledError"`
	const reflector = `{"level":"error","ts":"2026-11-30T04:10:20.000Z","caller":"cache/reflector.go:227","msg":"Failed to watch","error":"failed to list *v1.Pod: pods is forbidden: User \"system:serviceaccount:obs:gw\" cannot list resource \"pods\" in API group \"\" at the cluster scope"}` + "\n" +
		`{"level":"error","ts":"2026-11-30T04:10:21.000Z","caller":"cache/reflector.go:227","msg":"Failed to watch","error":"failed to list *v1.ReplicaSet: replicasets.apps is forbidden: User \"system:serviceaccount:obs:gw\" cannot list resource \"replicasets\" in API group \"apps\" at the cluster scope"}`
	check(t, map[string]want{
		"two lists": {said(reflector), []string{"rbac-refused"}, []string{
			"account obs/gw to list pods in all namespaces, list replicasets.apps in all namespaces, watch pods in all namespaces",
			`- {apiGroups: [""], resources: [pods], verbs: [list, watch]}`, `- {apiGroups: ["apps"], resources: [replicasets], verbs: [list, watch]}`,
		}},
		"in a namespace": {
			said(`{"level":"error","ts":"2026-11-30T04:10:20.000Z","msg":"x","error":"leases.coordination.k8s.io is forbidden: User \"system:serviceaccount:obs:gw\" cannot create resource \"leases\" in API group \"coordination.k8s.io\" in the namespace \"obs\""}`),
			[]string{"rbac-refused"}, []string{"create leases.coordination.k8s.io in the namespace obs"},
		},
		"in the words of klog": {said(klogged), []string{"rbac-refused"}, []string{"list pods in all namespaces"}},
		"in the words of klog, and given since": {func(t *testing.T, s *diagnose.Snapshot) {
			t.Helper()
			said(klogged)(t, s)
			s.Taken = taken.Add(20 * time.Minute)
		}, []string{}, nil},
		"a path": {
			said(`forbidden: User "system:serviceaccount:obs:gw" cannot get path "/metrics"`), []string{"rbac-refused"}, []string{"- {nonResourceURLs: [/metrics], verbs: [get]}"},
		},
		"a right that was given since": {func(t *testing.T, s *diagnose.Snapshot) {
			t.Helper()
			said(reflector)(t, s)
			s.Taken = taken.Add(20 * time.Minute)
		}, []string{}, nil},
		"a person": {said(`pods is forbidden: User "jane" cannot list resource "pods" in API group "" at the cluster scope`), []string{}, nil},
	})
}

func TestLogsAreReadWhateverStandsInThem(t *testing.T) {
	t.Parallel()
	s := healthy()
	for _, text := range []string{"", "\n\n", "{", "{}", "Error: ", "\tError: x", `{"level":1}`, "panic: x\n\ngoroutine 1 [running]:\n", "\x00\xff"} {
		s.Logs = append(s.Logs, diagnose.Log{Namespace: "obs", Pod: "gw-5d9c-x", Text: text})
	}
	found, _ := ids(t, s)
	assert.Empty(t, found)
}
