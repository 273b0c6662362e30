package kubelet

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
	"github.com/helm-otlp/helm-otlp/tests/cluster/node"
)

const (
	chart    = "../../../charts/otlp-collector"
	release  = "rel"
	fullname = release + "-otlp-collector"

	// interval is between two collections in all cases.
	interval = 2 * time.Second

	// common is for all cases. Without streaming lists an informer lists, and then watches.
	common = `
mode: daemonset
resources: {requests: {cpu: 10m, memory: 40Mi}}
env: [{name: KUBE_FEATURE_WatchListClient, value: "false"}]
`
)

// With the rights that the chart grants a component works, and is refused nothing; without any one of them the kubelet, or
// the API server, refuses it.
func TestWhatIsAskedOfAKubeletIsGrantedAndNoMore(t *testing.T) {
	t.Parallel()
	claimSomething(t)
	for _, c := range Cases() {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			r := install(t, c.Values)
			role := r.role()
			assert.ElementsMatch(t, c.Rights, rightsOf(role.Rules))
			r.waitLog(c.Shows)
			time.Sleep(3 * interval)
			assert.Empty(t, r.refused(t.Context()), "refused to the chart's account")

			for _, right := range c.Rights {
				t.Run("without "+right, func(t *testing.T) {
					t.Parallel()
					install(t, c.Values, without(role, right)).waitRefused(right)
				})
			}
		})
	}
}

var refusals = regexp.MustCompile(`.*[Ff]orbidden.*`)

// rightsOf takes rules apart.
func rightsOf(rules []rbacv1.PolicyRule) (rights []string) {
	for _, rule := range rules {
		for _, resource := range rule.Resources {
			for _, verb := range rule.Verbs {
				rights = append(rights, verb+" "+resource)
			}
		}
	}

	return rights
}

// without has all rights of the role but one.
func without(role *rbacv1.ClusterRole, right string) (rules []rbacv1.PolicyRule) {
	for _, has := range rightsOf(role.Rules) {
		if has != right {
			verb, resource, _ := strings.Cut(has, " ")
			rules = append(rules, rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{resource}, Verbs: []string{verb}})
		}
	}

	return rules
}

// An installation is a release in a namespace of its own.
type installation struct {
	t         *testing.T
	namespace string
}

// install installs the chart. With rules its account has these, and not those that the chart would grant.
func install(t *testing.T, values string, rules ...[]rbacv1.PolicyRule) installation {
	t.Helper()
	r := installation{t, shared.Namespace(t, "")}
	args := []string{"install", release, chart, "--namespace", r.namespace, "--values", shared.ValuesFile(t, common+values)}
	for _, rules := range rules {
		text, err := yaml.Marshal(rules)
		require.NoError(t, err)
		_, err = shared.Apply(t.Context(), r.namespace, fmt.Appendf(nil, grantManifest, r.namespace, bytes.ReplaceAll(text, []byte("\n"), []byte("\n  "))))
		require.NoError(t, err)
		args = append(args, "--set", "rbac.create=false,serviceAccount.create=false,serviceAccount.name=lacking")
	}
	_, _, err := shared.Helm(t, 4, args...)
	require.NoError(t, err)
	t.Cleanup(func() {
		// What is cluster-wide does not go with the namespace.
		_, _, _ = shared.Helm(t, 4, "uninstall", release, "--namespace", r.namespace)
		_ = shared.Client.RbacV1().ClusterRoles().Delete(context.Background(), "lacking-"+r.namespace, metav1.DeleteOptions{})
		_ = shared.Client.RbacV1().ClusterRoleBindings().Delete(context.Background(), "lacking-"+r.namespace, metav1.DeleteOptions{})
	})

	return r
}

const grantManifest = `
apiVersion: v1
kind: ServiceAccount
metadata: {name: lacking}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: lacking-%[1]s}
rules:
  %[2]s
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: lacking-%[1]s}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: lacking-%[1]s}
subjects: [{kind: ServiceAccount, name: lacking, namespace: %[1]s}]
`

