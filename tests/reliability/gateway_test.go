package reliability

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

func TestUpgradesLoseNothing(t *testing.T) {
	repeat(t, "three upgrades", append(compared(t), surgingAgent(ourChart(t))), "", func(tr *trial) telemetry.Tally {
		tr.load(rate)
		for i := range 3 {
			tr.upgrade(3+i%2, i)
		}

		return tr.finish()
	})
}

func TestKillLosesNothingWithPersistence(t *testing.T) {
	chart := ourChart(t)
	repeat(t, "kill -9", []subject{persistentGateway(chart), persistentAgent(chart)}, "", func(tr *trial) telemetry.Tally {
		tr.load(rate)
		tr.pause(3 * time.Second)
		for _, pod := range tr.pods() {
			tr.kill(pod)
		}

		return tr.finish()
	})
}

// Without persistence, what is in memory is lost with the process, as with every collector.
func TestKill(t *testing.T) {
	full(t)
	subjects := append(compared(t), sidecar(ourChart(t)))
	for i := range subjects {
		subjects[i].mayLose = 0.05
	}
	repeat(t, "kill -9", subjects, "", func(tr *trial) telemetry.Tally {
		tr.load(rate)
		tr.pause(3 * time.Second)
		for _, pod := range tr.pods() {
			tr.kill(pod)
		}

		return tr.finish()
	})
}

func TestScalingLosesNothing(t *testing.T) {
	repeat(t, "3 to 1 to 5", []subject{gateway(ourChart(t))}, "", func(tr *trial) telemetry.Tally {
		tr.load(rate)
		tr.scale(1)
		tr.scale(5)

		return tr.finish()
	})
}

func TestADrainLosesNothing(t *testing.T) {
	alone(t, "drain", []subject{gateway(ourChart(t))}, "", func(tr *trial) telemetry.Tally {
		tr.load(rate)
		tr.scale(4)
		node := tr.fullest()
		tr.t.Cleanup(func() { tr.cordon(node, false) })
		tr.drain(node)

		return tr.finish()
	})
}

func TestEvictionLosesNothing(t *testing.T) {
	chart := ourChart(t)
	repeat(t, "eviction", []subject{gateway(chart), agent(chart)}, "", func(tr *trial) telemetry.Tally {
		tr.load(rate)
		for _, pod := range tr.pods() {
			tr.evict(pod)
			tr.pause(time.Second)
		}
		tr.waitReady()

		return tr.finish()
	})
}

// The memory limiter keeps a collector from being killed under a load that does not fit, so that the test takes the
// memory itself: a process in the container's cgroup takes all that there is, until the kernel kills the collector.
func TestOutOfMemoryLosesNothingWithPersistence(t *testing.T) {
	chart := ourChart(t)
	const little = "modes: {gateway: {resources: {limits: {memory: 256Mi}}}, daemonset: {resources: {limits: {memory: 256Mi}}}}\n"
	repeat(t, "out of memory", []subject{persistentGateway(chart), persistentAgent(chart)}, little, func(tr *trial) telemetry.Tally {
		tr.load(rate)
		tr.pause(3 * time.Second)
		for _, pod := range tr.pods() {
			tr.takeMemory(pod)
			assert.True(tr.t, tr.outOfMemory(pod.Name), "the kernel did not kill the collector of %s for its memory", pod.Name)
		}

		return tr.finish()
	})
}

// While the backend is away, more comes than fits into the memory.
func TestMemoryIsNotExceeded(t *testing.T) {
	full(t)
	const little = "modes: {gateway: {resources: {limits: {memory: 96Mi}}}}\n"
	repeat(t, "backend down, more than fits into memory", []subject{gateway(ourChart(t))}, little, func(tr *trial) telemetry.Tally {
		tr.load(10000, func(load *telemetry.Load) { load.PerRequest, load.Padding = 500, 500 })
		require.NoError(tr.t, tr.sink.Behave(telemetry.Down()))
		tr.waitRefused("high memory usage")
		tr.pause(waitTime)
		require.NoError(tr.t, tr.sink.Behave(telemetry.Accepting()))
		tr.pause(2 * time.Second)
		tally := tr.finish()
		for _, pod := range tr.pods() {
			assert.Zero(tr.t, restarts(pod), "%s was killed", pod.Name)
		}

		return tally
	})
}
