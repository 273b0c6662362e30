package deployment

import (
	"errors"
	"fmt"
	"net/http"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	utilnet "k8s.io/apimachinery/pkg/util/net"
)

// refused is the error of a request, in words that say what is to be done.
func (c *Cluster) refused(err error, request string) error {
	var late interface{ Timeout() bool }
	switch {
	case errors.As(err, &late) && late.Timeout():
		return fmt.Errorf("the cluster took too long to %s; give it more with %s: %w", request, c.timeoutFlag, err)
	case apierrors.IsForbidden(err):
		return fmt.Errorf("the cluster forbids to %s, which is needed here: %w", request, err)
	case apierrors.IsUnauthorized(err):
		return fmt.Errorf("the cluster does not know who asks to %s: log in anew: %w", request, err)
	default:
		return fmt.Errorf("ask the cluster to %s: %w", request, err)
	}
}

// transient tells an error that may be gone when the same is asked again: the API server is restarted, out of breath, or slow.
func transient(err error) bool {
	var late interface{ Timeout() bool }
	if errors.As(err, &late) && late.Timeout() {
		return true
	}
	if utilnet.IsConnectionRefused(err) || utilnet.IsConnectionReset(err) || utilnet.IsProbableEOF(err) || utilnet.IsHTTP2ConnectionLost(err) {
		return true
	}
	var status apierrors.APIStatus
	if !errors.As(err, &status) {
		return false
	}
	code := int(status.Status().Code)

	return code == http.StatusTooManyRequests || code >= http.StatusInternalServerError
}
