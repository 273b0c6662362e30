package reliability

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
	"github.com/helm-otlp/helm-otlp/tests/reliability/ledger"
	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

// writer is the Pod whose lines are counted.
const writer = "writer"

const writerManifest = `
apiVersion: v1
kind: Pod
metadata: {name: %[1]s}
spec:
  restartPolicy: Never
  nodeName: %[2]s
  terminationGracePeriodSeconds: 5
  containers:
    - name: lines
      image: ` + cluster.LinesImage + `
      args: ["--rate=%[3]d", "--count=%[4]d", "--size=%[5]d", "--stream=%[6]s"]
`

// write starts the Pod that writes numbered lines into its log, and waits until the first arrives: an agent that has read
// nothing on its node yet has no checkpoint, and starts at the end of what it finds.
func (tr *trial) write(lines, rate, size int64) telemetry.Numbers {
	tr.t.Helper()
	tr.rate = rate
	manifest := fmt.Appendf(nil, writerManifest, writer, tr.cluster.Nodes()[0].Name, rate, lines, size, tr.namespace)
	_, err := tr.cluster.Apply(tr.t.Context(), tr.namespace, manifest)
	require.NoError(tr.t, err)
	tr.waitArrived(1)

	return telemetry.Numbers{Count: lines}
}

// waitArrived waits until so many lines have arrived.
func (tr *trial) waitArrived(lines int64) {
	tr.t.Helper()
	cluster.Eventually(tr.t, func(context.Context) error {
		if arrived := tr.sink.Arrivals(tr.lines()).Numbered; arrived < lines {
			return fmt.Errorf("%d lines of %s have arrived, and %d are to", arrived, writer, lines)
		}

		return nil
	})
}

// lines is the stream of the trial's Pod. Lines of other trials' Pods arrive too, each as its own.
func (tr *trial) lines() telemetry.Stream {
	return telemetry.Stream{Signal: telemetry.Logs, Writer: tr.namespace}
}

// waitWritten waits until all lines are written.
func (tr *trial) waitWritten() {
	tr.t.Helper()
	cluster.Eventually(tr.t, func(context.Context) error {
		if phase := tr.writerPhase(); phase != corev1.PodSucceeded { //nolint:contextcheck // It takes the test's.
			return fmt.Errorf("%s is %s", writer, phase)
		}

		return nil
	})
}

func (tr *trial) writerPod() *corev1.Pod {
	tr.t.Helper()
	pod, err := tr.cluster.Client.CoreV1().Pods(tr.namespace).Get(tr.t.Context(), writer, metav1.GetOptions{})
	require.NoError(tr.t, err)

	return pod
}

func (tr *trial) writerPhase() corev1.PodPhase {
	tr.t.Helper()

	return tr.writerPod().Status.Phase
}

// holdRotated holds that the kubelet has begun a new file at least so many times.
func (tr *trial) holdRotated(times int) {
	tr.t.Helper()
	files := tr.rotatedFiles()
	assert.GreaterOrEqual(tr.t, len(files), times, "rotated files: %v", files)
}

// rotatedFiles are those that the kubelet has ended.
func (tr *trial) rotatedFiles() []string {
	tr.t.Helper()
	files, err := filepath.Glob(filepath.Join(tr.cluster.PodLogs(tr.writerPod()), "lines", "0.log.*"))
	require.NoError(tr.t, err)

	return files
}

// sendAway has the agents go from all nodes, or come back, and waits until they have.
func (tr *trial) sendAway(away bool) {
	tr.t.Helper()
	nodeSelector := "null"
	if away {
		nodeSelector = `{"agents":"none"}`
	}
	patch := fmt.Appendf(nil, `{"spec":{"template":{"spec":{"nodeSelector":%s}}}}`, nodeSelector)
	_, err := tr.cluster.Client.AppsV1().DaemonSets(tr.namespace).Patch(tr.t.Context(), tr.subject.fullname(), types.MergePatchType, patch, metav1.PatchOptions{})
	require.NoError(tr.t, err)
	if !away {
		tr.waitReady()

		return
	}
	cluster.Eventually(tr.t, func(context.Context) error {
		if pods := tr.pods(); len(pods) > 0 { //nolint:contextcheck // It takes the test's.
			return fmt.Errorf("there are %d agents", len(pods))
		}

		return nil
	})
}

// agentOf is the Pod of a DaemonSet on the node.
func (tr *trial) agentOf(node *cluster.Node) corev1.Pod {
	tr.t.Helper()
	pods := tr.pods()
	i := slices.IndexFunc(pods, func(pod corev1.Pod) bool { return pod.Spec.NodeName == node.Name })
	require.GreaterOrEqual(tr.t, i, 0, "%s has no agent", node.Name)

	return pods[i]
}

