package reliability

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/tests/reliability/ledger"
	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

const spansPerTrace = 5

// Gateways that see whole traces and keep those with an error, and agents that send each trace to one of them.
func sampling(chart string) subject {
	s := gateway(chart)
	s.name, s.values = "agents to gateways that sample", s.values+`
presets: {tailSampling: {enabled: true}}
`

	return s
}

// Every trace is judged whole while gateways come and go. Sent, accepted and so on count traces with an error here; lost
// are those that arrived in part or not at all.
func TestTracesAreJudgedWhole(t *testing.T) {
	full(t)
	t.Parallel()
	for scenario, gateways := range map[string][]int{
		"tail sampling": {3}, "tail sampling, 3 to 5 to 2 gateways": {3, 5, 2},
	} {
		s := sampling(ourChart(t))
		if len(gateways) > 1 {
			// Of the traces in flight while the gateways change, two may see a part each.
			s.mayLose = 0.05
		}
		t.Run(scenario, func(t *testing.T) {
			repeat(t, scenario, []subject{s}, "", func(tr *trial) telemetry.Tally {
				address := tr.installAgents()
				tr.load(rate, func(load *telemetry.Load) {
					load.Address, load.SpansPerTrace, load.MarkTraces = address, spansPerTrace, true
				})
				for _, count := range gateways {
					tr.scale(count)
					tr.pause(waitTime)
				}

				return tr.finishTraces()
			})
		})
	}
}

// installAgents puts agents before the gateways, and returns where senders reach them.
func (tr *trial) installAgents() string {
	tr.t.Helper()
	const agents = "agents"
	_, _, err := tr.cluster.Helm(tr.t, 3, "install", agents, tr.subject.chart, "--namespace", tr.namespace, "--wait", "--timeout", "3m",
		"--set", "mode=daemonset,presets.loadBalancing.enabled=true",
		"--set", "presets.loadBalancing.service="+tr.subject.fullname()+"-headless."+tr.namespace)
	require.NoError(tr.t, err)
	tr.t.Cleanup(func() {
		_, _, _ = tr.cluster.Helm(tr.t, 3, "uninstall", agents, "--namespace", tr.namespace)
	})
	service, err := tr.cluster.Client.CoreV1().Services(tr.namespace).Get(tr.t.Context(), agents+"-"+chartName(tr.subject.chart), metav1.GetOptions{})
	require.NoError(tr.t, err)

	return service.Spec.ClusterIP + ":4317"
}

// finishTraces is finish for traces, of which a gateway keeps those with an error.
func (tr *trial) finishTraces() telemetry.Tally {
	tr.t.Helper()
	tr.sent = tr.run.Stop(patience)
	traces := tr.waitTraces()
	tr.t.Logf("%s: %s", tr.subject.name, traces)
	marked, unmarked := traces.Marked, traces.Unmarked
	assert.Less(tr.t, unmarked.Whole+unmarked.Part, (unmarked.Whole+unmarked.Part+unmarked.None)/4, "a tenth of the others is to be kept")
	// Two that each see a part may also judge it differently.
	assert.LessOrEqual(tr.t, float64(unmarked.Part), tr.subject.mayLose*float64(unmarked.Whole+unmarked.Part+unmarked.None),
		"of the others, a part arrived")
	tally := telemetry.Tally{
		Sent: marked.Whole + marked.Part + marked.None + marked.Unacknowledged, Accepted: marked.Whole + marked.Part + marked.None,
		Delivered: marked.Whole, Lost: marked.Part + marked.None,
	}
	tr.record(ledger.Outcome{Tally: tally, Sent: tr.sent, Traces: true})
	if tally.Lost > 0 {
		tr.describe()
		tr.t.Logf("traces with an error that are not whole, of a load that began at %s: %v", tr.loaded.Format(time.TimeOnly), tr.notWhole())
	}

	return tally
}

// waitTraces waits until all traces with an error have arrived whole, as long as that may take.
func (tr *trial) waitTraces() telemetry.TraceTally {
	tr.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		traces := tr.sink.Traces(spans(), tr.sent)
		if traces.Marked.Part+traces.Marked.None == 0 || time.Now().After(deadline) {
			break
		}
		tr.pause(time.Second)
	}
	// Without numbers to wait for, it waits until nothing comes.
	ctx, cancel := context.WithTimeout(tr.t.Context(), patience)
	defer cancel()
	tr.sink.Wait(ctx, quiet, spans())

	return tr.sink.Traces(spans(), tr.sent)
}

// notWhole says of each trace with an error that did not arrive whole its first number and how many of its spans arrived.
func (tr *trial) notWhole() (traces []string) {
	// Every second trace has an error.
	for root := int64(spansPerTrace); root < tr.sent.Numbers.Count; root += 2 * spansPerTrace {
		arrived := tr.sink.Tally(telemetry.Stream{Signal: telemetry.Traces}, telemetry.Numbers{First: root, Count: spansPerTrace}).Delivered
		if arrived < spansPerTrace {
			traces = append(traces, fmt.Sprintf("%d: %d", root, arrived))
		}
	}

	return traces
}
