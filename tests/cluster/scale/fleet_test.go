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

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

// releaseCounts are those after which the cost of a release is looked at.
func releaseCounts() []int {
	if testing.Short() {
		return []int{5, 10, 20}
	}

	return []int{25, 50, 100, 200}
}

// releasesANamespace is how many share one in the end.
const releasesANamespace = 10

func TestTheTwoHundredthReleaseCostsWhatTheFirstDid(t *testing.T) {
	counts := releaseCounts()
	all := counts[len(counts)-1]
	require.NoError(t, shared.Simulate(t.Context(), 100))
	others := pods(t)
	fleet := newFleet(t, all/releasesANamespace)

	figures := results.begin("Releases of a gateway, one after another",
		"releases", "Helm, each", "Helm's requests, each", "all requests, each", "each, by whom", "Helm's Secret, KiB")
	var total, helms []cost
	installed := 0
	for _, count := range counts {
		began := time.Now()
		added := count - installed
		for ; installed < count; installed++ {
			fleet.install(installed)
		}
		took := time.Since(began) / time.Duration(added)
		step := cost{count: added, requests: settled(t, fleet.audit)}
		total = append(total, step)
		helms = append(helms, step.by(admin))
		figures.add(count, took.Round(10*time.Millisecond), fmt.Sprintf("%.2f", step.by(admin).each()),
			fmt.Sprintf("%.2f", step.each()), step.shares(), fleet.secret(count-1)>>10)
		// The test's own request is none of the next step's.
		settled(t, fleet.audit)
		assert.GreaterOrEqual(t, step.of("create", "pods"), 3*added, "Pods of %d gateways", added)
	}
	assert.InDelta(t, 1, growth(helms), 0.01, "Helm's requests a release")
	assert.LessOrEqual(t, growth(total), tolerance, "requests a release")
	removed(t, others, fleet.namespaces...)
}

// A fleet is many releases in fewer namespaces.
type fleet struct {
	t          *testing.T
	namespaces []string
	values     string
	audit      *cluster.Audit
}

func newFleet(t *testing.T, namespaces int) fleet {
	t.Helper()
	f := fleet{t: t, values: filepath.Join(t.TempDir(), "values.yaml")}
	require.NoError(t, os.WriteFile(f.values, []byte(exporter), 0o600))
	for range namespaces {
		f.namespaces = append(f.namespaces, shared.Namespace(t, "restricted"))
	}
	// What the namespaces' names have in common.
	f.audit = shared.Audit(f.namespaces[0][:strings.LastIndex(f.namespaces[0], "-")+1])
	settled(t, f.audit)

	return f
}

// place is a release's name and namespace.
func (f fleet) place(i int) (name, namespace string) {
	return fmt.Sprintf("r%03d", i), f.namespaces[i%len(f.namespaces)]
}

func (f fleet) install(i int) {
	f.t.Helper()
	name, namespace := f.place(i)
	_, _, err := shared.Helm(f.t, helmMajor, "install", name, chartFolder, "--namespace", namespace, "--values", f.values)
	require.NoError(f.t, err)
}

// secret is how many bytes Helm's record of a release has.
func (f fleet) secret(i int) int {
	f.t.Helper()
	name, namespace := f.place(i)

	return recordOf(f.t, name, namespace)
}
