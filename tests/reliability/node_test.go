package reliability

import (
	"testing"
	"time"

	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

// A node is lost without a word, and comes back. What its Pods had in memory is lost with it; with persistence it is
// there when they are, and nothing is lost.
func TestANodeIsLost(t *testing.T) {
	full(t)
	memory := gateway(ourChart(t))
	memory.mayLose = 0.05
	alone(t, "node lost", []subject{memory, persistentGateway(ourChart(t))}, "", func(tr *trial) telemetry.Tally {
		node := shared.Nodes()[1]
		tr.load(rate)
		tr.pause(3 * time.Second)
		shared.Lose(tr.t, node)
		shared.WaitLost(tr.t, node)
		tr.pause(5 * time.Second)
		shared.Return(tr.t, node)
		tr.waitReady()

		return tr.finish()
	})
}
