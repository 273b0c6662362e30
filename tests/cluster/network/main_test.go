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
	images := append(cluster.Collectors(), cluster.Telemetrygen())
	os.Exit(cluster.MainWithNodes(m, &shared, cluster.Nodes{Count: nodes, Images: images, NetworkPolicies: true}))
}
