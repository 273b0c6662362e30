package scale

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// umbrella is the name of its chart and of its release.
const umbrella = "umbrella"

func TestAnUmbrellasCostGrowsWithItsAliasesAndNoFaster(t *testing.T) {
	require.NoError(t, shared.Simulate(t.Context(), 100))
	figures := results.begin("One release of an umbrella, with the chart under many aliases",
		"aliases", "Helm", "an alias", "Helm's requests, an alias", "all requests, an alias", "Helm's Secret, bytes", "an alias, bytes")
	var costs, helms []cost
	var record int
	counts := releaseCounts()
	for _, aliases := range counts {
		namespace, others := shared.Namespace(t, "restricted"), pods(t)
		audit := shared.Audit(namespace)
		settled(t, audit)
		began := time.Now()
		require.NoError(t, installUmbrella(t, namespace, aliases))
		took := time.Since(began)
		done := cost{count: aliases, requests: settled(t, audit)}
		assert.GreaterOrEqual(t, done.of("create", "pods"), 3*aliases, "Pods of %d gateways", aliases)
		record = recordOf(t, umbrella, namespace)
		figures.add(aliases, took.Round(100*time.Millisecond), (took / time.Duration(aliases)).Round(time.Millisecond),
			fmt.Sprintf("%.2f", done.by(admin).each()), fmt.Sprintf("%.2f", done.each()), record, record/aliases)
		costs, helms = append(costs, done), append(helms, done.by(admin))
		removed(t, others, namespace)
	}
	assert.LessOrEqual(t, growth(helms), 1.01, "Helm's requests an alias")
	assert.LessOrEqual(t, growth(costs), tolerance, "requests an alias")
	assert.LessOrEqual(t, further(costs), furtherTolerance, "requests a further alias")
	assert.Less(t, record, secretLimit/4, "bytes of Helm's Secret for %d aliases", counts[len(counts)-1])
}

// secretLimit is the most that Kubernetes stores in one Secret.
const secretLimit = 1 << 20

// installUmbrella installs a chart that has the chart under so many aliases.
func installUmbrella(t *testing.T, namespace string, aliases int) error {
	t.Helper()
	folder := t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(folder, "charts", "otlp-collector"), os.DirFS(chartFolder)))
	var chart, values strings.Builder
	fmt.Fprintf(&chart, "apiVersion: v2\nname: %s\nversion: 1.0.0\ndependencies:\n", umbrella)
	for i := range aliases {
		fmt.Fprintf(&chart, "  - {name: otlp-collector, version: '*', alias: c%04d}\n", i)
		fmt.Fprintf(&values, "c%04d:\n  %s", i, exporter)
	}
	for name, content := range map[string]string{"Chart.yaml": chart.String(), "values.yaml": values.String()} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600))
	}
	_, _, err := shared.Helm(t, helmMajor, "install", umbrella, folder, "--namespace", namespace)

	return err
}

// recordOf is the size of the Secret in which Helm keeps a release.
func recordOf(t *testing.T, name, namespace string) int {
	t.Helper()
	secret, err := shared.Client.CoreV1().Secrets(namespace).Get(t.Context(), "sh.helm.release.v1."+name+".v1", metav1.GetOptions{})
	require.NoError(t, err)
	bytes := 0
	for _, value := range secret.Data {
		bytes += len(value)
	}

	return bytes
}

// removed deletes namespaces, and waits until the cluster has no more Pods than before, for the next to have it alone.
func removed(t *testing.T, others int64, namespaces ...string) {
	t.Helper()
	for _, namespace := range namespaces {
		require.NoError(t, shared.Client.CoreV1().Namespaces().Delete(t.Context(), namespace, metav1.DeleteOptions{}))
	}
	waitFor(t.Context(), t, func() error { return podsGone(t, others) })
}
