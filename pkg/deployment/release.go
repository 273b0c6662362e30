package deployment

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/release"
	"helm.sh/helm/v3/pkg/releaseutil"
	"helm.sh/helm/v3/pkg/storage/driver"
	"k8s.io/client-go/discovery"

	"github.com/helm-otlp/helm-otlp/internal/render"
	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
)

// A Release is what Helm keeps of the last revision of a release, and of which cluster.
type Release struct {
	Name, Namespace string
	Revision        int
	// Status is Helm's word: deployed, failed, pending-upgrade and others.
	Status string
	// Chart is what Helm keeps of it: no subcharts, and no comments of its values.
	Chart *render.Chart
	// Subcharts says that it has some.
	Subcharts bool
	// Values are the user's.
	Values map[string]any
	// Manifest is as `helm get manifest` prints it, Hooks as `helm get hooks` does.
	Manifest, Hooks string
	// KubeVersion is the cluster's, such as v1.37.2, and APIVersions all that it has, as group/version and
	// group/version/Kind.
	KubeVersion string
	APIVersions []string
	// Unread is how many revisions of the release can't be read.
	Unread int
}

// Release reads the last revision of a release.
func (c *Cluster) Release(name string) (*Release, error) {
	version, err := c.discovery.ServerVersion()
	if err != nil {
		return nil, c.refused(err, "get /version")
	}
	revisions, unread, err := c.revisions(map[string]string{"owner": "helm", "name": name})
	if err != nil {
		return nil, err
	}
	switch {
	case len(revisions) == 0 && unread > 0:
		return nil, fmt.Errorf("the release %s in the namespace %s can't be read: Helm has written it in a form that is not known here", name, c.Namespace)
	case len(revisions) == 0:
		return nil, c.noRelease(name)
	}
	releaseutil.SortByRevision(revisions)
	last := revisions[len(revisions)-1]
	apis, err := c.apiVersions()
	if err != nil {
		return nil, err
	}
	chart, err := render.Stored(last.Chart)
	if err != nil {
		return nil, fmt.Errorf("read the chart of the release %s: %w", name, err)
	}

	return &Release{
		Name: last.Name, Namespace: last.Namespace, Revision: last.Version, Status: string(last.Info.Status),
		Chart: chart, Subcharts: len(last.Chart.Metadata.Dependencies) > 0, Values: last.Config, Manifest: last.Manifest, Hooks: hooksOf(last),
		KubeVersion: version.GitVersion, APIVersions: apis, Unread: unread,
	}, nil
}

// hooksOf is what `helm get hooks` prints.
func hooksOf(r *release.Release) string {
	var text strings.Builder
	for _, hook := range r.Hooks {
		fmt.Fprintf(&text, "---\n# Source: %s\n%s\n", hook.Path, hook.Manifest)
	}

	return text.String()
}

// revisions are those with the labels, and how many more there are that can't be read.
func (c *Cluster) revisions(labels map[string]string) (found []*release.Release, unread int, err error) {
	// Helm's drivers leave out what they can't decode, and say so in their log alone.
	count := func(string, ...any) { unread++ }
	var store driver.Driver
	switch c.driver {
	case configMaps:
		maps := driver.NewConfigMaps(c.core.ConfigMaps(c.Namespace))
		maps.Log, store = count, maps
	default:
		secrets := driver.NewSecrets(c.core.Secrets(c.Namespace))
		secrets.Log, store = count, secrets
	}
	found, err = store.Query(labels)
	if errors.Is(err, driver.ErrReleaseNotFound) {
		return nil, unread, nil
	}
	if err != nil {
		return nil, unread, c.refused(err, fmt.Sprintf("list %s in the namespace %s", c.driver, c.Namespace))
	}
	found = slices.DeleteFunc(found, func(r *release.Release) bool {
		broken := r.Info == nil || r.Chart == nil || r.Chart.Metadata == nil
		if broken {
			unread++
		}

		return broken
	})

	return found, unread, nil
}

// The kinds of objects in which Helm keeps releases.
const (
	secrets    = "secrets"
	configMaps = "configmaps"
)

// driverOf is the kind of objects that $HELM_DRIVER names.
func driverOf(name string) (string, error) {
	switch name {
	case "", "secret", "secrets":
		return secrets, nil
	case "configmap", "configmaps":
		return configMaps, nil
	default:
		return "", fmt.Errorf("HELM_DRIVER=%s: releases are read from Secrets and ConfigMaps alone: Helm's driver for databases would write to it", name)
	}
}

// apiVersions are all that the cluster has, as Helm gives them to templates. An API whose server does not answer is left out.
func (c *Cluster) apiVersions() ([]string, error) {
	groups, resources, err := c.discovery.ServerGroupsAndResources()
	if err != nil && !discovery.IsGroupDiscoveryFailedError(err) {
		return nil, c.refused(err, "get /apis")
	}
	found := map[string]bool{}
	for _, group := range groups {
		for _, version := range group.Versions {
			found[version.GroupVersion] = true
		}
	}
	for _, list := range resources {
		for _, resource := range list.APIResources {
			found[list.GroupVersion+"/"+resource.Kind] = true
		}
	}

	return slices.Sorted(maps.Keys(found)), nil
}

// mostNamed is how many releases an error names.
const mostNamed = 3

// ErrNoRelease is that the namespace has no release of that name.
var ErrNoRelease = errors.New("no such release")

// noReleaseError is ErrNoRelease in the words of noRelease.
type noReleaseError string

func (e noReleaseError) Error() string        { return string(e) }
func (e noReleaseError) Is(target error) bool { return target == ErrNoRelease }

// noRelease is the error for a name that the namespace has no release of, with the names that are most like it.
func (c *Cluster) noRelease(name string) error {
	none := fmt.Sprintf("the namespace %s has no release %s", c.Namespace, name)
	all, _, err := c.revisions(map[string]string{"owner": "helm"})
	if err != nil {
		return err
	}
	var names []string
	for _, r := range all {
		names = append(names, r.Name)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	slices.SortStableFunc(names, func(a, b string) int {
		return cmp.Compare(collectorconfig.EditDistance(name, a), collectorconfig.EditDistance(name, b))
	})
	more := ""
	if n := len(names) - mostNamed; n > 0 {
		names, more = names[:mostNamed], fmt.Sprintf(" and %d more", n)
	}
	if len(names) == 0 {
		return noReleaseError(none + ", nor any other: is it in another namespace?")
	}

	return noReleaseError(fmt.Sprintf("%s; it has %s%s", none, strings.Join(names, ", "), more))
}
