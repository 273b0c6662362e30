package deployment

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/helm-otlp/helm-otlp/pkg/diagnose"
)

// Metrics are what the collectors of a release use and do. Their JSON is what `helm otlp top --output json` prints.
type Metrics struct {
	Release Info `json:"release"`
	// Pods of the release, sorted by namespace and name.
	Pods []PodMetrics `json:"pods"`
	// Components of all Pods that were asked, added up.
	Components []Component `json:"components"`
	// NotAsked is how many Pods were not asked for their metrics: more than the caller wants.
	NotAsked int `json:"notAsked"`
	// Notes say what could not be found out.
	Notes []string `json:"notes,omitempty"`
}

// PodMetrics are those of one collector.
type PodMetrics struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	Node      string `json:"node,omitempty"`
	// CPU in cores and Memory in bytes.
	CPU    Usage `json:"cpu"`
	Memory Usage `json:"memory"`
	// Components are empty where the collector was not asked, or did not answer: Problem says why it did not.
	Components []Component `json:"components"`
	Problem    string      `json:"problem,omitempty"`
}

// Usage is what a collector's container uses of what it asks for and may have. 0 is that it is not known, or not set.
type Usage struct {
	Used    float64 `json:"used"`
	Request float64 `json:"request"`
	Limit   float64 `json:"limit"`
}

// A Meter reads the metrics of a release again and again: rates are those since it last read.
type Meter struct {
	cluster *Cluster
	name    string
	// atMost is how many collectors are asked.
	atMost int
	last   map[string]*scrape
}

// Meter makes one that asks at most so many collectors; 0: all.
func (c *Cluster) Meter(name string, atMost int) *Meter {
	return &Meter{cluster: c, name: name, atMost: atMost, last: map[string]*scrape{}}
}

// Metrics reads the collectors' own metrics twice, so far apart, and what the cluster's metrics API says of their CPU and
// memory; where there is none, it is what the collectors say of themselves. At most so many collectors are asked, each by two
// requests through the API server's proxy; 0: all.
func (c *Cluster) Metrics(ctx context.Context, name string, apart time.Duration, atMost int) (*Metrics, error) {
	meter := c.Meter(name, atMost)
	first, err := meter.Read(ctx)
	if err != nil {
		return nil, err
	}
	if len(meter.last) == 0 {
		// Nobody answers, and nobody will.
		return first, nil
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err() //nolint:wrapcheck // It is the caller's.
	case <-time.After(apart):
	}

	return meter.Read(ctx)
}

// Read reads the metrics. Of what it has not read before, there are no rates yet.
func (m *Meter) Read(ctx context.Context) (*Metrics, error) {
	status, err := m.cluster.Status(ctx, m.name)
	if err != nil {
		return nil, err
	}
	found := &Metrics{Release: status.Release, Notes: status.Notes, Pods: []PodMetrics{}}
	pods := status.pods()
	scrapes := m.scrapes(ctx, pods, found)
	usage := m.cluster.usage(ctx, pods, found)
	for i := range pods {
		pod := &pods[i]
		key := pod.Namespace + "/" + pod.Name
		shown := PodMetrics{Name: pod.Name, Namespace: pod.Namespace, Node: pod.Node, Components: []Component{}}
		shown.bounds(pod.collector)
		shown.CPU.Used, shown.Memory.Used = usage[key].cpu, usage[key].memory
		if answer, asked := scrapes[key]; asked {
			shown.add(m.last[key], answer)
			if answer.scrape != nil {
				m.last[key] = answer.scrape
			}
		}
		found.Pods = append(found.Pods, shown)
	}
	m.forget(pods)
	found.Components = total(found.Pods)
	if found.Components == nil {
		found.Components = []Component{}
	}

	return found, nil
}

// forget what Pods said that are gone.
func (m *Meter) forget(pods []Pod) {
	there := map[string]bool{}
	for i := range pods {
		there[pods[i].Namespace+"/"+pods[i].Name] = true
	}
	maps.DeleteFunc(m.last, func(key string, _ *scrape) bool { return !there[key] })
}

// An answer is a scrape, or why there is none.
type answer struct {
	scrape  *scrape
	problem string
}

