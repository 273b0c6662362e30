package cluster_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

const configMapReader = `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules: [{apiGroups: [""], resources: [configmaps], verbs: [list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: default}]
`

// clientOf is a client of the namespace's default service account.
func clientOf(t *testing.T, namespace string) kubernetes.Interface {
	t.Helper()
	token, err := shared.Client.CoreV1().ServiceAccounts(namespace).
		CreateToken(t.Context(), "default", &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	require.NoError(t, err)
	config := rest.AnonymousClientConfig(shared.Config)
	config.BearerToken = token.Status.Token
	client, err := kubernetes.NewForConfig(config)
	require.NoError(t, err)

	return client
}

func TestRequestsTellWhatAServiceAccountAskedAndMayNot(t *testing.T) {
	namespace, other := shared.Namespace(t, ""), shared.Namespace(t, "")
	_, err := shared.Apply(t.Context(), namespace, []byte(configMapReader))
	require.NoError(t, err)
	client := clientOf(t, namespace)

	cluster.Eventually(t, func(ctx context.Context) error {
		_, err := client.CoreV1().ConfigMaps(namespace).List(ctx, metav1.ListOptions{})

		return err
	})
	_, err = client.AppsV1().Deployments(namespace).Get(t.Context(), "web", metav1.GetOptions{})
	require.ErrorContains(t, err, "forbidden")

	requests, err := shared.Requests(namespace)
	require.NoError(t, err)
	said := []string{}
	for _, request := range requests {
		said = append(said, fmt.Sprint(request, " ", request.Name, " ", request.Forbidden))
	}
	require.Contains(t, said, "list configmaps in "+namespace+"  false")
	require.Contains(t, said, "get deployments.apps in "+namespace+" web true")
	none, err := shared.Requests(other)
	require.NoError(t, err)
	require.Empty(t, none, "the account of another namespace asked nothing")
}

func TestAnAuditReadsOn(t *testing.T) {
	namespace := shared.Namespace(t, "")
	client := clientOf(t, namespace)
	audit := shared.Audit(namespace)
	next := func() (names []string) {
		requests, err := audit.Next()
		require.NoError(t, err)
		for _, r := range requests {
			require.Equal(t, "system:serviceaccount:"+namespace+":default", r.User)
			names = append(names, r.Name)
		}

		return names
	}

	require.Empty(t, next())
	for _, name := range []string{"one", "two"} {
		_, err := client.AppsV1().Deployments(namespace).Get(t.Context(), name, metav1.GetOptions{})
		require.ErrorContains(t, err, "forbidden")
		require.Equal(t, []string{name}, next(), "what was asked since the last call")
	}
	require.Empty(t, next())
}
