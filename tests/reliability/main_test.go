package reliability

import (
	"fmt"
	"os"
	"testing"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

var (
	shared *cluster.Cluster
	// results has what all trials came to.
	results ledger
)

func TestMain(m *testing.M) {
	if _, err := os.Stat("/sys/fs/cgroup/memory"); err != nil {
		fmt.Fprintln(os.Stderr, "these tests read what Pods use from cgroups of version 1, which this machine does not have:", err)
		os.Exit(1)
	}
	results.report = os.Getenv("RELIABILITY_REPORT")
	os.Exit(cluster.RunWithNodes(cluster.Nodes{Count: 2, Metrics: true, Images: cluster.Collectors()}, func(c *cluster.Cluster) int {
		shared = c
		code := m.Run()
		fmt.Println()
		results.print(os.Stdout)
		if err := results.write(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
		if len(results.behind()) > 0 {
			code = max(code, 1)
		}

		return code
	}))
}