// scrapes asks the collectors, those that are ready first.
func (m *Meter) scrapes(ctx context.Context, pods []Pod, found *Metrics) map[string]answer {
	asked := pointers(pods)
	slices.SortStableFunc(asked, func(a, b *Pod) int { return rank(b) - rank(a) })
	if m.atMost > 0 && len(asked) > m.atMost {
		found.NotAsked = len(asked) - m.atMost
		asked = asked[:m.atMost]
	}
	answers := map[string]answer{}
	var mutex sync.Mutex
	each(asked, func(pod *Pod) {
		if pod.Node == "" {
			return
		}
		scrape, err := m.cluster.scrape(ctx, pod)
		mutex.Lock()
		defer mutex.Unlock()
		got := answer{scrape: scrape}
		if err != nil {
			got.problem = err.Error()
		}
		answers[pod.Namespace+"/"+pod.Name] = got
	})

	return answers
}

// add puts in what a collector said of itself.
func (p *PodMetrics) add(before *scrape, now answer) {
	p.Problem = now.problem
	if now.scrape == nil {
		return
	}
	if p.Memory.Used == 0 {
		p.Memory.Used = now.scrape.sum("process_memory_rss", "process_memory_rss_bytes")
	}
	if before == nil {
		return
	}
	if components := rates(before, now.scrape); components != nil {
		p.Components = components
	}
	if p.CPU.Used == 0 {
		grown := now.scrape.sum("process_cpu_seconds") - before.sum("process_cpu_seconds")
		p.CPU.Used = max(0, grown/now.scrape.at.Sub(before.at).Seconds())
	}
}

// sum of the first of the metrics that there is: its name depends on the version.
func (s *scrape) sum(names ...string) float64 {
	for _, name := range names {
		for _, value := range s.sums(name, "") {
			return value
		}
	}

	return 0
}

// bounds are what the container asks for and may have.
func (p *PodMetrics) bounds(c *corev1.Container) {
	if c == nil {
		return
	}
	p.CPU.Request, p.CPU.Limit = cores(c.Resources.Requests[corev1.ResourceCPU]), cores(c.Resources.Limits[corev1.ResourceCPU])
	p.Memory.Request, p.Memory.Limit = amount(c.Resources.Requests[corev1.ResourceMemory]), amount(c.Resources.Limits[corev1.ResourceMemory])
}

func cores(q resource.Quantity) float64  { return q.AsApproximateFloat64() }
func amount(q resource.Quantity) float64 { return float64(q.Value()) }

type used struct{ cpu, memory float64 }

// usage asks the metrics API for each namespace of the Pods, once.
func (c *Cluster) usage(ctx context.Context, pods []Pod, found *Metrics) map[string]used {
	all := map[string]used{}
	asked := map[string]bool{}
	for _, pod := range pods {
		if asked[pod.Namespace] {
			continue
		}
		asked[pod.Namespace] = true
		if err := c.usageIn(ctx, pod.Namespace, found.Release.Name, pod.injected, all); err != nil {
			found.Notes = append(found.Notes, "CPU and memory are what the collectors say of themselves: "+err.Error())

			break
		}
	}

	return all
}

// podMetricsList is as much of a PodMetricsList of metrics.k8s.io as matters.
type podMetricsList struct {
	Items []struct {
		Metadata   struct{ Name, Namespace string }
		Containers []struct {
			Name  string
			Usage map[corev1.ResourceName]resource.Quantity
		}
	}
}

func (c *Cluster) usageIn(ctx context.Context, namespace, release string, injected bool, into map[string]used) error {
	selector := "app.kubernetes.io/instance=" + release
	if injected {
		selector = diagnose.InjectedLabel + "=" + release
	}
	data, err := c.discovery.RESTClient().Get().AbsPath("/apis/metrics.k8s.io/v1beta1/namespaces", namespace, "pods").
		Param("labelSelector", selector).MaxRetries(0).Do(ctx).Raw()
	switch {
	case apierrors.IsNotFound(err), apierrors.IsServiceUnavailable(err):
		return fmt.Errorf("the cluster serves no metrics.k8s.io (metrics-server does): %s", apierrors.ReasonForError(err))
	case err != nil:
		return c.refused(err, "list pods.metrics.k8s.io in the namespace "+namespace)
	}
	var list podMetricsList
	if err := json.Unmarshal(data, &list); err != nil {
		return fmt.Errorf("read what metrics.k8s.io answers: %w", err)
	}
	for _, item := range list.Items {
		for _, found := range item.Containers {
			if found.Name == diagnose.Container {
				into[cmp.Or(item.Metadata.Namespace, namespace)+"/"+item.Metadata.Name] = used{
					cores(found.Usage[corev1.ResourceCPU]), amount(found.Usage[corev1.ResourceMemory]),
				}
			}
		}
	}

	return nil
}
