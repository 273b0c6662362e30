package reliability

import (
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
	"github.com/helm-otlp/helm-otlp/tests/cluster/node"
)

// application is a Pod that asks for a sidecar. It does nothing itself: the test sends from within its network.
const application = `
apiVersion: v1
kind: Pod
metadata:
  name: application
  labels: {app.kubernetes.io/instance: ` + release + `}
  annotations: {sidecar.opentelemetry.io/inject: "true"}
spec:
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
  containers:
    - name: application
      image: ` + node.PauseImage + `
      securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
`

// startApplication waits until the policy is in force, which takes a moment, and starts a Pod that it injects.
func (tr *trial) startApplication() {
	tr.t.Helper()
	tr.cluster.WaitInjected(tr.t, tr.namespace, application)
	_, err := tr.cluster.Apply(tr.t.Context(), tr.namespace, []byte(application))
	require.NoError(tr.t, err)
	tr.waitFor(1)
}

// source is the network namespace that the load comes from: the application's Pod for a sidecar, else a node.
func (tr *trial) source() string {
	tr.t.Helper()
	if tr.subject.kind != sidecarKind {
		return tr.cluster.Nodes()[0].NetworkNamespace()
	}
	pod, err := tr.cluster.Client.CoreV1().Pods(tr.namespace).Get(tr.t.Context(), "application", metav1.GetOptions{})
	require.NoError(tr.t, err)
	network, err := cluster.PodNetwork(pod)
	require.NoError(tr.t, err)

	return network
}
