// Command cluster runs a real Kubernetes with nodes until it is interrupted, for a developer, or chart-testing, to try the
// chart on. It prints the kubeconfig to use.
//
//	make cluster
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

func main() {
	count := flag.Int("nodes", 2, "how many nodes")
	volumes := flag.Int("volumes", 40, "how many volumes there are for claims, in the default class")
	flag.Parse()

	nodes := cluster.Nodes{Count: *count, Images: images(), Exposed: true}
	os.Exit(cluster.RunWithNodes(nodes, func(c *cluster.Cluster) int {
		if err := c.MakeVolumes(context.Background(), volumesOf(c, *volumes)...); err != nil {
			fmt.Fprintln(os.Stderr, err)

			return 1
		}
		fmt.Printf("%d nodes are ready, with the chart's images; logs are in %s. Ctrl-C ends all of it.\n", *count, c.LogFolder())
		signals := make(chan os.Signal, 1)
		signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
		<-signals

		return 0
	}))
}

// images are all that the chart's ci values ask for. That of contrib has the components that the tests' own collector has.
func images() []cluster.Image {
	collector := func(name, program string) cluster.Image {
		return cluster.Image{References: []string{"ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-" + name}, Program: program, User: "10001:10001"}
	}

	return append(cluster.Collectors(), cluster.Telemetrygen(), collector("k8s:0.149.0", "otelcol-0.149"), collector("contrib:0.161.0", "otelcol-0.161"))
}

// volumesOf are so many for any claims.
func volumesOf(c *cluster.Cluster, count int) (volumes []cluster.Volume) {
	for i := range count {
		name := fmt.Sprintf("folder-%d", i)
		volumes = append(volumes, cluster.Volume{Name: name, Folder: filepath.Join(c.Volumes(), name)})
	}

	return volumes
}
