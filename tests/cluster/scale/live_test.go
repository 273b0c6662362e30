package scale

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mostRequests of a status and of a top, however many Pods there are below a thousand: the records, the last of them, the
// workload and two pages of Pods, and for a top all of that twice, with metrics.k8s.io. What is asked of Pods through the
// proxy is bounded, and comes on top: the audit log has an entry for the start of each of these, and one for its end.
const (
	statusRequests = 6
	topRequests    = 12
	statusAsked    = 20
	topAsked       = 30
)

// A short run has a page of Pods less.
func TestAStatusOfAThousandPodsTakesAHandfulOfRequests(t *testing.T) {
	nodes := 1000
	if testing.Short() {
		nodes = 100
	}
	require.NoError(t, shared.Simulate(t.Context(), nodes))
	d := newDaemonSet(t, nodes)
	d.install()
	binary := filepath.Join(t.TempDir(), "helm-otlp")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "./cmd/helm-otlp")
	build.Dir = "../../.."
	output, err := build.CombinedOutput()
	require.NoError(t, err, "%s", output)
	figures := results.begin(fmt.Sprintf("What is asked of the API server about a release of %d Pods", nodes), "command", "requests", "to Pods through the proxy", "seconds")
	settled(t, d.audit)
	for command, most := range map[string][2]int{"status": {statusRequests, statusAsked}, "top": {topRequests, topAsked}} {
		cmd := exec.CommandContext(t.Context(), binary, command, d.name, "-n", d.namespace)
		cmd.Env = append(os.Environ(), "KUBECONFIG="+shared.Kubeconfig)
		var chatter strings.Builder
		cmd.Stderr = &chatter
		began := time.Now()
		stdout, err := cmd.Output()
		took := time.Since(began)
		require.NoError(t, err, chatter.String())
		assert.GreaterOrEqual(t, strings.Count(string(stdout), d.name+"-otlp-collector-"), nodes)
		proxied, others := 0, 0
		for _, request := range settled(t, d.audit) {
			switch {
			case request.User != admin:
			case request.Resource == "pods/proxy":
				proxied++
			default:
				others++
			}
		}
		figures.add(command, others, proxied, took.Round(10*time.Millisecond).Seconds())
		assert.LessOrEqual(t, others, most[0], command)
		assert.LessOrEqual(t, proxied, most[1], command)
		assert.Positive(t, others, "the test sees what there is to count")
	}
	d.uninstall()
}
