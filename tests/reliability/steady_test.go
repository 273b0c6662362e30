package reliability

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

// As much as senders and collectors on this machine manage together.
func TestSaturation(t *testing.T) {
	full(t)
	alone(t, "saturation", steady(t), "", func(tr *trial) telemetry.Tally {
		tr.measure()
		tr.load(0)
		tr.pause(20 * time.Second)

		return tr.finish()
	})
}

// A load that all keep up with, of all subjects at the same time: how much a core of a shared machine handles differs by
// a quarter from minute to minute, and so do figures of subjects that are measured in turn.
func TestSteadyLoadSideBySide(t *testing.T) {
	full(t)
	const rate = 4000
	scenario := fmt.Sprintf("%d spans a second, side by side", rate)
	for i := range runs(t) {
		t.Run(fmt.Sprint(i+1), func(t *testing.T) {
			var trials []*trial
			for _, s := range steady(t) {
				tr := newTrial(t, shared, scenario, s, "")
				tr.beside = true
				trials = append(trials, tr)
			}
			for _, tr := range trials {
				tr.measure()
			}
			for _, tr := range trials {
				tr.load(rate)
			}
			trials[0].pause(40 * time.Second)
			for _, tr := range trials {
				tr.stop()
			}
			for _, tr := range trials {
				tally := tr.finish()
				tr.judge(tally)
				tr.passed = assert.Zero(t, tr.sent.Missed, "%s: the rate was not kept", tr.subject.name) && tr.passed
			}
		})
	}
}

// steady are the subjects of a steady load. One process of the official chart is held against one of ours: what a core
// handles depends on how many share the load.
func steady(t *testing.T) []subject {
	t.Helper()
	chart, subjects := ourChart(t), compared(t)
	one := officialGateway("").name
	for i, s := range subjects {
		if s.name == one {
			subjects[i].yardstick = singleGateway("").name
		}
	}

	return append(subjects, singleGateway(chart), gatewayOnTwoCores(chart), plainAgent(chart), sidecar(chart))
}
