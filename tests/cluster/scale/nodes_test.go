package scale

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

const (
	chartFolder = "../../../charts/otlp-collector"

	// Only what a user has to give: the chart's defaults are what is measured.
	exporter        = "config: {exporters: {otlp_grpc: {endpoint: \"gateway.example:4317\"}}}\n"
	daemonSetValues = "mode: daemonset\n" + exporter
)

// tolerance is how many times as much a node or a release may cost where there are many times as many.
const tolerance = 1.5

// furtherTolerance is how many times as much a further one may cost there.
const furtherTolerance = 1.25

func nodeCounts() []int {
	if testing.Short() {
		return []int{50, 100, 200}
	}

	return []int{500, 1000, 2500, 5000}
}

func TestADaemonSetsCostGrowsWithTheNodesAndNoFaster(t *testing.T) {
	acts := results.begin("A DaemonSet on simulated nodes",
		"nodes", "act", "Helm", "until all Pods are there", "requests", "a node", "a node, by whom", "writes of EndpointSlices", "of the headless Service")
	holds := results.begin("What a DaemonSet's release consists of, after an upgrade",
		"nodes", "own objects", "KiB", "EndpointSlices and Endpoints", "KiB", "Pods", "KiB", "ControllerRevisions", "Helm's Secrets, KiB")

	costs := map[string][]cost{}
	var first, last inventory
	for _, nodes := range nodeCounts() {
		measured := t.Run(fmt.Sprint(nodes), func(t *testing.T) {
			require.NoError(t, shared.Simulate(t.Context(), nodes))
			d := newDaemonSet(t, nodes)
			measure := func(name string, does func() act) {
				done := does()
				costs[name] = append(costs[name], done.cost)
				t.Logf("%s: %s, %.2f requests a node", name, done.took.Round(time.Second), done.each())
				acts.add(nodes, name, done.helm.Round(100*time.Millisecond), done.took.Round(100*time.Millisecond),
					len(done.requests), fmt.Sprintf("%.2f", done.each()), done.shares(), done.writes("endpointslices", ""), done.writes("endpointslices", "-headless-"))
			}
			measure("install", d.install)
			measure("upgrade", d.upgrade)
			last = d.inventory()
			holds.add(nodes, last.own.count, last.own.kib(), last.endpoints.count, last.endpoints.kib(), last.pods.count, last.pods.kib(),
				last.revisions.count, last.helm.kib())
			measure("uninstall", d.uninstall)
		})
		require.True(t, measured, "with %d nodes it came to no figures", nodes)
		if first.kinds == nil {
			first = last
		}
		assert.Equal(t, first.kinds, last.kinds, "objects by kind on %d nodes", nodes)
		assert.InDelta(t, first.own.bytes, last.own.bytes, 0.05*float64(first.own.bytes), "bytes of them on %d nodes", nodes)
	}
	for act, of := range costs {
		require.Len(t, of, len(nodeCounts()))
		assert.LessOrEqual(t, growth(of), tolerance, "requests a node for an %s", act)
		assert.LessOrEqual(t, further(of), furtherTolerance, "requests a further node for an %s", act)
	}
}

// A daemonSet is a release on so many nodes.
type daemonSet struct {
	t         *testing.T
	nodes     int
	namespace string
	name      string
	audit     *cluster.Audit
	// others are the Pods of the cluster that are not its.
	others int64
}

// An act is what Helm was asked to do, how long it took, and how long it took until the Pods were as wanted.
type act struct {
	cost
	helm, took time.Duration
}

func newDaemonSet(t *testing.T, nodes int) daemonSet {
	t.Helper()

	namespace := shared.Namespace(t, "restricted")
	// As long for each count, so that as many bytes are the same.
	d := daemonSet{t: t, nodes: nodes, namespace: namespace, name: fmt.Sprintf("n%05d", nodes), audit: shared.Audit(namespace)}
	t.Cleanup(d.explain)
	settled(t, d.audit)
	d.others = pods(t)

	return d
}

func (d daemonSet) install() act {
	d.t.Helper()
	done := d.act(d.rolledOut(1), "install", d.arguments()...)
	// The test sees what there is to count: otherwise no growth would mean nothing. A controller may ask twice.
	assert.GreaterOrEqual(d.t, done.of("create", "pods"), d.nodes, "Pods made by an install")

	return done
}

func (d daemonSet) upgrade() act {
	d.t.Helper()
	done := d.act(d.rolledOut(2), "upgrade", append(d.arguments(), "--set", "config.service.telemetry.logs.level=debug")...)
	assert.GreaterOrEqual(d.t, done.of("create", "pods"), d.nodes, "Pods made by an upgrade")
	assert.GreaterOrEqual(d.t, done.of("delete", "pods", daemonSetController), d.nodes, "Pods ended by an upgrade")

	return done
}

func (d daemonSet) uninstall() act {
	d.t.Helper()

	done := d.act(func() error { return podsGone(d.t, d.others) }, "uninstall", d.name, "--namespace", d.namespace)
	assert.GreaterOrEqual(d.t, done.of("delete", "pods", garbageCollector), d.nodes, "Pods ended by an uninstall")

	return done
}

const (
	daemonSetController = "system:serviceaccount:kube-system:daemon-set-controller"
	garbageCollector    = "system:serviceaccount:kube-system:generic-garbage-collector"
)

