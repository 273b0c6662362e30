package kubelet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

// A fault is one that is made for real, and what the doctor is to say of it.
type fault struct {
	name, values string
	// seen is what a user sees of it.
	seen string
	// level is that of the namespace's Pod Security; before and after are done around the installation.
	level         string
	before, after func(t *testing.T, namespace string)
	// cause is the first that is named, and words are in what is printed of it.
	cause string
	words []string
}

const (
	small    = "replicas: 1\nresources: {requests: {cpu: 10m, memory: 40Mi}, limits: {memory: 300Mi}}\n"
	speaking = small + "config:\n  receivers: {host_metrics: {collection_interval: 1s, scrapers: {load: {}}}}\n"
)

// greedy collects no garbage, and has nothing that would refuse data in time.
const greedy = `
replicas: 1
resources: {requests: {cpu: 10m, memory: 48Mi}, limits: {memory: 48Mi}}
without: {processors: {memory_limiter: true}}
env: [{name: GOGC, value: "off"}, {name: GOMEMLIMIT, value: 4GiB}]
config:
  receivers: {host_metrics: {collection_interval: 10ms, scrapers: {load: {}, memory: {}, network: {}, paging: {}}}}
`

// What a user sees of a fault. Each is seen of several causes, of which the doctor is to name the right one.
const (
	noPods      = "no Pod is made"
	pending     = "Pods stay Pending"
	noImage     = "the image is not there"
	notCreated  = "the container is not created"
	ends        = "the collector ends again and again"
	killed      = "the container is killed"
	nothingSent = "all is ready, and nothing arrives at the backend"
	allReady    = "all is ready, and something lacks"
	noSidecar   = "the Pods have no sidecar"
)

func faults() []fault {
	return []fault{
		{seen: noPods, name: "quota", values: small, before: quota, cause: "quota-exceeded", words: []string{"ResourceQuota little", "requests.memory=20Mi"}},
		{seen: noPods, name: "pod security", values: small + "hostNetwork: true\n", level: "restricted", cause: "pod-security", words: []string{"restricted", "hostNetwork"}},
		{seen: noPods, name: "service account", values: small + "serviceAccount: {create: false, name: nonesuch}\n", cause: "service-account-missing", words: []string{"nonesuch", "serviceAccount: {create: true}"}},
		{seen: noPods, name: "priority class", values: small + "priorityClassName: nonesuch\n", cause: "priority-class-missing", words: []string{"nonesuch", "priorityClassName"}},
		{seen: noPods, name: "webhook", values: small, before: deadWebhook, cause: "webhook-unreachable", words: []string{"dead.example.com"}},

		{seen: pending, name: "cpu", values: "replicas: 1\nresources: {requests: {cpu: \"500\"}, limits: {cpu: \"500\"}}\n", cause: "unschedulable-resources", words: []string{"requests 500 of cpu"}},
		{seen: pending, name: "node selector", values: small + "nodeSelector: {disk: none}\n", cause: "unschedulable-affinity", words: []string{"nodeSelector"}},
		{seen: pending, name: "claim", values: small + "persistence: {enabled: true, storageClassName: fast}\n", cause: "claim-unbound", words: []string{`storage class "fast"`}},
		{seen: pending, name: "port of the node", values: strings.Replace(small, "replicas: 1", "replicas: 2", 1) + "hostNetwork: true\n", cause: "port-taken", words: []string{"4317/TCP"}},

		{seen: noImage, name: "registry", values: small + "image: {tag: 0.161.99}\n", cause: "registry-unreachable", words: []string{"0.161.99"}},
		{seen: noImage, name: "never pulled", values: small + "image: {tag: 0.161.99, pullPolicy: Never}\n", cause: "image-never-pulled", words: []string{"pullPolicy: IfNotPresent"}},

		{seen: notCreated, name: "environment", values: small + "envFrom: [{secretRef: {name: nonesuch}}]\n", cause: "container-not-started", words: []string{"Secret nonesuch"}},
		{seen: notCreated, name: "volume", values: small + "extraVolumes: [{name: tls, secret: {secretName: nonesuch}}]\nextraVolumeMounts: [{name: tls, mountPath: /tls}]\n", cause: "volume-not-mounted", words: []string{"Secret nonesuch"}},

		{seen: ends, name: "config", values: small + "config: {exporters: {otlp_http: {}}}\n", cause: "config-rejected", words: []string{"its config at exporters.otlp_http: at least one endpoint must be specified", "config.yaml:", "config.exporters.otlp_http"}},
		{seen: ends, name: "port", values: small + "config: {receivers: {zipkin: {endpoint: \"[${env:POD_IP}]:9411\"}, zipkin/second: {endpoint: \"[${env:POD_IP}]:9411\"}}}\n", cause: "port-taken", words: []string{"9411", "port-conflict"}},
		{
			seen: ends, name: "queue directory", values: "mode: daemonset\npersistence: {enabled: true}\npodSecurityContext: {runAsUser: 10001, runAsGroup: 10001, runAsNonRoot: true}\nresources: {requests: {cpu: 10m, memory: 40Mi}}\nconfig: {exporters: {otlp_http: {endpoint: \"http://127.0.0.1:1\"}}}\n",
			cause: "queue-directory-unwritable", words: []string{"belongs to root", "runAsUser: 0"},
		},

		{seen: killed, name: "memory", values: greedy, cause: "out-of-memory", words: []string{"OOMKilled", "its limit, 48Mi", "limits: {memory: 96Mi}", "GOMEMLIMIT 4GiB", "no memory_limiter"}},
		{seen: killed, name: "startup probe", values: small, after: probeElsewhere("startupProbe"), cause: "probe-unanswered", words: []string{"port 9, path /: health_check listens on port 13133"}},
		{seen: killed, name: "liveness probe", values: small, after: probeElsewhere("livenessProbe"), cause: "probe-unanswered", words: []string{"port 9, path /: health_check listens on port 13133"}},

		{seen: nothingSent, name: "refused", values: speaking + "  exporters: {otlp_http: {endpoint: \"http://127.0.0.1:1\"}}\n", cause: "exporter-refused", words: []string{"otlp_http (http://127.0.0.1:1)"}},
		{seen: nothingSent, name: "refused by gRPC", values: speaking + "  exporters: {otlp_grpc: {endpoint: \"127.0.0.1:1\", tls: {insecure: true}}}\n", cause: "exporter-refused", words: []string{"otlp_grpc (127.0.0.1:1)"}},
		{seen: nothingSent, name: "DNS", values: speaking + "  exporters: {otlp_http: {endpoint: \"http://backend.nowhere.example:4318\"}}\n", cause: "exporter-dns", words: []string{"lookup backend.nowhere.example"}},
		{seen: nothingSent, name: "TLS", values: speaking + "  exporters: {otlp_http: {endpoint: \"https://10.96.0.1:443\"}}\n", cause: "exporter-tls", words: []string{"x509"}},
		{seen: nothingSent, name: "no token", values: speaking + "  exporters: {otlp_http: {endpoint: \"https://10.96.0.1:443\", tls: {insecure_skip_verify: true}}}\n", cause: "exporter-unauthorized", words: []string{"403"}},
		{seen: nothingSent, name: "path", values: speaking + "  exporters: {otlp_http: {endpoint: \"http://${env:POD_IP}:8888\"}}\n", cause: "exporter-path", words: []string{"404"}},

		{seen: allReady, name: "rights", values: small + "presets: {kubernetesAttributes: {enabled: true}}\nrbac: {create: false}\n", cause: "rbac-refused", words: []string{"list pods", "extraRules"}},
		{seen: allReady, name: "selector", values: small, after: serviceOfOthers, cause: "service-without-endpoints", words: []string{"Service"}},

		{seen: noSidecar, name: "not asked for", values: "mode: sidecar\n", cause: "sidecar-not-asked-for", words: []string{"sidecar.opentelemetry.io/inject"}},
		{seen: noSidecar, name: "host network", values: "mode: sidecar\n", after: onTheHostNetwork, cause: "sidecar-not-injected", words: []string{"hostNetwork"}},
	}
}

