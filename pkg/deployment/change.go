package deployment

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/helm-otlp/helm-otlp/internal/render"
)

// ErrBusy is that somebody else is changing the release, or has changed it since it was read. What is there is left alone.
var ErrBusy = errors.New("somebody else is changing it")

// errNoChanger is that of a Cluster that reads alone.
var errNoChanger = errors.New("nothing is there that makes changes: set Changer of the Cluster, such as to that of the package pkg/deployment/sdk")

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

// An Undo takes a change back.
type Undo struct {
	Name, Namespace string
	// Revision is the one to undo, and To the one to install again; 0: the release is uninstalled.
	Revision, To int
}

// A Changer makes changes of releases: Helm's SDK (see the package sdk), or a Helm beside this program. Both of its methods
// return ErrBusy, wrapped, where another change stands in the way.
type Changer interface {
	Change(ctx context.Context, change Change) error
	Undo(ctx context.Context, undo Undo) error
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

// Revision is the last one of a release.
func (c *Cluster) Revision(ctx context.Context, name string) (int, error) {
	last, err := c.record(ctx, name)
	if err != nil {
		return 0, err
	}

	return last.release.Version, nil
}

// made tells whether the last revision is what a change has made: its number alone may be that of somebody else's.
func (c *Cluster) made(ctx context.Context, change Change) (revision int, made bool, err error) {
	last, err := c.record(ctx, change.Name)
	if errors.Is(err, ErrNoRelease) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}

	return last.release.Version, last.release.Version == change.After+1 && last.like(change), nil
}

// undo rolls back, and says so in the error. It goes on when the caller's context has ended.
func (c *Cluster) undo(ctx context.Context, change Change, failed *FailedError, to int) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), mendTime)
	defer cancel()
	revision, made, err := c.made(ctx, change)
	switch {
	case err != nil:
		failed.Err = err
	case !made:
		failed.Err = fmt.Errorf("it was not rolled back: %w: its last revision is %d, and was made by others", ErrBusy, revision)
	default:
		failed.Err = c.back(ctx, Undo{Name: change.Name, Namespace: change.Namespace, Revision: revision, To: to})
	}
	if failed.Err == nil {
		failed.RolledBackTo, failed.Uninstalled = to, to == 0
	}

	return failed
}

// back takes a change back, and waits until what was before is there again.
func (c *Cluster) back(ctx context.Context, undo Undo) error {
	if err := c.Changer.Undo(ctx, undo); err != nil || undo.To == 0 {
		return err
	}
	if _, err := c.WaitUntilReady(ctx, undo.Name, nil); err != nil {
		return fmt.Errorf("after the rollback to revision %d: %w", undo.To, err)
	}

	return nil
}
