package cluster

import (
	"context"
	"fmt"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Lose takes the node away as a power cut does: all that runs on it ends at once, and nobody is told. It is back at the
// end of the test at the latest.
func (c *Cluster) Lose(tb testing.TB, n *Node) {
	tb.Helper()
	if err := n.process.cmd.Process.Kill(); err != nil {
		tb.Fatalf("lose %s: %v", n.Name, err)
	}
	<-n.process.done
	tb.Cleanup(func() {
		if !n.process.ended() {
			return
		}
		// The test's own context has ended.
		if err := c.bringBack(context.Background(), n); err != nil {
			tb.Errorf("bring %s back: %v", n.Name, err)
		}
	})
}

// WaitLost waits until the cluster has noticed that a node is lost.
func (c *Cluster) WaitLost(tb testing.TB, n *Node) {
	tb.Helper()
	Eventually(tb, func(ctx context.Context) error {
		object, err := c.Client.CoreV1().Nodes().Get(ctx, n.Name, metav1.GetOptions{})
		if err == nil && isReady(object) {
			err = fmt.Errorf("%s still counts as ready", n.Name)
		}

		return err
	})
}

// Return brings a lost node back, with what was on its disk, and waits until it is ready.
func (c *Cluster) Return(tb testing.TB, n *Node) {
	tb.Helper()
	if err := c.bringBack(tb.Context(), n); err != nil {
		tb.Fatalf("bring %s back: %v", n.Name, err)
	}
}

func (c *Cluster) bringBack(ctx context.Context, n *Node) error {
	if err := n.start(c.dir); err != nil {
		return err
	}

	return poll(ctx, func(ctx context.Context) error { return n.ready(ctx, c) })
}
