package deployment

import (
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
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
