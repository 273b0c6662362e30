package cluster_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

// admissions is how many Pods of each kind are created.
const admissions = 2000

// An arm is one kind of Pods that are created, and how long each took.
type arm struct {
	name, namespace string
	// pod is what is created, under other names.
	pod  *corev1.Pod
	took []time.Duration
}

func (a *arm) create(b *testing.B, i int) {
	b.Helper()
	pod := a.pod.DeepCopy()
	pod.Name = fmt.Sprintf("%s-%d", a.name, i)
	began := time.Now()
	_, err := shared.Client.CoreV1().Pods(a.namespace).Create(b.Context(), pod, metav1.CreateOptions{})
	a.took = append(a.took, time.Since(began))
	require.NoError(b, err)
}

func (a *arm) percentile(p int) float64 {
	sorted := slices.Sorted(slices.Values(a.took))

	return milliseconds(sorted[(len(sorted)-1)*p/100])
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// BenchmarkAdmission creates Pods where no policy is in force, Pods that the policy gives a collector, Pods that it looks at
// and leaves alone, and Pods that come with what the policy would give them, where there is none. It does so by turns and
// each time in another order, so that what else the machine does falls on all alike. The figures are in milliseconds for
// one Pod as a client waits for it; what is called added is the difference to the first kind. What the policy itself costs is
// that of a Pod it injects to one that comes with the same, and what the first kind differs from itself says how far to trust it.
//
//	go test -run '^$' -bench Admission -benchtime 1x .
func BenchmarkAdmission(b *testing.B) {
	with, without := shared.Namespace(b, "restricted"), shared.Namespace(b, "restricted")
	values := shared.ValuesFile(b, fmt.Sprintf(sidecarValues, with))
	_, _, err := shared.Helm(b, 4, "install", releaseName, chartFolder, "--namespace", without, "--values", values)
	require.NoError(b, err)
	b.Cleanup(func() { _, _, _ = shared.Helm(b, 4, "uninstall", releaseName, "--namespace", without) })
	var written *corev1.Pod
	cluster.Eventually(b, func(ctx context.Context) error {
		pod, err := shared.Client.CoreV1().Pods(with).Create(ctx, application("true"), metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
		if err == nil && collectorOf(pod) == nil {
			err = errors.New("the policy injects nothing")
		}
		written = pod

		return err
	})
	written.ObjectMeta = metav1.ObjectMeta{Labels: written.Labels, Annotations: written.Annotations}
	written.Status = corev1.PodStatus{}

	for b.Loop() {
		arms := []*arm{
			{name: "without", namespace: without, pod: application("true")}, {name: "injected", namespace: with, pod: application("true")},
			{name: "spared", namespace: with, pod: application("")}, {name: "written", namespace: without, pod: written},
			{name: "again", namespace: without, pod: application("true")},
		}
		for i := range 100 + admissions {
			for k := range arms {
				arms[(i+k)%len(arms)].create(b, i)
			}
			if i == 99 {
				// Both sides were cold.
				for _, a := range arms {
					a.took = nil
				}
			}
		}
		report(b, arms)
		b.StopTimer()
		for _, namespace := range []string{with, without} {
			now := int64(0)
			require.NoError(b, shared.Client.CoreV1().Pods(namespace).DeleteCollection(b.Context(), metav1.DeleteOptions{GracePeriodSeconds: &now}, metav1.ListOptions{}))
		}
		b.StartTimer()
	}
}

func report(b *testing.B, arms []*arm) {
	b.Helper()
	base := arms[0]
	for _, a := range arms {
		line := fmt.Sprintf("%-8s %d Pods: p50 %.2f ms, p99 %.2f ms", a.name, len(a.took), a.percentile(50), a.percentile(99))
		if a != base {
			pairs := arm{}
			for i := range a.took {
				pairs.took = append(pairs.took, a.took[i]-base.took[i])
			}
			line += fmt.Sprintf("; added p50 %.2f, p99 %.2f; of each pair p50 %.2f, p99 %.2f",
				a.percentile(50)-base.percentile(50), a.percentile(99)-base.percentile(99), pairs.percentile(50), pairs.percentile(99))
			b.ReportMetric(a.percentile(99)-base.percentile(99), a.name+"-added-p99-ms")
			b.ReportMetric(a.percentile(50)-base.percentile(50), a.name+"-added-p50-ms")
		}
		fmt.Println(line)
	}
	injected, written := arms[1], arms[3]
	policy := injected.percentile(99) - written.percentile(99)
	fmt.Printf("the policy itself, injected against written: p50 %.2f ms, p99 %.2f\n", injected.percentile(50)-written.percentile(50), policy)
	b.ReportMetric(policy, "policy-p99-ms")
	const check = "apiserver_mutating_admission_policy_check_duration_seconds_"
	count := metric(b, check+"count")
	fmt.Printf("the API server's own figure: %.3f ms for each of %.0f evaluations, the spared among them\n", 1000*metric(b, check+"sum")/count, count)
}

// metric is a figure that the API server has of itself, the sum of all its labels.
func metric(b *testing.B, name string) (sum float64) {
	b.Helper()
	text, err := shared.Discovery.RESTClient().Get().AbsPath("/metrics").DoRaw(b.Context())
	require.NoError(b, err)
	found := regexp.MustCompile(`(?m)^`+name+`(?:\{.*\})? (\S+)$`).FindAllStringSubmatch(string(text), -1)
	require.NotEmpty(b, found, name)
	for _, match := range found {
		value, err := strconv.ParseFloat(match[1], 64)
		require.NoError(b, err)
		sum += value
	}

	return sum
}
