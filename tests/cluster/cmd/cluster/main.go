// Command cluster runs a real Kubernetes with nodes until it is interrupted, for a developer to try the chart on. It
// prints the kubeconfig to use.
//
//	make cluster
package main

import (
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

func main() {
	count := flag.Int("nodes", 2, "how many nodes")
	flag.Parse()

	nodes := cluster.Nodes{Count: *count, Images: cluster.Collectors(), Exposed: true}
	os.Exit(cluster.RunWithNodes(nodes, func(c *cluster.Cluster) int {
		fmt.Printf("%d nodes are ready, with the chart's image; logs are in %s. Ctrl-C ends all of it.\n", *count, c.LogFolder())
		signals := make(chan os.Signal, 1)
		signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
		<-signals

		return 0
	}))
}
