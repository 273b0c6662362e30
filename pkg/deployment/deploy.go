package deployment

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"helm.sh/helm/v3/pkg/release"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/helm-otlp/helm-otlp/internal/judge"
	"github.com/helm-otlp/helm-otlp/internal/render"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

// Options say how a release is changed.
type Options struct {
	// Wait until the release is ready, at most until the context ends.
	Wait bool
	// Rollback to what was there when the release does not become ready; it waits for that. A new release is uninstalled.
	Rollback bool
	// CreateNamespace of a new release.
	CreateNamespace bool
}

// A RejectedError is that lint finds errors in what would be installed. Nothing was sent.
type RejectedError struct {
	Release  string
	Findings []lint.Finding
}

// Error has a line for each finding, with its place.
func (e *RejectedError) Error() string {
	lines := make([]string, 0, len(e.Findings))
	for _, f := range e.Findings {
		lines = append(lines, fmt.Sprintf("%s: %s [%s]", f.Position, f.Message, f.Rule))
	}

	return fmt.Sprintf("the release %s was not changed, since lint rejects what would be installed:\n%s", e.Release, strings.Join(lines, "\n"))
}

// Deploy installs the embedded chart with the values, or upgrades the release to that; nothing is sent where it is so already.
// The values are all of the user's, as with `helm upgrade --install --reset-values`.
//
// Errors are a *RejectedError for what lint finds errors in, ErrBusy where another change is under way, a *render.ValuesError
// or *render.Error for what the chart refuses, and with Wait or Rollback a *FailedError or ErrNotReady.
func (c *Cluster) Deploy(ctx context.Context, name string, values map[string]any, options Options) (*Status, error) {
	if c.Changer == nil {
		return nil, fmt.Errorf("deploy %s: %w", name, errNoChanger)
	}
	chart, err := render.Embedded()
	if err != nil {
		return nil, fmt.Errorf("deploy %s: %w", name, err)
	}
	last, err := c.record(ctx, name)
	if err != nil && !errors.Is(err, ErrNoRelease) {
		return nil, err
	}
	stack, err := stackOf(ctx, name, values, nil)
	if err != nil {
		return nil, err
	}
	if err := c.accept(ctx, name, chart, stack, last, nil); err != nil {
		return nil, err
	}
	change := Change{Name: name, Namespace: c.Namespace, Chart: chart, Values: stack.Values(), CreateNamespace: options.CreateNamespace}

	return c.apply(ctx, change, last, options)
}

// A Config is a collector's config as a file has it.
type Config struct {
	// Name is what positions call it; empty: <config>.
	Name string
	YAML []byte
}

// UpdateConfig installs the release's own chart again with another `config` among its values: it takes the place of all that
// was there, and is laid over the presets as ever. Errors are those of Deploy; positions of a *RejectedError that stand in the
// config are its own lines and columns.
func (c *Cluster) UpdateConfig(ctx context.Context, name string, config Config, options Options) (*Status, error) {
	if c.Changer == nil {
		return nil, fmt.Errorf("update the config of %s: %w", name, errNoChanger)
	}
	last, err := c.record(ctx, name)
	if err != nil {
		return nil, err
	}
	if !last.ours() {
		return nil, last.notOurs("config")
	}
	chart, err := last.chart()
	if err != nil {
		return nil, err
	}
	file := newConfigFile(config)
	stack, err := stackOf(ctx, name, without(last.release.Config, "config"), file)
	if err != nil {
		return nil, file.own(err)
	}
	if err := c.accept(ctx, name, chart, stack, last, file); err != nil {
		return nil, file.own(err)
	}

	return c.apply(ctx, Change{Name: name, Namespace: c.Namespace, Chart: chart, Values: stack.Values()}, last, options)
}

// accept renders what would be installed as the cluster is, and lets lint judge it.
func (c *Cluster) accept(ctx context.Context, name string, chart *render.Chart, stack *render.Stack, last *record, file *configFile) error {
	version, err := c.discovery.ServerVersion()
	if err != nil {
		return c.refused(err, "get /version")
	}
	apis, err := c.apiVersions()
	if err != nil {
		return err
	}
	revision := 1
	if last != nil {
		revision = last.release.Version + 1
	}
	rendering, err := chart.Render(ctx, stack, render.Release{
		Name: name, Namespace: c.Namespace, Revision: revision, KubeVersion: version.GitVersion, APIVersions: append(apis, judge.Linted), AllAPIs: true,
	})
	if err != nil {
		return fmt.Errorf("the release %s was not changed: %w", name, err)
	}
	found, err := judge.Errors(ctx, rendering)
	if err != nil {
		return fmt.Errorf("the release %s was not changed: %w", name, err)
	}
	if len(found) == 0 {
		return nil
	}
	if file != nil {
		for i := range found {
			found[i].Position = file.position(found[i].Position)
		}
	}

	return &RejectedError{Release: name, Findings: found}
}

// mendTime is how long a rollback may take: what the caller gave may be over.
const mendTime = 5 * time.Minute

