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
		if err := makeVolumes(c, *volumes); err != nil {
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
	const releases = "ghcr.io/open-telemetry/opentelemetry-collector-releases/"
	all := append(
		cluster.Collectors(), cluster.Telemetrygen(),
		cluster.Image{References: []string{releases + "opentelemetry-collector-k8s:0.149.0"}, Program: "otelcol-0.149", User: "10001:10001"},
	)
	for i := range all {
		if all[i].Program == "otelcol-0.161" {
			all[i].References = append(all[i].References, releases+"opentelemetry-collector-contrib:0.161.0")
		}
	}

	return all
}

// makeVolumes makes volumes that each can be used on every node, as network storage can. One that was claimed is not there
// for another claim.
func makeVolumes(c *cluster.Cluster, count int) error {
	manifests := []byte(classManifest)
	for i := range count {
		folder := filepath.Join(c.Volumes(), fmt.Sprint(i))
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return fmt.Errorf("make a volume's folder: %w", err)
		}
		manifests = fmt.Appendf(manifests, volumeManifest, i, folder)
	}
	if _, err := c.Apply(context.Background(), "", manifests); err != nil {
		return fmt.Errorf("make the volumes: %w", err)
	}

	return nil
}

const classManifest = `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: folders, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
provisioner: kubernetes.io/no-provisioner
volumeBindingMode: WaitForFirstConsumer
`

const volumeManifest = `
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: folder-%[1]d}
spec:
  capacity: {storage: 20Gi}
  accessModes: [ReadWriteOnce]
  storageClassName: folders
  local: {path: %[2]s}
  nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: Exists}]}]}}
`
