package reliability

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

// A Deployment becomes a StatefulSet: Helm deletes the one before the other is ready.
func TestPersistenceSwitchedOnLosesNothing(t *testing.T) {
	repeat(t, []subject{gateway(ourChart(t))}, "", func(tr *trial) telemetry.Tally {
		tr.load(rate)
		tr.pause(3 * time.Second)
		require.NoError(tr.t, tr.helm(4, "upgrade", tr.values, "--set", "persistence.enabled=true", "--wait", "--timeout", "3m"))

		return tr.finish("persistence switched on")
	})
}

// A backend is away until the volumes of the queues are full.
func TestDiskOfTheQueueFull(t *testing.T) {
	full(t)
	s := persistentGateway(ourChart(t))
	s.littleRoom = true
	once(t, []subject{s}, func(tr *trial) telemetry.Tally {
		// Three volumes are to be full within the patience.
		tr.load(rate, func(load *telemetry.Load) { load.Padding = 1000 })
		require.NoError(tr.t, tr.sink.Behave(telemetry.Down()))
		tr.waitRefused("no space left on device")
		tr.pause(waitTime)
		require.NoError(tr.t, tr.sink.Behave(telemetry.Accepting()))
		tr.pause(waitTime)

		return tr.finish("disk of the queue full")
	})
}