// apply makes a change, and sees it through.
func (c *Cluster) apply(ctx context.Context, change Change, last *record, options Options) (*Status, error) {
	to := 0
	if last != nil {
		if last.release.Info.Status.IsPending() {
			return nil, fmt.Errorf("the release %s was not changed: %w: revision %d is %s since %s; where Helm was interrupted, `helm rollback` mends it",
				change.Name, ErrBusy, last.release.Version, last.release.Info.Status, last.release.Info.LastDeployed.UTC().Format("2006-01-02 15:04:05 MST"))
		}
		change.After, to = last.release.Version, c.goodRevision(last)
		there, err := c.has(ctx, last, change)
		if err != nil {
			return nil, err
		}
		if there {
			// Nothing was changed, so there is nothing to go back to.
			return c.seeThrough(ctx, change, Options{Wait: options.Wait || options.Rollback}, 0)
		}
	}
	err := c.Changer.Change(ctx, change)
	switch {
	case err == nil:
		return c.seeThrough(ctx, change, options, to)
	case errors.Is(err, ErrBusy) || !options.Rollback:
		return nil, err
	}
	// What Helm has begun is there, also where the caller's time is over: it may be a part of the change.
	reading, cancel := context.WithTimeout(context.WithoutCancel(ctx), mendTime)
	defer cancel()
	if _, made, readErr := c.made(reading, change); readErr != nil || !made {
		return nil, errors.Join(err, readErr)
	}

	return nil, c.undo(ctx, change, &FailedError{Release: change.Name, Reason: err.Error()}, to)
}

// seeThrough waits for a change where that is wanted.
func (c *Cluster) seeThrough(ctx context.Context, change Change, options Options, to int) (*Status, error) {
	if !options.Wait && !options.Rollback {
		return c.Status(ctx, change.Name)
	}
	status, err := c.WaitUntilReady(ctx, change.Name, nil)
	var failed *FailedError
	switch {
	case err == nil || !options.Rollback:
		return status, err
	case errors.As(err, &failed):
	case errors.Is(err, ErrNotReady):
		failed = &FailedError{Release: change.Name, Reason: err.Error()}
	default:
		return status, err
	}

	return status, c.undo(ctx, change, failed, to)
}

// goodRevision is the one to go back to: the last revision, where it is deployed, else the one that is; 0: none.
func (c *Cluster) goodRevision(last *record) int {
	if last.release.Info.Status == release.StatusDeployed {
		return last.release.Version
	}
	deployed, _, err := c.revisions(map[string]string{"owner": "helm", "name": last.release.Name, "status": string(release.StatusDeployed)})
	if err != nil || len(deployed) == 0 {
		return last.release.Version
	}

	return slices.MaxFunc(deployed, func(a, b *release.Release) int { return a.Version - b.Version }).Version
}

// has tells whether what is installed is what the change would install, and runs in the number that it says.
func (c *Cluster) has(ctx context.Context, last *record, change Change) (bool, error) {
	if last.release.Info.Status != release.StatusDeployed || !last.like(change) {
		return false, nil
	}
	for _, owned := range last.workloads {
		if owned.replicas == nil {
			continue
		}
		live, err := c.rollout(ctx, owned)
		switch {
		case apierrors.IsNotFound(err):
			return false, nil
		case err != nil:
			return false, c.refused(err, fmt.Sprintf("get %s/%s in the namespace %s", resourceOf(owned.kind), owned.name, owned.namespace))
		case live.wanted != *owned.replicas:
			return false, nil
		}
	}

	return true, nil
}

// like tells whether a revision is of the chart and the values of a change.
func (r *record) like(change Change) bool {
	if !sameJSON(orEmpty(r.release.Config), orEmpty(change.Values)) {
		return false
	}
	own := change.Chart.Helm()
	kept := r.release.Chart

	return own.Metadata.Version == kept.Metadata.Version && own.Metadata.Name == kept.Metadata.Name &&
		sameJSON(own.Templates, kept.Templates) && sameJSON(own.Files, kept.Files) && sameJSON(own.Values, kept.Values)
}

func orEmpty(values map[string]any) map[string]any {
	if values == nil {
		return map[string]any{}
	}

	return values
}

// sameJSON compares what Helm keeps as JSON, where numbers lose their kind and order may differ.
func sameJSON(a, b any) bool {
	var left, right any
	for value, into := range map[*any]*any{&a: &left, &b: &right} {
		text, err := json.Marshal(*value)
		if err != nil || json.Unmarshal(text, into) != nil {
			return false
		}
	}

	return reflect.DeepEqual(left, right)
}

// chart is the one that Helm keeps with the release.
func (r *record) chart() (*render.Chart, error) {
	chart, err := render.Stored(r.release.Chart)
	if err != nil {
		return nil, fmt.Errorf("read the chart of the release %s: %w", r.release.Name, err)
	}

	return chart, nil
}

// notOurs is the error for a change of a value of another chart.
func (r *record) notOurs(value string) error {
	return fmt.Errorf("the release %s is of the chart %s, whose values are its own: set otlp-collector.%s, or below the alias that it gives its collector, by `helm upgrade`",
		r.release.Name, r.release.Chart.Metadata.Name, value)
}