// finishLines is finish for lines of the trial's Pod.
func (tr *trial) finishLines(lines telemetry.Numbers) telemetry.Tally {
	tr.t.Helper()
	ctx, cancel := context.WithTimeout(tr.t.Context(), patience)
	defer cancel()
	tally := tr.sink.Wait(ctx, quiet, tr.lines(), lines)
	tr.record(ledger.Outcome{Tally: tally})
	if tally.Lost > 0 {
		tr.describe()
		tr.t.Logf("the lines that are lost: %v; %d arrived in two halves", tr.sink.Missing(tr.lines(), lines), tr.sink.Torn(tr.lines(), lines))
	}

	return tally
}

const (
	rotated     = "log rotated"
	rotatedAway = "log rotated while no agent is there"

	// How many lines are written while their log is rotated.
	linesRotated     = 20000
	linesRotatedAway = 40000
	// notRotated is how many lines of 100 bytes stay below the size at which the kubelet rotates, 2 MiB here.
	notRotated = 12000
	// emitted is how many lines the receiver holds before it hands them on, past its checkpoint: one that is killed loses
	// them (pkg/stanza, operator/helper/emitter.go).
	emitted = 100
	// split is how many lines at most may arrive in two halves, one each time that a log is rotated: containerd ends
	// the old file with what it has of a line and begins the new one with the rest, and file_log puts the two together
	// when it has read both under the same name (pkg/stanza, operator/parser/container).
	split = 5
)

func TestLinesOfPods(t *testing.T) {
	t.Parallel()
	for scenario, act := range map[string]func(tr *trial) telemetry.Numbers{
		"collector killed": func(tr *trial) telemetry.Numbers {
			lines := tr.write(notRotated, 300, 100)
			tr.waitArrived(1000)
			require.Equal(tr.t, corev1.PodRunning, tr.writerPhase(), "all lines were written before a collector was killed")
			tr.kill(tr.agentOf(tr.cluster.Nodes()[0]))

			return lines
		},
		"collector upgraded": func(tr *trial) telemetry.Numbers {
			lines := tr.write(notRotated, 400, 100)
			tr.pause(5 * time.Second)
			tr.upgrade(3, 1)

			return lines
		},
		// Once: the file has what one agent has not read any more, and the other finds it under its new name.
		rotatedAway: func(tr *trial) telemetry.Numbers {
			lines := tr.write(linesRotatedAway, 700, 100)
			tr.waitArrived(1000)
			tr.sendAway(true)
			cluster.Eventually(tr.t, func(context.Context) error {
				if len(tr.rotatedFiles()) == 0 { //nolint:contextcheck // It takes the test's.
					return errors.New("the kubelet has not begun a new file")
				}

				return nil
			})
			require.Equal(tr.t, corev1.PodRunning, tr.writerPhase(), "all lines were written before the agent came back")
			tr.sendAway(false)

			return lines
		},
		// The kubelet looks every three seconds, and rotates at every fourth look.
		rotated: func(tr *trial) telemetry.Numbers {
			lines := tr.write(linesRotated, 500, 400)
			tr.waitWritten()
			tr.holdRotated(2)

			return lines
		},
	} {
		s, most := logAgent(ourChart(t)), int64(0)
		switch scenario {
		case "collector killed":
			s.mayLose, most = float64(emitted)/notRotated, emitted
		case rotated:
			s.mayLose = float64(split) / linesRotated
		case rotatedAway:
			s.mayLose = float64(split) / linesRotatedAway
		}
		t.Run(scenario, func(t *testing.T) {
			repeat(t, scenario, []subject{s}, "", func(tr *trial) telemetry.Tally {
				lines := act(tr)
				tr.waitWritten()

				tally := tr.finishLines(lines)
				assert.LessOrEqual(tr.t, tally.Lost-tr.sink.Torn(tr.lines(), lines), most, "lost, and not in two halves")

				return tally
			})
		})
	}
}

func TestLinesOfADeletedPod(t *testing.T) {
	repeat(t, "Pod deleted", []subject{logAgent(ourChart(t))}, "", func(tr *trial) telemetry.Tally {
		lines := tr.write(5000, 1000, 100)
		tr.waitWritten()
		require.NoError(tr.t, tr.cluster.Client.CoreV1().Pods(tr.namespace).Delete(tr.t.Context(), writer, metav1.DeleteOptions{}))

		return tr.finishLines(lines)
	})
}
