package network

import (
	"os"
	"testing"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

// nodes is how many the cluster has.
const nodes = 2

var shared *cluster.Cluster

func TestMain(m *testing.M) {
	images := append(cluster.Collectors(), cluster.Image{
		References: []string{"ghcr.io/open-telemetry/opentelemetry-collector-contrib/telemetrygen:v0.161.0"},
		Program:    "telemetrygen", User: "10001:10001",
	})
	os.Exit(cluster.MainWithNodes(m, &shared, cluster.Nodes{Count: nodes, Images: images, NetworkPolicies: true}))
}
