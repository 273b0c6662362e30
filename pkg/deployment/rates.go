package deployment

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// A Component is what a receiver, processor or exporter does, as the collector's own metrics tell. Rates are of items (spans,
// metric points, log records) a second.
type Component struct {
	// Kind is receiver, processor or exporter, and Name is as in the config.
	Kind string `json:"kind"`
	Name string `json:"name"`
	// Signal is traces, metrics, logs or profiles.
	Signal string `json:"signal"`
	// Accepted is what a receiver took, or what came into a processor. Refused is what senders were told to keep.
	Accepted float64 `json:"accepted"`
	Refused  float64 `json:"refused"`
	// Sent is what left a processor or was delivered by an exporter. Failed is what a receiver could not hand on, or an
	// exporter gave up. Dropped is what a queue had no room for, or a processor threw away.
	Sent    float64 `json:"sent"`
	Failed  float64 `json:"failed"`
	Dropped float64 `json:"dropped"`
	// QueueSize and QueueCapacity of an exporter, in what its queue counts; 0, 0: it has none.
	QueueSize     float64 `json:"queueSize,omitempty"`
	QueueCapacity float64 `json:"queueCapacity,omitempty"`

	// incoming is what came into a processor, as newer collectors count it: beside what the memory limiter accepted.
	incoming float64
}

// signalOf is the signal that a metric's name ends with, and the name without that; an empty signal: it names none.
func signalOf(name string) (counter, signal string) {
	for _, known := range [][2]string{{"_spans", "traces"}, {"_metric_points", "metrics"}, {"_log_records", "logs"}, {"_profile_samples", "profiles"}} {
		if cut, ok := strings.CutSuffix(name, known[0]); ok {
			return cut, known[1]
		}
	}

	return strings.TrimSuffix(name, "_items"), ""
}

// count is where what a metric counts goes; nil: it is not shown.
func (c *Component) count(counter string) *float64 {
	switch counter {
	case "receiver_accepted", "processor_accepted", "processor_memory_limiter_accepted":
		return &c.Accepted
	case "processor_incoming":
		return &c.incoming
	case "receiver_refused", "processor_refused", "processor_memory_limiter_refused":
		return &c.Refused
	case "exporter_sent", "processor_outgoing":
		return &c.Sent
	case "receiver_failed", "exporter_send_failed":
		return &c.Failed
	case "processor_dropped", "exporter_enqueue_failed":
		return &c.Dropped
	default:
		return nil
	}
}

// rates are what counters say between two scrapes of one collector, and queues at the second. One that began anew between
// them has counted what it says since.
func rates(before, after *scrape) []Component {
	seconds := after.at.Sub(before.at).Seconds()
	if seconds <= 0 {
		return nil
	}
	earlier := map[string]float64{}
	for _, s := range before.samples {
		earlier[s.key()] += s.value
	}
	found := map[[3]string]*Component{}
	for _, s := range after.samples {
		kind, counter, signal := s.counted()
		if kind == "" {
			continue
		}
		c := componentOf(found, kind, s.labels[kind], signal)
		switch s.name {
		case "exporter_queue_size":
			c.QueueSize += s.value
		case "exporter_queue_capacity":
			c.QueueCapacity += s.value
		default:
			grown := s.value - earlier[s.key()]
			if grown < 0 {
				grown = s.value
			}
			*c.count(counter) += grown / seconds
		}
	}

	return sorted(found)
}

func componentOf(found map[[3]string]*Component, kind, name, signal string) *Component {
	key := [3]string{kind, name, signal}
	if found[key] == nil {
		found[key] = &Component{Kind: kind, Name: name, Signal: signal}
	}

	return found[key]
}

func sorted(found map[[3]string]*Component) []Component {
	order := []string{"receiver", "processor", "exporter"}
	var all []Component
	for _, c := range found {
		c.Accepted, c.incoming = max(c.Accepted, c.incoming), 0
		all = append(all, *c)
	}
	slices.SortFunc(all, func(a, b Component) int {
		return cmp.Or(slices.Index(order, a.Kind)-slices.Index(order, b.Kind), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Signal, b.Signal))
	})

	return all
}

// key tells a sample from others of its metric.
func (s sample) key() string {
	var text strings.Builder
	text.WriteString(s.name)
	for _, name := range slices.Sorted(maps.Keys(s.labels)) {
		text.WriteString("\x00" + name + "\x00" + s.labels[name])
	}

	return text.String()
}

// counted says what a metric counts: the kind of component, the counter, and the signal, which is in the metric's name or in
// a label, by the collector's version. An empty kind: nothing that is shown.
func (s sample) counted() (kind, counter, signal string) {
	kind, _, _ = strings.Cut(s.name, "_")
	if _, has := s.labels[kind]; !has {
		return "", "", ""
	}
	for _, label := range []string{"otel_signal", "data_type", "signal"} {
		signal = cmp.Or(signal, s.labels[label])
	}
	if s.name == "exporter_queue_size" || s.name == "exporter_queue_capacity" {
		return kind, "", signal
	}
	counter, named := signalOf(s.name)
	signal = cmp.Or(named, signal)
	if new(Component).count(counter) == nil || signal == "" {
		return "", "", ""
	}

	return kind, counter, signal
}

// total adds up the components of several collectors.
func total(pods []PodMetrics) []Component {
	found := map[[3]string]*Component{}
	for _, pod := range pods {
		for _, c := range pod.Components {
			sum := componentOf(found, c.Kind, c.Name, c.Signal)
			sum.Accepted += c.Accepted
			sum.Refused += c.Refused
			sum.Sent += c.Sent
			sum.Failed += c.Failed
			sum.Dropped += c.Dropped
			sum.QueueSize += c.QueueSize
			sum.QueueCapacity += c.QueueCapacity
		}
	}

	return sorted(found)
}
