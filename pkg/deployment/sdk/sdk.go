// Package sdk changes releases by Helm's SDK, version 3, for programs that have no Helm beside them. It brings kubectl's builder
// and kustomize, so that it is a package of its own: the command line does without it, and runs the user's Helm.
package sdk

import (
	"context"
	"errors"
	"fmt"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/release"
	"helm.sh/helm/v3/pkg/storage/driver"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"

	"github.com/helm-otlp/helm-otlp/pkg/deployment"
)

// history is how many revisions are kept, as Helm does by default.
const history = 10

// A Changer changes the releases of a cluster by Helm's SDK.
type Changer struct{ cluster *deployment.Cluster }

// New makes the changer of a cluster: set it as Cluster.Changer.
func New(cluster *deployment.Cluster) Changer { return Changer{cluster} }

// Change installs or upgrades.
func (c Changer) Change(ctx context.Context, change deployment.Change) error {
	configuration, err := c.helm(change.Namespace, change.After+1)
	if err != nil {
		return err
	}
	chart := change.Chart.Helm()
	if change.After == 0 {
		install := action.NewInstall(configuration)
		install.ReleaseName, install.Namespace, install.CreateNamespace = change.Name, change.Namespace, change.CreateNamespace
		_, err = install.RunWithContext(ctx, chart, change.Values)
	} else {
		upgrade := action.NewUpgrade(configuration)
		upgrade.Namespace, upgrade.ResetValues, upgrade.MaxHistory = change.Namespace, true, history
		_, err = upgrade.RunWithContext(ctx, change.Name, chart, change.Values)
	}

	return busy(err, change.Name)
}

// Undo rolls back, or uninstalls. Helm's SDK can't be interrupted at either.
func (c Changer) Undo(_ context.Context, undo deployment.Undo) error {
	configuration, err := c.helm(undo.Namespace, undo.Revision+1)
	if err != nil {
		return err
	}
	if undo.To == 0 {
		_, err := action.NewUninstall(configuration).Run(undo.Name)

		return busy(err, undo.Name)
	}
	back := action.NewRollback(configuration)
	back.Version, back.MaxHistory = undo.To, history

	return busy(back.Run(undo.Name), undo.Name)
}

// helm is Helm's SDK for the cluster, which may make this one revision.
func (c Changer) helm(namespace string, revision int) (*action.Configuration, error) {
	configuration := new(action.Configuration)
	if err := configuration.Init(getter{c.cluster.RESTConfig(), namespace}, namespace, c.cluster.Driver(), func(string, ...any) {}); err != nil {
		return nil, fmt.Errorf("begin with Helm: %w", err)
	}
	configuration.Releases.Driver = next{configuration.Releases.Driver, revision}

	return configuration, nil
}

// next lets Helm begin one revision alone: where it would begin another, somebody else has been there.
type next struct {
	driver.Driver
	revision int
}

// Create keeps a new revision. The API server refuses a second one of the same number.
func (n next) Create(key string, r *release.Release) error {
	if r.Version != n.revision {
		return fmt.Errorf("revision %d is not the next: %w", r.Version, driver.ErrReleaseExists)
	}

	return n.Driver.Create(key, r) //nolint:wrapcheck // It is Helm's, for Helm.
}

// busy tells the errors by which Helm says that another change is under way.
func busy(err error, name string) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, driver.ErrReleaseExists), deployment.IsBusy(err.Error()):
		return fmt.Errorf("the release %s was not changed: %w: %w", name, deployment.ErrBusy, err)
	default:
		return fmt.Errorf("change the release %s: %w", name, err)
	}
}

// getter gives Helm the cluster's clients.
type getter struct {
	config    *rest.Config
	namespace string
}

// ToRESTConfig is how the API server is reached.
func (g getter) ToRESTConfig() (*rest.Config, error) { return rest.CopyConfig(g.config), nil }

// ToDiscoveryClient knows the cluster's kinds, and asks for them once.
func (g getter) ToDiscoveryClient() (discovery.CachedDiscoveryInterface, error) {
	client, err := discovery.NewDiscoveryClientForConfig(g.config)
	if err != nil {
		return nil, fmt.Errorf("make a client for the cluster: %w", err)
	}

	return memory.NewMemCacheClient(client), nil
}

// ToRESTMapper finds the resource of a kind.
func (g getter) ToRESTMapper() (meta.RESTMapper, error) {
	known, err := g.ToDiscoveryClient()
	if err != nil {
		return nil, err
	}

	return restmapper.NewDeferredDiscoveryRESTMapper(known), nil
}

// ToRawKubeConfigLoader tells the namespace.
func (g getter) ToRawKubeConfigLoader() clientcmd.ClientConfig {
	return clientcmd.NewDefaultClientConfig(api.Config{}, &clientcmd.ConfigOverrides{Context: api.Context{Namespace: g.namespace}})
}
