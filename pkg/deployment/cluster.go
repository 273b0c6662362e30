// Package deployment is a collector's release in a cluster: how it stands, whether it is well, what it does, and how it is
// changed. What it changes is a release of Helm's, as `helm upgrade` would, so that either can go on where the other was.
package deployment

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/discovery"
	appsv1 "k8s.io/client-go/kubernetes/typed/apps/v1"
	autoscalingv2 "k8s.io/client-go/kubernetes/typed/autoscaling/v2"
	corev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	policyv1 "k8s.io/client-go/kubernetes/typed/policy/v1"
	"k8s.io/client-go/metadata"
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
	// Timeout of each request; 0: none. TimeoutFlag is what an error tells to give more with; empty: --timeout.
	Timeout     time.Duration
	TimeoutFlag string
	// Env is the environment, of which what Helm reads for its own commands is asked, and given to its plugins.
	Env func(name string) string
}

// A Cluster is where Helm keeps releases.
type Cluster struct {
	// Namespace of the releases.
	Namespace string
	// Changer makes changes; nil: what would change something is refused.
	Changer Changer
	// Told is given the user's values and the manifest of each revision that is read, so that a program can hide what is secret
	// in them; nil: nobody is.
	Told func(values map[string]any, manifest string)

	driver      string
	timeoutFlag string
	config      *rest.Config
	core        *corev1.CoreV1Client
	apps        *appsv1.AppsV1Client
	autoscaling *autoscalingv2.AutoscalingV2Client
	policy      *policyv1.PolicyV1Client
	metadata    metadata.Interface
	discovery   *discovery.DiscoveryClient

	// last is the record that was read last: a release that is watched rarely changes.
	last *record
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
	// What is asked here is little and bounded; the server has fairness of its own.
	config.QPS = -1

	c := &Cluster{Namespace: namespace, driver: driver, config: config, timeoutFlag: cmp.Or(access.TimeoutFlag, "--timeout")}
	if err := c.connect(); err != nil {
		return nil, noCluster(err)
	}

	return c, nil
}

// RESTConfig is how the API server is reached.
func (c *Cluster) RESTConfig() *rest.Config { return rest.CopyConfig(c.config) }

// Driver is the kind of objects in which Helm keeps releases, as $HELM_DRIVER names it: secrets or configmaps.
func (c *Cluster) Driver() string { return c.driver }

// connect makes the clients.
func (c *Cluster) connect() (err error) {
	// Lists of Pods are half as long so, and read in a fraction of the time.
	compact := rest.CopyConfig(c.config)
	compact.ContentType = runtime.ContentTypeProtobuf
	compact.AcceptContentTypes = runtime.ContentTypeProtobuf + "," + runtime.ContentTypeJSON
	if c.core, err = corev1.NewForConfig(compact); err != nil {
		return err //nolint:wrapcheck // Connect does.
	}
	if c.apps, err = appsv1.NewForConfig(compact); err != nil {
		return err //nolint:wrapcheck // Connect does.
	}
	if c.autoscaling, err = autoscalingv2.NewForConfig(compact); err != nil {
		return err //nolint:wrapcheck // Connect does.
	}
	if c.policy, err = policyv1.NewForConfig(compact); err != nil {
		return err //nolint:wrapcheck // Connect does.
	}
	if c.metadata, err = metadata.NewForConfig(c.config); err != nil {
		return err //nolint:wrapcheck // Connect does.
	}
	c.discovery, err = discovery.NewDiscoveryClientForConfig(c.config)

	return err //nolint:wrapcheck // Connect does.
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
