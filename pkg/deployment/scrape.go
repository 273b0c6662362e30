package deployment

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// A scrape is what a collector's own metrics said at a time.
type scrape struct {
	at      time.Time
	samples []sample
}

// A sample is one value of a metric, by a name that no version changes: see plainName.
type sample struct {
	name   string
	labels map[string]string
	value  float64
}

var errNoMetrics = errors.New("it serves no metrics on a port `metrics` that others can reach")

// scrape asks a collector for its metrics, through the API server's proxy.
func (c *Cluster) scrape(ctx context.Context, pod *Pod) (*scrape, error) {
	at, ok := metricsOf(pod.collector)
	if !ok {
		return nil, errNoMetrics
	}
	code, body, err := c.ask(ctx, pod, at)
	if err != nil {
		return nil, err
	}
	if code != http.StatusOK {
		return nil, fmt.Errorf("its metrics answer with HTTP %d", code)
	}

	return &scrape{at: time.Now(), samples: parse(body)}, nil
}

// parse reads the text format of Prometheus. Lines that are none are left out, as are buckets of histograms.
func parse(text string) []sample {
	var found []sample
	for line := range strings.Lines(text) {
		if s, ok := parseLine(strings.TrimSpace(line)); ok {
			found = append(found, s)
		}
	}

	return found
}

func parseLine(line string) (sample, bool) {
	if line == "" || line[0] == '#' {
		return sample{}, false
	}
	end := strings.IndexAny(line, "{ \t")
	if end < 0 {
		return sample{}, false
	}
	found := sample{name: plainName(line[:end]), labels: map[string]string{}}
	rest := line[end:]
	if rest[0] == '{' {
		var ok bool
		if rest, ok = found.readLabels(rest[1:]); !ok {
			return sample{}, false
		}
	}
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return sample{}, false
	}
	value, err := strconv.ParseFloat(fields[0], 64)
	found.value = value

	return found, err == nil && !math.IsNaN(value) && !math.IsInf(value, 0)
}

// readLabels reads a="b",c="d"} and returns what follows.
func (s *sample) readLabels(text string) (rest string, ok bool) {
	for {
		text = strings.TrimLeft(text, ", ")
		if after, ended := strings.CutPrefix(text, "}"); ended {
			return after, true
		}
		name, value, found := strings.Cut(text, `="`)
		if !found {
			return "", false
		}
		end := closing(value)
		if end < 0 {
			return "", false
		}
		s.labels[name] = strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\n`, "\n").Replace(value[:end])
		text = value[end+1:]
	}
}

// closing is where a label's value ends.
func closing(text string) int {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}

	return -1
}

// plainName is a metric's name without what versions and settings of the collector add: the prefix otelcol_, a unit such as
// __spans_, and _total.
func plainName(name string) string {
	name = strings.TrimSuffix(strings.TrimPrefix(name, "otelcol_"), "_total")
	if cut := strings.Index(name, "__"); cut > 0 {
		name = name[:cut]
	}

	return name
}

// sums are the sums of a metric, by a label.
func (s *scrape) sums(name, by string) map[string]float64 {
	found := map[string]float64{}
	for _, sample := range s.samples {
		if sample.name == name {
			found[sample.labels[by]] += sample.value
		}
	}

	return found
}
