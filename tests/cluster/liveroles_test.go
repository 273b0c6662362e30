package cluster_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestTheRoleForStatusIsEnough(t *testing.T) {
	withPlugin(t, 4)
	r := newRelease(t, 4)
	require.NoError(t, r.install(scenario{file: shared.ValuesFile(t, statusValues)}))
	accounts := shared.Client.CoreV1().ServiceAccounts(r.namespace)
	_, err := accounts.Create(t.Context(), &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "reader"}}, metav1.CreateOptions{})
	require.NoError(t, err)
	token, err := accounts.CreateToken(t.Context(), "reader", &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	require.NoError(t, err)
	env := []string{"HELM_KUBETOKEN=" + token.Status.Token, "HELM_KUBEAPISERVER=" + shared.Config.Host, "HELM_KUBECAFILE=" + shared.Config.CAFile}

	_, stderr, code := program(t, env, "status", releaseName, "-n", r.namespace)
	assert.Equal(t, 2, code)
	assert.Contains(t, stderr, "the cluster forbids to list secrets in the namespace "+r.namespace)

	_, err = shared.Apply(t.Context(), r.namespace, []byte(documentedRole(t, "deployment.md")+fmt.Sprintf(`
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: release-reader}
subjects: [{kind: ServiceAccount, name: reader, namespace: %s}]
`, r.namespace)))
	require.NoError(t, err)
	r.playKubelet(2, runs)
	r.waitStatus("ready")
	for _, args := range [][]string{{"status", releaseName}, {"wait", releaseName}, {"top", releaseName, "--interval", "10ms"}} {
		stdout, stderr, code := program(t, env, append(args, "-n", r.namespace)...)
		assert.Zero(t, code, "%s: %s", args, stderr)
		assert.Contains(t, stdout, "rel-otlp-collector-")
		assert.NotContains(t, stderr, "forbids")
	}
	_, stderr, code = program(t, env, "scale", releaseName, "3", "-n", r.namespace)
	assert.Equal(t, 2, code)
	assert.Contains(t, stderr, "the cluster forbids to list horizontalpodautoscalers.autoscaling in the namespace "+r.namespace)
}
