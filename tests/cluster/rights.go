package cluster

import (
	"context"
	"fmt"

	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// May asks the API server, by a SubjectAccessReview, whether a service account may do something with a resource.
func (c *Cluster) May(ctx context.Context, namespace, account string, what authorizationv1.ResourceAttributes) (bool, error) {
	return c.review(ctx, namespace, account, authorizationv1.SubjectAccessReviewSpec{ResourceAttributes: &what})
}

// MayReach is May for a URL that is no resource's.
func (c *Cluster) MayReach(ctx context.Context, namespace, account, verb, path string) (bool, error) {
	return c.review(ctx, namespace, account, authorizationv1.SubjectAccessReviewSpec{
		NonResourceAttributes: &authorizationv1.NonResourceAttributes{Verb: verb, Path: path},
	})
}

func (c *Cluster) review(ctx context.Context, namespace, account string, spec authorizationv1.SubjectAccessReviewSpec) (bool, error) {
	spec.User = "system:serviceaccount:" + namespace + ":" + account
	spec.Groups = []string{"system:serviceaccounts", "system:serviceaccounts:" + namespace, "system:authenticated"}
	review, err := c.Client.AuthorizationV1().SubjectAccessReviews().Create(ctx, &authorizationv1.SubjectAccessReview{Spec: spec}, metav1.CreateOptions{})
	if err != nil {
		return false, fmt.Errorf("ask what %s may do: %w", spec.User, err)
	}

	return review.Status.Allowed, nil
}