func TestWhatIsSeenOfAFaultIsSeenOfAnotherToo(t *testing.T) {
	t.Parallel()
	causes := map[string]map[string]bool{}
	for _, f := range faults() {
		if causes[f.seen] == nil {
			causes[f.seen] = map[string]bool{}
		}
		causes[f.seen][f.cause] = true
	}
	for seen, of := range causes {
		assert.Greater(t, len(of), 1, seen)
	}
}

// Each fault is made on a real API server, scheduler and kubelet with a real collector, and is the first cause that is named.
func TestTheDoctorNamesTheCauseOfAFaultThatIsMade(t *testing.T) {
	helms := []host{{t: t, major: 3}, {t: t, major: 4}}
	for _, helm := range helms {
		helm.installPlugin()
	}
	t.Run("faults", func(t *testing.T) {
		for _, f := range faults() {
			t.Run(f.name, func(t *testing.T) {
				t.Parallel()
				namespace := made(t, f)
				for _, helm := range helms {
					// A collector that is started again and again is ready, and well, for moments in between.
					cluster.Eventually(t, func(context.Context) error { return helm.names(namespace, f) }) //nolint:contextcheck // It takes the test's.
				}
			})
		}
		t.Run("none", func(t *testing.T) {
			t.Parallel()
			namespace := made(t, fault{values: small})
			cluster.Eventually(t, func(context.Context) error {
				if printed, code := helms[0].examines(namespace); code != 0 || !strings.Contains(printed, "rel: healthy, 1 of 1 Pods well") { //nolint:contextcheck // It takes the test's.
					return errors.New(printed)
				}

				return nil
			})
		})
	})
}

// made installs a release with a fault.
func made(t *testing.T, f fault) string {
	t.Helper()
	namespace := shared.Namespace(t, f.level)
	if f.before != nil {
		f.before(t, namespace)
	}
	_, _, err := shared.Helm(t, 4, "install", release, chart, "--namespace", namespace, "--values", shared.ValuesFile(t, f.values))
	require.NoError(t, err)
	t.Cleanup(func() { _, _, _ = shared.Helm(t, 4, "uninstall", release, "--namespace", namespace) })
	if f.after != nil {
		f.after(t, namespace)
	}

	return namespace
}

