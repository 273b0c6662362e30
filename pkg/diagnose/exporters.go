package diagnose

import (
	"bufio"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// lately is for how long a failure that is logged again and again counts: exporters try at least every 30 seconds.
const lately = 5 * time.Minute

// recent tells whether a line was written lately. One without a time is the end of the log.
func (p *patient) recent(l line) bool { return l.at.IsZero() || p.Taken.Sub(l.at) <= lately }

// A failing is why an exporter does not get its data away.
type failing struct {
	id, summary, mend, values string
	says                      []string
}

// failings are told by words of Go's network packages and of gRPC, the most telling first.
func failings() []failing {
	return []failing{
		{
			id: "exporter-dns", summary: "the name of its endpoint does not resolve", mend: "write the name as the cluster's DNS knows it, service.namespace.svc, and see that the Service is there",
			values: "      endpoint: http://SERVICE.NAMESPACE.svc:4318\n",
			says:   []string{"no such host", "no children to pick from", "produced zero addresses", "server misbehaving", "name resolution", "dns: A record lookup error"},
		},
		{
			id: "exporter-tls", summary: "the backend does not speak TLS where it is asked for it", mend: "write http:// (otlp_http), or insecure (otlp_grpc), where the backend speaks plain text",
			values: "      tls: {insecure: true}\n", says: []string{"first record does not look like a TLS handshake", "server gave HTTP response to HTTPS client"},
		},
		{
			id: "exporter-tls", summary: "the backend's certificate is not one that the collector trusts, or not for that name",
			mend: "name the CA that has signed it, and the endpoint as the certificate does", values: "      tls: {ca_file: /etc/otelcol/tls/ca.crt}\n",
			says: []string{"x509:", "certificate signed by unknown authority", "tls: failed to verify", "tls: bad certificate", "certificate required", "remote error: tls", "authentication handshake failed"},
		},
		{
			id: "exporter-refused", summary: "nothing listens at its endpoint", mend: "see that the backend runs and has this port, and that the Service has endpoints",
			values: "      endpoint: http://SERVICE.NAMESPACE.svc:4318\n", says: []string{"connection refused"},
		},
		{
			id: "exporter-unauthorized", summary: "the backend refuses its credentials", mend: "give the token by a Secret, as a variable",
			values: "      headers: {authorization: \"Bearer ${env:TOKEN}\"}\n",
			says:   []string{"Unauthenticated", "PermissionDenied", "HTTP Status Code 401", "HTTP Status Code 403"},
		},
		{
			id: "exporter-path", summary: "the backend has nothing at that path", mend: "otlp_http adds /v1/traces and so on to the endpoint: leave that off",
			values: "      endpoint: http://SERVICE.NAMESPACE.svc:4318\n", says: []string{"HTTP Status Code 404", "code = Unimplemented"},
		},
		{
			id: "exporter-timeout", summary: "its endpoint does not answer", mend: "see whether a NetworkPolicy or a firewall keeps them apart, and whether the backend keeps up",
			values: "      timeout: 30s\n", says: []string{"i/o timeout", "context deadline exceeded", "DeadlineExceeded", "no route to host", "network is unreachable"},
		},
	}
}

var (
	grpcAddress = regexp.MustCompile(`createTransport failed to connect to \{Addr: "([^"]+)"(?:, ServerName: "([^"]+)")?`)
	// lookedUp is how Go's resolver begins, whatever its server answers, or whether.
	lookedUp = regexp.MustCompile(`lookup \S+(?: on \S+)?: `)
	dialled  = regexp.MustCompile(`(?:Post|Get) "([^"]+)"`)
)

// exporters: one does not get its data away.
func (p *patient) exporters() {
	kinds := failings()
	for i := len(p.lines) - 1; i >= 0; i-- {
		l := p.lines[i]
		if l.previous || !p.recent(l) {
			continue
		}
		pod := p.podNamed(l.namespace, l.pod)
		if pod == nil || p.explained[key(pod)] {
			continue
		}
		id, endpoint, ofExporter := p.exporterOf(pod, l)
		if !ofExporter {
			continue
		}
		said := l.said()
		at := slices.IndexFunc(kinds, func(f failing) bool {
			return containsAny(said, f.says...) || f.id == "exporter-dns" && lookedUp.MatchString(said)
		})
		if at < 0 {
			continue
		}
		f := kinds[at]
		where := ""
		if endpoint != "" {
			where = " (" + endpoint + ")"
		}
		cause := Cause{
			ID: f.id, Summary: fmt.Sprintf("the exporter %s%s does not get its data away: %s", id, where, f.summary), Evidence: []Evidence{l.evidence()}, Mend: f.mend,
		}
		if id != "?" {
			cause.Values = "config:\n  exporters:\n    " + id + ":\n" + f.values
			if kind, _, _ := strings.Cut(id, "/"); kind == "otlp_grpc" || kind == "otlp" {
				cause.Values = strings.Replace(cause.Values, "http://SERVICE.NAMESPACE.svc:4318", "SERVICE.NAMESPACE.svc:4317", 1)
			}
		}
		p.find(cause, pod)
	}
	for i := range p.causes {
		slices.Sort(p.causes[i].Pods)
	}
}

// exporterOf is the exporter that a line is about, and its endpoint; false: it is about none.
func (p *patient) exporterOf(pod *corev1.Pod, l line) (id, endpoint string, ok bool) {
	config := p.values(pod)
	if l.kind == "exporter" && l.id != "" {
		endpoint, _ = at(config, "exporters", l.id, "endpoint").(string)
		if m := dialled.FindStringSubmatch(l.failure); endpoint == "" && m != nil {
			endpoint = m[1]
		}

		return l.id, endpoint, true
	}
	m := grpcAddress.FindStringSubmatch(l.message)
	if m == nil {
		return "", "", false
	}
	// gRPC's own log does not say for whom: the endpoint does.
	for _, id := range sortedIDs(config, "exporters") {
		written, _ := at(config, "exporters", id, "endpoint").(string)
		bare := strings.TrimPrefix(strings.TrimPrefix(written, "http://"), "https://")
		if bare != "" && (bare == m[1] || bare == m[2]) {
			return id, written, true
		}
	}

	return "?", m[1], true
}

func (p *patient) podNamed(namespace, name string) *corev1.Pod {
	for i := range p.Pods {
		if p.Pods[i].Namespace == namespace && p.Pods[i].Name == name {
			return &p.Pods[i]
		}
	}

	return nil
}

// full is from which share on a queue is as good as full.
const full = 0.9

// queues: one takes no more.
func (p *patient) queues() {
	for _, l := range p.lines {
		if l.previous || !p.recent(l) || l.kind != "exporter" || !containsAny(l.said(), "sending queue is full", "sending_queue is full") {
			continue
		}
		if pod := p.podNamed(l.namespace, l.pod); pod != nil {
			p.find(fullQueue(l.id, l.evidence()), pod)
		}
	}
	for _, m := range p.Metrics {
		pod := p.podNamed(m.Namespace, m.Pod)
		sizes, capacities := gauges(m.Text, "otelcol_exporter_queue_size"), gauges(m.Text, "otelcol_exporter_queue_capacity")
		for _, id := range sortedKeys(sizes) {
			if capacity := capacities[id]; pod != nil && capacity > 0 && sizes[id]/capacity >= full {
				says := fmt.Sprintf("otelcol_exporter_queue_size %.0f of otelcol_exporter_queue_capacity %.0f, exporter %s", sizes[id], capacity, id)
				p.find(fullQueue(id, Evidence{Object: "metrics of Pod " + m.Namespace + "/" + m.Pod, Says: says}), pod)
			}
		}
	}
}

func fullQueue(id string, evidence Evidence) Cause {
	return Cause{
		ID: "queue-full", Summary: "the sending queue of the exporter " + id + " is full, so that data is refused", Evidence: []Evidence{evidence},
		Mend: "where another cause is named for this exporter, mend that: what can't be sent waits; else the backend is too slow for the load: " +
			"send with more consumers, run more replicas, or keep a longer queue, on disk (persistence)",
		Values: "config:\n  exporters:\n    " + id + ":\n      sending_queue: {num_consumers: 20, queue_size: 5000}\npersistence: {enabled: true}\n",
	}
}

var exporterLabel = regexp.MustCompile(`exporter="([^"]+)"`)

// gauges are the values of a metric by their exporter: of several signals the highest.
func gauges(text, name string) map[string]float64 {
	found := map[string]float64{}
	scanner := bufio.NewScanner(strings.NewReader(text))
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		rest, ok := strings.CutPrefix(scanner.Text(), name+"{")
		if !ok {
			continue
		}
		labels, value, ok := strings.Cut(rest, "} ")
		label := exporterLabel.FindStringSubmatch(labels)
		if !ok || label == nil {
			continue
		}
		number, err := strconv.ParseFloat(strings.Fields(value + " ")[0], 64)
		if err == nil {
			found[label[1]] = max(found[label[1]], number)
		}
	}

	return found
}