// role is what the chart grants.
func (r installation) role() *rbacv1.ClusterRole {
	r.t.Helper()
	role, err := shared.Client.RbacV1().ClusterRoles().Get(r.t.Context(), fullname+"."+r.namespace, metav1.GetOptions{})
	require.NoError(r.t, err)

	return role
}

// log is that of the release's collector so far; empty before there is one.
func (r installation) log(ctx context.Context) string {
	r.t.Helper()
	pods, err := shared.Client.CoreV1().Pods(r.namespace).List(ctx, metav1.ListOptions{})
	require.NoError(r.t, err)
	for _, pod := range pods.Items {
		text, err := shared.Client.CoreV1().Pods(r.namespace).GetLogs(pod.Name, &corev1.PodLogOptions{}).DoRaw(ctx)
		if err == nil {
			return string(text)
		}
	}

	return ""
}

func (r installation) waitLog(text string) {
	r.t.Helper()
	cluster.Eventually(r.t, func(ctx context.Context) error {
		if log := r.log(ctx); !strings.Contains(log, text) {
			return fmt.Errorf("the collector's log has no %q:\n%s", text, tail(log))
		}

		return nil
	})
}

// waitRefused waits until what the right is for is refused: a subresource of nodes by the kubelet, and all else by the API
// server.
func (r installation) waitRefused(right string) {
	r.t.Helper()
	cluster.Eventually(r.t, func(ctx context.Context) error {
		for _, refused := range r.refused(ctx) {
			byKubelet := strings.Contains(right, "nodes/") && strings.Contains(refused, "403 Forbidden")
			if byKubelet || strings.HasPrefix(refused+" ", right+" ") {
				return nil
			}
		}

		return fmt.Errorf("%s was not refused:\n%s", right, tail(r.log(ctx)))
	})
}

// refused is what the kubelet refused, as the collector's log has it, and what the API server did, by its own.
func (r installation) refused(ctx context.Context) (refused []string) {
	r.t.Helper()
	requests, err := shared.Requests(r.namespace)
	require.NoError(r.t, err)
	for _, request := range requests {
		if request.Forbidden {
			refused = append(refused, request.String())
		}
	}

	return append(refused, refusals.FindAllString(r.log(ctx), -1)...)
}

func tail(log string) string { return log[max(0, len(log)-3000):] }

// claimSomething runs a Pod with a claim, so that there is one for collectors to ask about.
func claimSomething(t *testing.T) {
	t.Helper()
	namespace := shared.Namespace(t, "")
	folder := filepath.Join(shared.Volumes(), namespace)
	require.NoError(t, os.MkdirAll(folder, 0o755))
	_, err := shared.Apply(t.Context(), namespace, fmt.Appendf(nil, claimManifest, namespace, folder, shared.Nodes()[0].Name, node.PauseImage))
	require.NoError(t, err)
	t.Cleanup(func() {
		_ = shared.Client.CoreV1().PersistentVolumes().Delete(context.Background(), namespace, metav1.DeleteOptions{})
	})
}

const claimManifest = `
apiVersion: v1
kind: PersistentVolume
metadata: {name: %[1]s}
spec:
  capacity: {storage: 1Gi}
  accessModes: [ReadWriteOnce]
  storageClassName: ""
  claimRef: {apiVersion: v1, kind: PersistentVolumeClaim, namespace: %[1]s, name: claim}
  local: {path: %[2]s}
  nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [%[3]s]}]}]}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: claim}
spec: {accessModes: [ReadWriteOnce], storageClassName: "", volumeName: %[1]s, resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: Pod
metadata: {name: claims}
spec:
  terminationGracePeriodSeconds: 0
  containers: [{name: main, image: %[4]s, volumeMounts: [{name: data, mountPath: /data}]}]
  volumes: [{name: data, persistentVolumeClaim: {claimName: claim}}]
`
