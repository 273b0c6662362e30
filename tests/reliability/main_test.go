package reliability

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
	"github.com/helm-otlp/helm-otlp/tests/reliability/ledger"
)

var (
	shared *cluster.Cluster
	// official is the folder of the official chart, empty where it is not at hand.
	official string
	// results has what all trials came to.
	results ledger.Ledger
)

func TestMain(m *testing.M) {
	if _, err := os.Stat("/sys/fs/cgroup/memory"); err != nil {
		fmt.Fprintln(os.Stderr, "these tests read what Pods use from cgroups of version 1, which this machine does not have:", err)
		os.Exit(1)
	}
	var err error
	if official, err = findOfficial(os.Getenv("OFFICIAL_CHART")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	results.Report = os.Getenv("RELIABILITY_REPORT")
	os.Exit(cluster.RunWithNodes(cluster.Nodes{Count: 2, Metrics: true, Images: cluster.Collectors()}, func(c *cluster.Cluster) int {
		shared = c
		code := m.Run()
		fmt.Println()
		results.Print(os.Stdout)
		if err := results.Write(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
		if len(results.Behind()) > 0 {
			code = max(code, 1)
		}

		return code
	}))
}

// findOfficial returns the folder, whose last name is the chart's, and says which version it has.
func findOfficial(folder string) (string, error) {
	if folder == "" {
		return "", nil
	}
	folder, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(filepath.Join(folder, "Chart.yaml"))
	if err != nil {
		return "", fmt.Errorf("OFFICIAL_CHART: %w", err)
	}
	var chart struct{ Name, Version string }
	if err := yaml.Unmarshal(text, &chart); err != nil {
		return "", fmt.Errorf("OFFICIAL_CHART: %w", err)
	}
	if chart.Name != "opentelemetry-collector" || chartName(folder) != chart.Name {
		return "", fmt.Errorf("OFFICIAL_CHART is %s with the chart %q, want a folder opentelemetry-collector with the chart of that name", folder, chart.Name)
	}
	fmt.Println("The official chart is", chart.Version)

	return folder, nil
}
