package kubelet

import (
	"os"
	"testing"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

var shared *cluster.Cluster

func TestMain(m *testing.M) {
	os.Exit(cluster.MainWithNodes(m, &shared, cluster.Nodes{Count: 1, Images: cluster.Collectors()}))
}
