package reliability

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

// As much as senders and collectors on this machine manage together, and a load that all keep up with.
func TestSteadyLoad(t *testing.T) {
	full(t)
	for _, load := range []int64{0, 10000} {
		scenario := "saturation"
		if load > 0 {
			scenario = fmt.Sprintf("%d spans a second", load)
		}
		t.Run(scenario, func(t *testing.T) {
			alone(t, append(yardstick(t), sidecar(ourChart(t))), "", func(tr *trial) telemetry.Tally {
				tr.measure()
				tr.load(load)
				tr.pause(20 * time.Second)
				tally := tr.finish(scenario)
				if load > 0 {
					assert.Zero(tr.t, tr.sent.Missed, "the rate was not kept")
				}

				return tally
			})
		})
	}
}
