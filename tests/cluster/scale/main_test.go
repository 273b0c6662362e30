package scale

import (
	"fmt"
	"os"
	"testing"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

var (
	shared *cluster.Cluster
	// results has a table of each test that measures.
	results tables
)

func TestMain(m *testing.M) {
	code := cluster.MainSimulated(m, &shared)
	results.print(os.Stdout)
	if file := os.Getenv("SCALE_REPORT"); file != "" && code == 0 {
		if err := results.document(file); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}
