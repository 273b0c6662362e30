package cluster

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// patience is how long the cluster may take for what it does by itself, on a slow machine.
const patience = 2 * time.Minute

// Namespace creates a namespace of the test's own and returns its name once Pods can be created in it. It is deleted
// when the test ends, without waiting; of a test that failed, its Pods and warnings are logged first. The level is what Pod Security admission enforces: privileged, baseline or
// restricted; with "" it enforces nothing.
func (c *Cluster) Namespace(tb testing.TB, level string) string {
	tb.Helper()

	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: prefix(tb.Name())}}
	if level != "" {
		namespace.Labels = map[string]string{"pod-security.kubernetes.io/enforce": level}
	}
	created, err := c.Client.CoreV1().Namespaces().Create(tb.Context(), namespace, metav1.CreateOptions{})
	if err != nil {
		tb.Fatalf("create a namespace: %v", err)
	}
	tb.Cleanup(func() {
		if tb.Failed() {
			c.tellOf(tb, created.Name)
		}
		err := c.Client.CoreV1().Namespaces().Delete(context.Background(), created.Name, metav1.DeleteOptions{})
		if err != nil {
			tb.Logf("delete the namespace: %v", err)
		}
	})

	err = poll(tb.Context(), func(ctx context.Context) error { return c.namespaceReady(ctx, created.Name) })
	if err != nil {
		tb.Fatalf("wait for what the controller manager puts into the namespace %s: %v", created.Name, err)
	}

	return created.Name
}

// prefix turns a test's name into the beginning of a namespace's.
func prefix(test string) string {
	name := strings.Map(func(r rune) rune {
		if (r >= 'a' && r <= 'z') || (r >= '0' && r <= '9') {
			return r
		}

		return '-'
	}, strings.ToLower(test))

	return "t-" + strings.Trim(name[:min(len(name), 40)], "-") + "-"
}

// Eventually waits until the condition returns no error, for two minutes at most, and otherwise fails the test with the
// last one.
func Eventually(tb testing.TB, condition func(context.Context) error) {
	tb.Helper()

	if err := poll(tb.Context(), condition); err != nil {
		tb.Fatal(err)
	}
}

func poll(ctx context.Context, condition func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()

	var last error
	for {
		err := condition(ctx)
		if err == nil {
			return nil
		}
		// When time runs out in the middle of a request, what it said before tells more.
		if last == nil || ctx.Err() == nil {
			last = err
		}
		select {
		case <-ctx.Done():
			return errors.Join(context.Cause(ctx), last)
		case <-time.After(100 * time.Millisecond):
		}
	}
}