func (d daemonSet) arguments() []string {
	d.t.Helper()
	values := filepath.Join(d.t.TempDir(), "values.yaml")
	require.NoError(d.t, os.WriteFile(values, []byte(daemonSetValues), 0o600))

	return []string{d.name, chartFolder, "--namespace", d.namespace, "--values", values, "--wait", "--timeout", patience().String()}
}

// act runs Helm and waits until the Pods are as wanted.
func (d daemonSet) act(wanted func() error, verb string, args ...string) act {
	d.t.Helper()

	// What Helm says when it fails ends the waiting.
	ctx, fail := context.WithCancelCause(d.t.Context())
	defer fail(nil)
	began := time.Now()
	ended := make(chan error, 1)
	var done act
	command := shared.HelmCommand(d.t, helmMajor, append([]string{verb}, args...)...)
	go func() {
		output, err := command.CombinedOutput()
		if err != nil {
			err = fmt.Errorf("helm %s: %w: %s", verb, err, output)
			fail(err)
		}
		done.helm = time.Since(began)
		ended <- err
	}()
	waitFor(ctx, d.t, wanted)
	done.took = time.Since(began)
	require.NoError(d.t, <-ended)
	done.cost = cost{count: d.nodes, requests: settled(d.t, d.audit)}

	return done
}

// explain shows, when the test has failed, the Pods that are not ready and what KWOK said of them.
func (d daemonSet) explain() {
	if !d.t.Failed() {
		return
	}
	list, err := shared.Client.CoreV1().Pods(d.namespace).List(context.Background(), metav1.ListOptions{})
	require.NoError(d.t, err)
	log, err := os.ReadFile(filepath.Join(shared.LogFolder(), "kwok.log"))
	require.NoError(d.t, err)
	for i := range list.Items {
		pod := &list.Items[i]
		if slices.ContainsFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool {
			return c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue
		}) {
			continue
		}
		d.t.Logf("%s on node %q is not ready, deleted: %v, %+v", pod.Name, pod.Spec.NodeName, pod.DeletionTimestamp, pod.Status)
		for line := range strings.Lines(string(log)) {
			if strings.Contains(line, pod.Name) {
				d.t.Log(line)
			}
		}
	}
}

// rolledOut tells whether every node has a Pod that is ready, of the DaemonSet's generation.
func (d daemonSet) rolledOut(generation int64) func() error {
	return func() error {
		// What is asked of all namespaces is not counted. Version 0 is what the server has in memory.
		list, err := shared.Client.AppsV1().DaemonSets("").List(d.t.Context(), metav1.ListOptions{
			LabelSelector: "app.kubernetes.io/instance=" + d.name, ResourceVersion: "0",
		})
		if err != nil {
			return err
		}
		if len(list.Items) != 1 {
			return fmt.Errorf("%d DaemonSets", len(list.Items))
		}
		status := list.Items[0].Status
		if status.ObservedGeneration != generation || int(status.UpdatedNumberScheduled) != d.nodes || int(status.NumberAvailable) != d.nodes {
			return fmt.Errorf("generation %d, %d Pods of it and %d available on %d nodes", status.ObservedGeneration,
				status.UpdatedNumberScheduled, status.NumberAvailable, d.nodes)
		}

		return nil
	}
}

// pods counts those of the cluster.
func pods(t *testing.T) int64 {
	t.Helper()
	list, err := shared.Client.CoreV1().Pods("").List(t.Context(), metav1.ListOptions{Limit: 1})
	require.NoError(t, err)
	count := int64(len(list.Items))
	if list.RemainingItemCount != nil {
		count += *list.RemainingItemCount
	}

	return count
}

// podsGone tells whether the cluster has no more Pods than before.
func podsGone(t *testing.T, before int64) error {
	t.Helper()
	if left := pods(t) - before; left > 0 {
		return fmt.Errorf("%d Pods are left", left)
	}

	return nil
}

// helmMajor is of the Helm that all is done with.
const helmMajor = 4

// patience is more than any step takes. Helm is stopped after half an hour.
func patience() time.Duration {
	if testing.Short() {
		return 5 * time.Minute
	}

	return 25 * time.Minute
}

// waitFor waits until the condition returns no error, and fails the test when ctx ends first.
func waitFor(ctx context.Context, t *testing.T, condition func() error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, patience())
	defer cancel()
	for {
		err := condition()
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			require.NoError(t, errors.Join(context.Cause(ctx), err))
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// A share counts objects of an inventory.
type share struct{ count, bytes int }

func (s share) kib() int { return (s.bytes + 512) >> 10 }

// An inventory is what a release consists of.
type inventory struct {
	// kinds count the release's own, which Helm or the chart makes.
	kinds                                 map[string]int
	own, endpoints, pods, revisions, helm share
}

func (d daemonSet) inventory() inventory {
	d.t.Helper()
	found := inventory{kinds: map[string]int{}}
	for _, selector := range []string{"app.kubernetes.io/instance=" + d.name, "owner=helm,name=" + d.name} {
		objects, err := shared.ListAll(d.t.Context(), selector)
		require.NoError(d.t, err)
		for _, object := range objects {
			content, err := json.Marshal(object.Full)
			require.NoError(d.t, err)
			to := &found.own
			switch object.Kind {
			case "EndpointSlice", "Endpoints":
				to = &found.endpoints
			case "Pod":
				to = &found.pods
			case "ControllerRevision":
				to = &found.revisions
			case "Secret":
				to = &found.helm
			default:
				found.kinds[object.Kind]++
			}
			to.count++
			to.bytes += len(content)
		}
	}

	return found
}
