package otelcol

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

// accessKinds are the kinds by which a chart lets its Pods use the API.
func accessKinds() []string {
	return []string{"ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"}
}

// Access applies what rendered manifests grant their service account, and that alone, and returns a kubeconfig by
// which to be that account. It is empty where they have no account.
func Access(tb testing.TB, c *cluster.Cluster, namespace string, manifests []string) string {
	tb.Helper()
	account := ""
	var grants []string
	for _, manifest := range manifests {
		var object struct {
			Kind     string
			Metadata struct{ Name, Namespace string }
		}
		require.NoError(tb, yaml.Unmarshal([]byte(manifest), &object))
		if !slices.Contains(accessKinds(), object.Kind) {
			continue
		}
		if object.Kind == "ServiceAccount" {
			account = object.Metadata.Name
		}
		if other := object.Metadata.Namespace; other != "" && other != namespace {
			grants = append([]string{"apiVersion: v1\nkind: Namespace\nmetadata: {name: " + other + "}\n"}, grants...)
		}
		grants = append(grants, manifest)
	}
	if account == "" {
		return ""
	}
	_, err := c.Apply(tb.Context(), namespace, []byte(strings.Join(grants, "\n---\n")))
	require.NoError(tb, err)

	return Kubeconfig(tb, c, namespace, account)
}

// Kubeconfig returns the path of a kubeconfig with a context for each service account of a namespace, named like it. The
// first is the current one.
func Kubeconfig(tb testing.TB, c *cluster.Cluster, namespace string, accounts ...string) string {
	tb.Helper()
	admin, err := clientcmd.LoadFromFile(c.Kubeconfig)
	require.NoError(tb, err)
	config := api.NewConfig()
	config.Clusters = maps.Clone(admin.Clusters)
	config.CurrentContext = accounts[0]
	for _, account := range accounts {
		token, err := c.Client.CoreV1().ServiceAccounts(namespace).CreateToken(tb.Context(), account, &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
		require.NoError(tb, err)
		config.Contexts[account] = &api.Context{Cluster: admin.Contexts[admin.CurrentContext].Cluster, AuthInfo: account}
		config.AuthInfos[account] = &api.AuthInfo{Token: token.Status.Token}
	}
	path := filepath.Join(tb.TempDir(), "kubeconfig")
	require.NoError(tb, clientcmd.WriteToFile(*config, path))

	return path
}

// Refused returns what the API server refused the service accounts of a namespace, each once, as its audit log has it.
func Refused(tb testing.TB, c *cluster.Cluster, namespace string) []string {
	tb.Helper()
	requests, err := c.Requests(namespace)
	require.NoError(tb, err)
	var refused []string
	for _, request := range requests {
		if request.Forbidden {
			refused = append(refused, request.String())
		}
	}
	slices.Sort(refused)

	return slices.Compact(refused)
}
