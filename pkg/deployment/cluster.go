// Package deployment reads what Helm has installed in a cluster. It writes nothing but for Restart.
package deployment

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"k8s.io/client-go/discovery"
	corev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// Access says which cluster is read, and as whom.
type Access struct {
	// Kubeconfig is a file; empty: those of $KUBECONFIG, else the user's own, else what a Pod has.
	Kubeconfig string
	// Context of the kubeconfig; empty: $HELM_KUBECONTEXT, else the current one.
	Context string
	// Namespace of the releases; empty: $HELM_NAMESPACE, else the context's.
	Namespace string
	// Timeout of each request; 0: none.
	Timeout time.Duration
	// Env is the environment, of which what Helm reads for its own commands is asked, and given to its plugins.
	Env func(name string) string
}

// A Cluster is where Helm keeps releases.
type Cluster struct {
	// Namespace of the releases.
	Namespace string

	driver    string
	core      *corev1.CoreV1Client
	discovery *discovery.DiscoveryClient
}

// Connect makes the clients of a cluster. Nothing is asked of it yet.
func Connect(access Access) (*Cluster, error) {
	driver, err := driverOf(access.Env("HELM_DRIVER"))
	if err != nil {
		return nil, err
	}
	client := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(access.files(), access.overrides())
	config, err := client.ClientConfig()
	if err != nil {
		return nil, noCluster(err)
	}
	namespace, _, err := client.Namespace()
	if err != nil {
		return nil, noCluster(err)
	}
	config.Timeout = access.Timeout
	config.UserAgent = "helm-otlp"
	config.WarningHandler = rest.NoWarnings{}
	core, err := corev1.NewForConfig(config)
	if err != nil {
		return nil, noCluster(err)
	}
	known, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return nil, noCluster(err)
	}

	return &Cluster{Namespace: namespace, driver: driver, core: core, discovery: known}, nil
}

// files are the kubeconfigs.
func (a Access) files() *clientcmd.ClientConfigLoadingRules {
	files := []string{clientcmd.RecommendedHomeFile}
	if named := a.Env(clientcmd.RecommendedConfigPathEnvVar); named != "" {
		files = filepath.SplitList(named)
	}

	return &clientcmd.ClientConfigLoadingRules{ExplicitPath: a.Kubeconfig, Precedence: files}
}

// overrides are what Helm's flags and variables say in place of the kubeconfig.
func (a Access) overrides() *clientcmd.ConfigOverrides {
	insecure, _ := strconv.ParseBool(a.Env("HELM_KUBEINSECURE_SKIP_TLS_VERIFY")) // As Helm: what is no boolean is false.
	var groups []string
	if named := strings.Trim(a.Env("HELM_KUBEASGROUPS"), ", "); named != "" {
		groups = strings.Split(named, ",")
	}

	return &clientcmd.ConfigOverrides{
		CurrentContext: cmp.Or(a.Context, a.Env("HELM_KUBECONTEXT")),
		Context:        api.Context{Namespace: cmp.Or(a.Namespace, a.Env("HELM_NAMESPACE"))},
		ClusterInfo: api.Cluster{
			Server:                a.Env("HELM_KUBEAPISERVER"),
			CertificateAuthority:  a.Env("HELM_KUBECAFILE"),
			TLSServerName:         a.Env("HELM_KUBETLS_SERVER_NAME"),
			InsecureSkipTLSVerify: insecure,
		},
		AuthInfo: api.AuthInfo{
			Token: a.Env("HELM_KUBETOKEN"), Impersonate: a.Env("HELM_KUBEASUSER"), ImpersonateGroups: groups,
		},
	}
}

// noCluster is an error of a kubeconfig.
func noCluster(err error) error {
	if clientcmd.IsEmptyConfig(err) {
		return errors.New("no cluster: there is no kubeconfig, and this is no Pod with an account: name one in $KUBECONFIG or with --kubeconfig")
	}

	return fmt.Errorf("no cluster: %w", err)
}
