package otelcol_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
	"github.com/helm-otlp/helm-otlp/tests/otelcol"
)

const (
	// nodeName is the node of all Pods here, which has no kubelet.
	nodeName = "privilege-node"
	// podAddress is where nothing answers: it is for documentation.
	podAddress = "198.51.100.7"
)

// Workloads are one of each kind, whose label owner says of what kind it is.
const workloads = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {owner: deployment}}
spec: {replicas: 1, selector: {matchLabels: {app: web}}, template: $pod(web)}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, labels: {owner: statefulset}}
spec: {replicas: 1, serviceName: web, selector: {matchLabels: {app: db}}, template: $pod(db)}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, labels: {owner: daemonset}}
spec: {selector: {matchLabels: {app: agent}}, template: $pod(agent)}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: tick, labels: {owner: cronjob}}
spec: {schedule: "0 0 1 1 *", suspend: true, jobTemplate: {spec: {template: $job(tick)}}}
---
apiVersion: v1
kind: ReplicationController
metadata: {name: old}
spec: {replicas: 0, selector: {app: old}, template: $pod(old)}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: quota}
spec: {hard: {pods: "50"}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {maxReplicas: 1, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
---
apiVersion: v1
kind: Service
metadata: {name: web, annotations: {prometheus.io/scrape: "true"}}
spec: {selector: {app: web}, ports: [{name: http, port: 8080}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec: {rules: [{host: web.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 8080}}}}]}}]}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: privilege-volume}
spec: {accessModes: [ReadWriteOnce], storageClassName: none, capacity: {storage: 1Mi}, hostPath: {path: /nowhere}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], storageClassName: none, resources: {requests: {storage: 1Mi}}}
`

// podTemplate is of a Pod that asks to be scraped and to be discovered.
const podTemplate = `{metadata: {labels: {app: $app}, annotations: {
  prometheus.io/scrape: "true", prometheus.io/port: "8080",
  io.opentelemetry.discovery.metrics/enabled: "true", io.opentelemetry.discovery.metrics/scraper: zipkin}},
  spec: {nodeName: ` + nodeName + `, tolerations: [{operator: Exists}], containers: [{name: main, image: example.com/none, ports: [{containerPort: 8080}]}]}}`

// deployWorkloads makes the node, the workloads and what they need, and returns their namespace once each has a Pod
// that the API takes for a running one.
func deployWorkloads(t *testing.T) string {
	t.Helper()
	makeNode(t)
	makeKubeadmConfig(t)
	namespace := shared.Namespace(t, "privileged")
	pod := func(app, further string) string {
		text := strings.ReplaceAll(podTemplate, "$app", app)
		text = strings.Replace(text, "spec: {", "spec: {"+further, 1)
		return strings.ReplaceAll(text, "\n", " ")
	}
	text := workloads
	for _, app := range []string{"web", "db", "agent", "old"} {
		text = strings.ReplaceAll(text, "$pod("+app+")", pod(app, ""))
	}
	text = strings.ReplaceAll(text, "$job(tick)", pod("tick", "restartPolicy: Never, "))
	objects, err := shared.Apply(t.Context(), namespace, []byte(text))
	require.NoError(t, err)
	for _, object := range objects {
		if object.Kind == "CronJob" {
			once := fmt.Sprintf(`{apiVersion: batch/v1, kind: Job, metadata: {name: once, labels: {owner: job}, ownerReferences: [
  {apiVersion: batch/v1, kind: CronJob, name: tick, uid: %s, controller: true}]}, spec: {template: %s}}`,
				object.UID, pod("tick", "restartPolicy: Never, "))
			_, err := shared.Apply(t.Context(), namespace, []byte(once))
			require.NoError(t, err)
		}
	}
	_, err = shared.Client.CoreV1().Namespaces().Patch(t.Context(), namespace, types.MergePatchType,
		[]byte(`{"metadata":{"labels":{"owner":"namespace"}}}`), metav1.PatchOptions{})
	require.NoError(t, err)
	runPods(t, namespace)
	return namespace
}

func makeNode(t *testing.T) {
	t.Helper()
	_, err := shared.Client.CoreV1().Nodes().Create(t.Context(),
		&corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: nodeName, Labels: map[string]string{"owner": "node"}}}, metav1.CreateOptions{})
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, shared.Client.CoreV1().Nodes().Delete(context.Background(), nodeName, metav1.DeleteOptions{}))
	})
	// A patch, since the controller manager changes a new node too.
	patch := fmt.Appendf(nil, `{"status":{"addresses":[{"type":"InternalIP","address":%q}]}}`, podAddress)
	_, err = shared.Client.CoreV1().Nodes().PatchStatus(t.Context(), nodeName, patch)
	require.NoError(t, err)
}

// makeKubeadmConfig is what kubeadm leaves behind.
func makeKubeadmConfig(t *testing.T) {
	t.Helper()
	maps := shared.Client.CoreV1().ConfigMaps(metav1.NamespaceSystem)
	_, err := maps.Create(t.Context(), &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: "kubeadm-config"},
		Data:       map[string]string{"ClusterConfiguration": "clusterName: of-tests\n"},
	}, metav1.CreateOptions{})
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, maps.Delete(context.Background(), "kubeadm-config", metav1.DeleteOptions{}))
	})
}

// runPods waits for a Pod of each controller and says of each, as its kubelet would, that it runs.
func runPods(t *testing.T, namespace string) {
	t.Helper()
	cluster.Eventually(t, func(ctx context.Context) error {
		pods, err := shared.Client.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{})
		if err != nil {
			return err
		}
		if len(pods.Items) < 4 {
			return fmt.Errorf("there are %d Pods", len(pods.Items))
		}
		for _, pod := range pods.Items {
			pod.Status.Phase, pod.Status.PodIP = corev1.PodRunning, podAddress
			pod.Status.PodIPs = []corev1.PodIP{{IP: podAddress}}
			pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}
			pod.Status.ContainerStatuses = []corev1.ContainerStatus{{
				Name: "main", Image: "example.com/none", ContainerID: "containerd://1", Ready: true,
				State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}},
			}}
			if _, err := shared.Client.CoreV1().Pods(namespace).UpdateStatus(ctx, &pod, metav1.UpdateOptions{}); err != nil {
				return err
			}
		}
		return nil
	})
}

// touchPods changes each Pod: a collector that saw it before its owner looks again.
func touchPods(t *testing.T, namespace string) {
	t.Helper()
	pods, err := shared.Client.CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	for _, pod := range pods.Items {
		patch := fmt.Sprintf(`{"metadata":{"annotations":{"touched":%q}}}`, time.Now())
		_, err := shared.Client.CoreV1().Pods(namespace).Patch(t.Context(), pod.Name, types.MergePatchType, []byte(patch), metav1.PatchOptions{})
		require.NoError(t, err)
	}
}

// sendFromPods sends a collector a log record of each Pod of a namespace.
func sendFromPods(t *testing.T, collector *otelcol.Collector, namespace string) {
	t.Helper()
	pods, err := shared.Client.CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	type object = map[string]any
	resources := []object{}
	for _, pod := range pods.Items {
		resources = append(resources, object{
			"resource": object{"attributes": []object{
				{"key": "k8s.pod.uid", "value": object{"stringValue": string(pod.UID)}},
			}},
			"scopeLogs": []object{{"logRecords": []object{{"body": object{"stringValue": pod.Name}}}}},
		})
	}
	for signal, body := range map[string]object{
		"logs": {"resourceLogs": resources},
		"traces": {"resourceSpans": []object{{"scopeSpans": []object{{"spans": []object{{
			"name": "of a test", "traceId": "0102030405060708090a0b0c0d0e0f10", "spanId": "0102030405060708",
		}}}}}}},
	} {
		text, err := json.Marshal(body)
		require.NoError(t, err)
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+collector.Endpoints.OTLPHTTP+"/v1/"+signal, strings.NewReader(string(text)))
		require.NoError(t, err)
		request.Header.Set("Content-Type", "application/json")
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
	}
}
