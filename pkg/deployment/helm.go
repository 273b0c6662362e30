package deployment

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

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

	"github.com/helm-otlp/helm-otlp/internal/render"
)

const (
	// history is how many revisions are kept, as Helm does by default.
	history = 10
	// mendTime is how long a rollback may take: what the caller gave may be over.
	mendTime = 5 * time.Minute
)

// ErrBusy is that somebody else is changing the release, or has changed it since it was read. Nothing was sent.
var ErrBusy = errors.New("somebody else is changing it")

// A Change is one of a release, as Helm is to make it.
type Change struct {
	Name, Namespace string
	Chart           *render.Chart
	// Values are all of the user's: none are kept from before.
	Values map[string]any
	// After is the revision that it is made of; 0: the release is new.
	After int
	// CreateNamespace makes the namespace of a new release.
	CreateNamespace bool
}

// A Changer makes changes of releases: by default Helm's SDK, and in a plugin the Helm that runs it.
type Changer interface {
	// Change returns ErrBusy, wrapped, where another change stands in the way.
	Change(ctx context.Context, change Change) error
}

// sdk changes releases by Helm's SDK.
type sdk struct{ cluster *Cluster }

// Change installs or upgrades.
func (s sdk) Change(ctx context.Context, change Change) error {
	configuration, err := s.cluster.helm(change.Namespace)
	if err != nil {
		return err
	}
	configuration.Releases.Driver = next{configuration.Releases.Driver, change.After + 1}
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
	case errors.Is(err, driver.ErrReleaseExists), IsBusy(err.Error()):
		return fmt.Errorf("the release %s was not changed: %w: %w", name, ErrBusy, err)
	default:
		return fmt.Errorf("change the release %s: %w", name, err)
	}
}

// IsBusy tells whether that is what Helm, 3 or 4, says when another change is under way.
func IsBusy(said string) bool {
	for _, words := range []string{"another operation (install/upgrade/rollback) is in progress", "release: already exists", "cannot reuse a name that is still in use", "cannot re-use a name that is still in use"} {
		if strings.Contains(said, words) {
			return true
		}
	}

	return false
}

// helm is Helm's SDK for the cluster.
func (c *Cluster) helm(namespace string) (*action.Configuration, error) {
	configuration := new(action.Configuration)
	if err := configuration.Init(getter{c, namespace}, namespace, c.driver, func(string, ...any) {}); err != nil {
		return nil, fmt.Errorf("begin with Helm: %w", err)
	}

	return configuration, nil
}

// rollback installs an older revision again; 0: it uninstalls. It goes on when the caller's context has ended.
func (c *Cluster) rollback(ctx context.Context, name, namespace string, to int) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), mendTime)
	defer cancel()
	configuration, err := c.helm(namespace)
	if err != nil {
		return err
	}
	if to == 0 {
		_, err := action.NewUninstall(configuration).Run(name)

		return busy(err, name)
	}
	back := action.NewRollback(configuration)
	back.Version, back.MaxHistory = to, history
	if err := back.Run(name); err != nil {
		return busy(err, name)
	}
	if _, err := c.WaitUntilReady(ctx, name, nil); err != nil {
		return fmt.Errorf("after the rollback to revision %d: %w", to, err)
	}

	return nil
}

// getter gives Helm the cluster's clients.
type getter struct {
	cluster   *Cluster
	namespace string
}

// ToRESTConfig is how the API server is reached.
func (g getter) ToRESTConfig() (*rest.Config, error) { return rest.CopyConfig(g.cluster.config), nil }

// ToDiscoveryClient knows the cluster's kinds, and asks for them once.
func (g getter) ToDiscoveryClient() (discovery.CachedDiscoveryInterface, error) {
	return memory.NewMemCacheClient(g.cluster.discovery), nil
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
