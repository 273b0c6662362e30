package deployment

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// pollEvery is between two looks at a release: a rollout takes seconds.
const pollEvery = time.Second

// ErrNotReady is that a release was not ready in time. It may become so.
var ErrNotReady = errors.New("not ready in time")

// A FailedError is that a release does not become ready without a change.
type FailedError struct {
	Release string
	// Reason is the status's: which Pod or workload, and what is wrong with it.
	Reason string
	// RolledBackTo is the revision whose values and objects are installed again; 0: none. Uninstalled says that the release
	// was new, and is gone.
	RolledBackTo int
	Uninstalled  bool
	// Err is what went wrong beside, such as when rolling back; nil: nothing.
	Err error
}

// Error says what is wrong and what was done.
func (e *FailedError) Error() string {
	text := fmt.Sprintf("the release %s does not become ready: %s", e.Release, e.Reason)
	switch {
	case e.Err != nil:
		text += "; and then: " + e.Err.Error()
	case e.RolledBackTo > 0:
		text += fmt.Sprintf("; it is rolled back to revision %d", e.RolledBackTo)
	case e.Uninstalled:
		text += "; it is uninstalled again"
	}

	return text
}

// Unwrap is what went wrong beside.
func (e *FailedError) Unwrap() error { return e.Err }

// WaitUntilReady waits until a release is ready, at most until the context ends, and returns its last status. seen is given
// every status that is read, and may be nil. An error is a *FailedError as soon as the release can't become ready (a crash
// loop, an image that is not there, a rollout that its controller has given up), or ErrNotReady when the time is over. A request
// that fails for the moment, such as while the API server is restarted, is made again.
func (c *Cluster) WaitUntilReady(ctx context.Context, name string, seen func(*Status)) (*Status, error) {
	var last *Status
	var failure error
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for {
		status, err := c.Status(ctx, name)
		switch {
		case err == nil:
			last, failure = status, nil
			if seen != nil {
				seen(status)
			}
			switch status.State {
			case Ready:
				return status, nil
			case Failed:
				return status, &FailedError{Release: name, Reason: status.Reason}
			case InProgress:
			}
		case ctx.Err() != nil:
			return last, late(name, last, failure)
		case !transient(err):
			return last, err
		default:
			failure = err
		}
		select {
		case <-ctx.Done():
			return last, late(name, last, failure)
		case <-ticker.C:
		}
	}
}

// late is the error of a wait that is over: failure is that of the last request, if it failed.
func late(name string, last *Status, failure error) error {
	switch {
	case failure != nil:
		return fmt.Errorf("the release %s is %w: %w", name, ErrNotReady, failure)
	case last != nil:
		return fmt.Errorf("the release %s is %w: %s", name, ErrNotReady, last.Reason)
	default:
		return fmt.Errorf("the release %s is %w: nothing is known of it", name, ErrNotReady)
	}
}
