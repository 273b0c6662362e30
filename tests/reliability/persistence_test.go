package reliability

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

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

// A queue's file of which all but the first two pages, which say where the rest is, was lost with its disk: the collector
// keeps it aside and begins a new one. What was in it is lost.
func TestADamagedQueueStopsNoCollector(t *testing.T) {
	s := persistentGateway(ourChart(t))
	s.mayLose = 1
	once(t, []subject{s}, func(tr *trial) telemetry.Tally {
		tr.load(rate)
		require.NoError(tr.t, tr.sink.Behave(telemetry.Down()))
		tr.pause(3 * time.Second)
		pod := tr.pods()[0]
		files := tr.queueFiles(pod)
		tr.signalTo(pod, syscall.SIGSTOP)
		for _, file := range files {
			damage(tr.t, file)
		}
		tr.kill(pod)
		require.NoError(tr.t, tr.sink.Behave(telemetry.Accepting()))
		for _, file := range files {
			kept, err := filepath.Glob(file + ".*.backup")
			require.NoError(tr.t, err)
			assert.NotEmpty(tr.t, kept, file)
		}

		return tr.finish("queue damaged")
	})
}

// damage zeroes a file of bbolt behind its two meta pages.
func damage(t *testing.T, file string) {
	t.Helper()
	opened, err := os.OpenFile(file, os.O_RDWR, 0)
	require.NoError(t, err)
	about, err := opened.Stat()
	require.NoError(t, err)
	const meta = 2 * 4096
	require.Greater(t, about.Size(), int64(meta))
	_, err = opened.WriteAt(make([]byte, about.Size()-meta), meta)
	require.NoError(t, err)
	require.NoError(t, opened.Close())
}

// queueFiles are the files in which a Pod's collector keeps its queues.
func (tr *trial) queueFiles(pod corev1.Pod) []string {
	tr.t.Helper()
	claim, err := tr.cluster.Client.CoreV1().PersistentVolumeClaims(tr.namespace).Get(tr.t.Context(), "state-"+pod.Name, metav1.GetOptions{})
	require.NoError(tr.t, err)
	var files []string
	for _, folder := range []string{"", "*"} {
		found, err := filepath.Glob(filepath.Join(tr.cluster.Volumes(), claim.Spec.VolumeName, folder, "exporter_*"))
		require.NoError(tr.t, err)
		files = append(files, found...)
	}
	require.NotEmpty(tr.t, files)

	return files
}