// names tells whether `helm otlp doctor` prints the fault's cause first, for programs and for people.
func (h host) names(namespace string, f fault) error {
	h.t.Helper()
	printed, code := h.examines(namespace, "--output", "json", "--no-lint")
	var found struct {
		Causes []struct{ Cause string }
	}
	if err := json.Unmarshal([]byte(printed), &found); err != nil {
		return fmt.Errorf("%w: %s", err, printed)
	}
	if code != 1 || len(found.Causes) == 0 || found.Causes[0].Cause != f.cause {
		return fmt.Errorf("helm %d: %d, and not %s:\n%s", h.major, code, f.cause, printed)
	}
	printed, code = h.examines(namespace)
	if code != 1 {
		return fmt.Errorf("helm %d: %d:\n%s", h.major, code, printed)
	}
	for _, words := range f.words {
		if !strings.Contains(printed, words) {
			return fmt.Errorf("helm %d does not say %q:\n%s", h.major, words, printed)
		}
	}

	return nil
}

// examines is what `helm otlp doctor` prints of the release, and its exit code.
func (h host) examines(namespace string, args ...string) (string, int) {
	h.t.Helper()
	h.namespace = namespace
	stdout, stderr, code := h.otlp(append([]string{"doctor", release}, args...)...)
	if code != 0 && code != 1 {
		stdout += stderr
	}

	return stdout, code
}

// probeElsewhere has a probe ask where nothing listens.
func probeElsewhere(probe string) func(t *testing.T, namespace string) {
	return func(t *testing.T, namespace string) {
		t.Helper()
		patch := fmt.Sprintf(`[{"op": "replace", "path": "/spec/template/spec/containers/0/%s", "value": {"httpGet": {"path": "/", "port": 9}, "periodSeconds": 1, "failureThreshold": 3}}]`, probe)
		_, err := shared.Client.AppsV1().Deployments(namespace).Patch(t.Context(), fullname, types.JSONPatchType, []byte(patch), metav1.PatchOptions{})
		require.NoError(t, err)
	}
}

// serviceOfOthers has the Service look for Pods that are not there.
func serviceOfOthers(t *testing.T, namespace string) {
	t.Helper()
	_, err := shared.Client.CoreV1().Services(namespace).Patch(t.Context(), fullname, types.MergePatchType, []byte(`{"spec": {"selector": {"of": "others"}}}`), metav1.PatchOptions{})
	require.NoError(t, err)
}

// onTheHostNetwork makes a Pod that asks for a sidecar, and has the node's network, where the policy puts none in.
func onTheHostNetwork(t *testing.T, namespace string) {
	t.Helper()
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "application", Annotations: map[string]string{"sidecar.opentelemetry.io/inject": "true"}},
		Spec:       corev1.PodSpec{HostNetwork: true, Containers: []corev1.Container{{Name: "application", Image: "application", ImagePullPolicy: corev1.PullNever}}},
	}
	_, err := shared.Client.CoreV1().Pods(namespace).Create(t.Context(), pod, metav1.CreateOptions{})
	require.NoError(t, err)
}

// deadWebhook is asked about the namespace's Pods, and never answers.
func deadWebhook(t *testing.T, namespace string) {
	t.Helper()
	nowhere, effects := "https://127.0.0.1:1/", admissionv1.SideEffectClassNone
	_, err := shared.Client.AdmissionregistrationV1().ValidatingWebhookConfigurations().Create(t.Context(), &admissionv1.ValidatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: namespace},
		Webhooks: []admissionv1.ValidatingWebhook{{
			Name: "dead.example.com", SideEffects: &effects, AdmissionReviewVersions: []string{"v1"},
			ClientConfig:      admissionv1.WebhookClientConfig{URL: &nowhere},
			NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{corev1.LabelMetadataName: namespace}},
			Rules: []admissionv1.RuleWithOperations{{
				Operations: []admissionv1.OperationType{admissionv1.Create},
				Rule:       admissionv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"pods"}},
			}},
		}},
	}, metav1.CreateOptions{})
	require.NoError(t, err)
	t.Cleanup(func() {
		_ = shared.Client.AdmissionregistrationV1().ValidatingWebhookConfigurations().Delete(context.Background(), namespace, metav1.DeleteOptions{})
	})
}

// quota leaves no room for a collector.
func quota(t *testing.T, namespace string) {
	t.Helper()
	_, err := shared.Client.CoreV1().ResourceQuotas(namespace).Create(t.Context(), &corev1.ResourceQuota{
		ObjectMeta: metav1.ObjectMeta{Name: "little"}, Spec: corev1.ResourceQuotaSpec{Hard: corev1.ResourceList{"requests.memory": resource.MustParse("20Mi")}},
	}, metav1.CreateOptions{})
	require.NoError(t, err)
}
