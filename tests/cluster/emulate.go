package cluster

import (
	"context"
	"testing"
)

// StartEmulating runs a control plane beside the shared one until the test ends. Its API server does as one of an older
// minor release such as 1.35: it has the kinds, features and defaults of that, and says that it is one. Further flags are
// the API server's, such as those that switch on what was off at the time. How old it can be, Kubernetes limits to three
// minor releases.
func StartEmulating(tb testing.TB, version string, flags ...string) *Cluster {
	tb.Helper()

	dir, err := claimFolder()
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { removeFolder(dir) })
	c, err := start(context.Background(), dir, Nodes{apiServer: append([]string{"--emulated-version=" + version}, flags...)})
	if err != nil {
		tb.Fatalf("start a control plane that does as Kubernetes %s: %v", version, err)
	}
	tb.Cleanup(c.stop)

	return c
}
