package reliability

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

// A Deployment becomes a StatefulSet: Helm deletes the one before the other is ready.
func TestPersistenceSwitchedOnLosesNothing(t *testing.T) {
	repeat(t, "persistence switched on", []subject{gateway(ourChart(t))}, "", func(tr *trial) telemetry.Tally {
		tr.load(rate)
		tr.pause(3 * time.Second)
		require.NoError(tr.t, tr.helm(4, "upgrade", tr.values, "--set", "persistence.enabled=true", "--wait", "--timeout", "3m"))

		return tr.finish()
	})
}

// A backend is away until the volumes of the queues are full. What the queue hands out then it can't take off the disk, nor
// note that it is under way, and some of it may be lost (persistent_queue.go, "Failed updating currently dispatched items").
func TestDiskOfTheQueueFull(t *testing.T) {
	full(t)
	s := persistentGateway(ourChart(t))
	s.littleRoom, s.mayLose = true, 0.05
	once(t, "disk of the queue full", []subject{s}, func(tr *trial) telemetry.Tally {
		// Three volumes are to be full within the patience.
		tr.load(rate, func(load *telemetry.Load) { load.Padding = 1000 })
		require.NoError(tr.t, tr.sink.Behave(telemetry.Down()))
		tr.waitRefused("no space left on device")
		tr.pause(waitTime)
		require.NoError(tr.t, tr.sink.Behave(telemetry.Accepting()))
		tr.pause(waitTime)

		return tr.finish()
	})
}

// With 0.161 a collector whose queue is damaged does not start, in most cases, until its file is removed. The others serve,
// and what is lost is what the one had kept.
func TestADamagedQueueIsLostAlone(t *testing.T) {
	full(t)
	s := persistentGateway(ourChart(t))
	s.mayLose = 0.5
	repeat(t, "queue damaged", []subject{s}, "", func(tr *trial) telemetry.Tally {
		tr.load(rate)
		require.NoError(tr.t, tr.sink.Behave(telemetry.Down()))
		tr.pause(5 * time.Second)
		pod := tr.pods()[0]
		tr.damageQueue(pod)
		tr.signalTo(pod, syscall.SIGKILL)
		tr.waitRestarted(pod.Name, restarts(pod)+2, false)
		require.NoError(tr.t, tr.sink.Behave(telemetry.Accepting()))
		tr.pause(5 * time.Second)
		before := tr.run.Sent().Acknowledged
		tr.pause(5 * time.Second)
		assert.Greater(tr.t, tr.run.Sent().Acknowledged, before, "the other Pods do not serve")
		tr.removeQueue(pod)
		tr.waitReady()

		return tr.finish()
	})
}

// damageQueue overwrites what the Pod keeps on its volume with zeros.
func (tr *trial) damageQueue(pod corev1.Pod) {
	tr.t.Helper()
	for _, file := range tr.queue(pod) {
		info, err := os.Stat(file)
		require.NoError(tr.t, err)
		// In place, as the collector has it open.
		open, err := os.OpenFile(file, os.O_WRONLY, 0)
		require.NoError(tr.t, err)
		_, err = open.Write(make([]byte, info.Size()))
		require.NoError(tr.t, err)
		require.NoError(tr.t, open.Close())
	}
}

// removeQueue removes what the Pod keeps on its volume, as docs/reliability.md advises.
func (tr *trial) removeQueue(pod corev1.Pod) {
	tr.t.Helper()
	for _, file := range tr.queue(pod) {
		require.NoError(tr.t, os.Remove(file))
	}
}

// queue returns the files on the Pod's volume, which has the Pod's ordinal.
func (tr *trial) queue(pod corev1.Pod) []string {
	tr.t.Helper()
	ordinal := pod.Name[strings.LastIndex(pod.Name, "-"):]
	files, err := filepath.Glob(filepath.Join(tr.cluster.Volumes(), tr.namespace+ordinal, "*"))
	require.NoError(tr.t, err)
	require.NotEmpty(tr.t, files, "%s keeps nothing", pod.Name)

	return files
}
