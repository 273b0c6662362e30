package deployment

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/helm-otlp/helm-otlp/pkg/diagnose"
)

const (
	// mostSick and mostWell are of how many collectors the logs and metrics are read: a thousand say the same.
	mostSick = 8
	mostWell = 3
	// lastLines of a log, and how many bytes of them.
	lastLines    = 200
	mostLogBytes = 1 << 20
)

// speak reads what a few collectors say of themselves.
func (x *examination) speak(ctx context.Context) {
	var sick, well []*corev1.Pod
	for i := range x.snapshot.Pods {
		pod := &x.snapshot.Pods[i]
		switch {
		case pod.Spec.NodeName == "" || diagnose.CollectorOf(&pod.Spec) == nil:
		case diagnose.Well(pod, x.snapshot.Taken):
			well = append(well, pod)
		default:
			sick = append(sick, pod)
		}
	}
	var mutex sync.Mutex
	var running sync.WaitGroup
	for _, pod := range slices.Concat(sick[:min(mostSick, len(sick))], well[:min(mostWell, len(well))]) {
		running.Go(func() {
			found := x.heard(ctx, pod)
			mutex.Lock()
			defer mutex.Unlock()
			x.snapshot.Logs = append(x.snapshot.Logs, found.logs...)
			x.snapshot.Metrics = append(x.snapshot.Metrics, found.metrics...)
			for i, err := range found.problems {
				x.failed(err, found.requests[i])
			}
		})
	}
	running.Wait()
	slices.SortFunc(x.snapshot.Logs, func(a, b diagnose.Log) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Pod, b.Pod), cmp.Compare(count(a.Previous), count(b.Previous)))
	})
	slices.SortFunc(x.snapshot.Metrics, func(a, b diagnose.Metrics) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Pod, b.Pod))
	})
	slices.Sort(x.snapshot.Unasked)
}

func count(yes bool) int {
	if yes {
		return 1
	}

	return 0
}

// heard is what one collector says.
type heard struct {
	logs     []diagnose.Log
	metrics  []diagnose.Metrics
	problems []error
	requests []string
}

func (h *heard) failed(err error, request string) {
	h.problems, h.requests = append(h.problems, err), append(h.requests, request)
}

func (x *examination) heard(ctx context.Context, pod *corev1.Pod) heard {
	var h heard
	status := diagnose.StatusOf(pod)
	x.hearLog(ctx, pod, false, &h)
	// One that had ended when its Pod was read may run again by now, so that what it said is of the one before.
	if status != nil && (status.State.Terminated != nil || status.LastTerminationState.Terminated != nil) {
		x.hearLog(ctx, pod, true, &h)
	}
	if status != nil && status.State.Running != nil {
		x.hearMetrics(ctx, pod, &h)
	}

	return h
}

func (x *examination) hearLog(ctx context.Context, pod *corev1.Pod, previous bool, h *heard) {
	text, err := x.log(ctx, pod, previous)
	switch {
	case err == nil:
		h.logs = append(h.logs, diagnose.Log{Namespace: pod.Namespace, Pod: pod.Name, Previous: previous, Text: text})
	case apierrors.IsForbidden(err):
		h.failed(err, "get pods/log in the namespace "+pod.Namespace)
	case apierrors.IsBadRequest(err) || apierrors.IsNotFound(err):
		// The container has not begun, or what it wrote is gone.
	default:
		h.failed(err, "get the log of Pod "+pod.Namespace+"/"+pod.Name)
	}
}

func (x *examination) hearMetrics(ctx context.Context, pod *corev1.Pod, h *heard) {
	state := podState(pod, "", x.snapshot.Taken)
	at, serves := metricsOf(state.collector)
	if !serves {
		return
	}
	code, body, err := x.ask(ctx, &state, at)
	switch {
	case errors.Is(err, errForbidden):
		h.failed(apierrors.NewForbidden(corev1.Resource("pods/proxy"), pod.Name, err), "get pods/proxy in the namespace "+pod.Namespace)
	case err == nil && code == http.StatusOK:
		h.metrics = append(h.metrics, diagnose.Metrics{Namespace: pod.Namespace, Pod: pod.Name, Text: ownMetrics(body)})
	}
}

// log is the end of what a collector has written.
func (x *examination) log(ctx context.Context, pod *corev1.Pod, previous bool) (string, error) {
	tail, limit := int64(lastLines), int64(mostLogBytes)
	stream, err := x.core.Pods(pod.Namespace).GetLogs(pod.Name, &corev1.PodLogOptions{
		Container: diagnose.Container, Previous: previous, TailLines: &tail, LimitBytes: &limit,
	}).Stream(ctx)
	if err != nil {
		return "", err //nolint:wrapcheck // The caller says what was asked.
	}
	text, err := io.ReadAll(io.LimitReader(stream, mostLogBytes))

	return string(text), errors.Join(err, stream.Close())
}

// ownMetrics are the collector's, without the buckets of histograms.
func ownMetrics(text string) string {
	var kept strings.Builder
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "otelcol_") && !strings.Contains(line, "_bucket{") {
			kept.WriteString(line)
		}
	}

	return kept.String()
}
