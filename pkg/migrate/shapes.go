package migrate

import (
	"fmt"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// pairOf is a key of a mapping and its value.
func pairOf(node *source.Node, key string) (source.Pair, bool) {
	if node != nil {
		for _, pair := range node.Pairs {
			if pair.Key.Value == key {
				return pair, true
			}
		}
	}

	return source.Pair{}, false
}

// exporters are those with a body.
func (m *migration) exporters() []collectorconfig.Definition {
	var with []collectorconfig.Definition
	for _, d := range m.config.Components {
		if d.Kind == component.Exporter && d.Body != nil {
			with = append(with, d)
		}
	}

	return with
}

// batchInQueue is the version from which an exporter batches in its queue, and not before it.
const batchInQueue = "0.123.0"

// renameBatcherKeys writes the keys that a batcher has in a queue.
func (m *migration) renameBatcherKeys() {
	if !m.since(batchInQueue) {
		return
	}
	fresh := map[string]string{"min_size_items": "min_size", "max_size_items": "max_size"}
	for _, d := range m.exporters() {
		batcher := d.Body.Get("batcher")
		if batcher == nil {
			continue
		}
		for _, pair := range batcher.Pairs {
			path := d.Path.Join(source.Keys("batcher", pair.Key.Value)...)
			switch name := fresh[pair.Key.Value]; {
			case name != "":
				m.replace(pair.Key, path, name, "")
			case pair.Key.Value == "enabled" && pair.Value.Value == "true":
				m.remove(pair, "")
			}
		}
	}
}

// moveBatcher puts an exporter's batcher into its sending_queue.
func (m *migration) moveBatcher() {
	if !m.since(batchInQueue) {
		return
	}
	for _, d := range m.exporters() {
		batcher, has := pairOf(d.Body, "batcher")
		if !has {
			continue
		}
		queue, queued := pairOf(d.Body, "sending_queue")
		path := d.Path.Join(source.Key("batcher"))
		enabled := batcher.Value.Get("enabled")
		switch {
		case enabled != nil && enabled.Value == "false":
			m.remove(batcher, "%s: the batcher, which was off, is gone", d.ID)
		case queued && queue.Value.Get("enabled") != nil && queue.Value.Get("enabled").Value != "true":
			m.hand(path, "enable sending_queue and write batch: below it", "%s batches in its sending_queue alone, and that is off", d.ID)
		case queued && queue.Value.Get("batch") != nil:
			m.remove(batcher, "%s: the batcher gives way to sending_queue.batch", d.ID)
		case !queued:
			m.wrapBatcher(d, batcher)
		default:
			m.joinBatcher(d, batcher, queue)
		}
	}
}

// wrapBatcher makes a queue around a batcher.
func (m *migration) wrapBatcher(d collectorconfig.Definition, batcher source.Pair) {
	what := "%s: the batcher is sending_queue.batch"
	from := m.offset(batcher.Key)
	if m.flows(batcher) {
		to := flowEnd(m.text, from)
		m.change(from, to, "sending_queue: {"+m.asBatch(from, to)+"}", what, d.ID)

		return
	}
	_, to := m.block(batcher)
	m.change(from, to, "sending_queue:\n"+m.indented(batcher, m.indent(batcher)+2), what, d.ID)
}

// joinBatcher puts a batcher into the queue that is there.
func (m *migration) joinBatcher(d collectorconfig.Definition, batcher, queue source.Pair) {
	what := "%s: the batcher is sending_queue.batch"
	from := m.offset(batcher.Key)
	switch {
	case !m.flows(batcher) && queue.Value.Kind == source.Mapping && len(queue.Value.Pairs) > 0 && !m.flows(queue.Value.Pairs[0]):
		_, end := m.block(queue)
		text := m.indented(batcher, m.indent(queue.Value.Pairs[0]))
		if end > 0 && m.text[end-1] != '\n' {
			text = "\n" + strings.TrimSuffix(text, "\n")
		}
		m.remove(batcher, "")
		m.change(end, end, text, what, d.ID)
	case m.flows(batcher) && queue.Value.Kind == source.Mapping && m.flows(queue):
		end := flowEnd(m.text, m.offset(queue.Value)) - 1
		comma := ", "
		if len(queue.Value.Pairs) == 0 {
			comma = ""
		}
		text := m.asBatch(from, flowEnd(m.text, from))
		m.remove(batcher, "")
		m.change(end, end, comma+text, what, d.ID)
	default:
		m.hand(d.Path.Join(source.Key("batcher")), "move what stands there to sending_queue.batch", "%s has no batcher any longer", d.ID)
	}
}

// asBatch is a pair of a batcher between braces, as one of batch.
func (m *migration) asBatch(from, to int) string {
	return "batch" + strings.TrimPrefix(strings.TrimRight(string(m.text[from:to]), " "), "batcher")
}

// indented are the lines of a batcher as those of batch, with the key at another indent.
func (m *migration) indented(batcher source.Pair, indent int) string {
	from, to := m.block(batcher)
	shift := indent - m.indent(batcher)
	lines := strings.SplitAfter(string(m.text[from:to]), "\n")
	for i, line := range lines {
		if i == 0 {
			lines[i] = strings.Repeat(" ", indent) + "batch" + strings.TrimPrefix(line, "batcher")

			continue
		}
		if strings.TrimSpace(line) != "" {
			lines[i] = strings.Repeat(" ", max(0, shift)) + line[min(max(0, -shift), len(line)):]
		}
	}

	return strings.Join(lines, "")
}

// renameBlocking writes the queue's key of 0.129.
func (m *migration) renameBlocking() {
	if !m.since("0.129.0") {
		return
	}
	for _, d := range m.exporters() {
		if blocking, has := pairOf(d.Body.Get("sending_queue"), "blocking"); has {
			m.replace(blocking.Key, d.Path.Join(source.Keys("sending_queue", "blocking")...), "block_on_overflow",
				"%s: sending_queue.blocking is block_on_overflow", d.ID)
		}
	}
}

// moveAddress makes a reader of the address at which the collector gives its own metrics.
func (m *migration) moveAddress() {
	path := source.Keys("service", "telemetry", "metrics")
	metrics := m.config.Root.Lookup(path)
	address, has := pairOf(metrics, "address")
	if !has || !m.since(batchInQueue) {
		return
	}
	if metrics.Get("readers") != nil {
		m.remove(address, "service.telemetry.metrics: address gives way to readers")

		return
	}
	endpoint := collectorconfig.ParseEndpoint(address.Value.Value)
	_, end, ok := m.scalar(address.Value)
	if !ok || endpoint.Port == 0 || strings.ContainsAny(endpoint.Host, "'\n") {
		m.hand(path.Join(source.Key("address")), "write readers with a prometheus exporter of this host and port",
			"the collector gives its own metrics at readers, not at an address")

		return
	}
	host := strings.TrimSuffix(strings.TrimPrefix(endpoint.Host, "["), "]")
	if host == "" {
		host = "0.0.0.0"
	}
	// The names of the metrics stay what they were.
	m.change(m.offset(address.Key), end, fmt.Sprintf("readers: [{pull: {exporter: {prometheus: {host: '%s', port: %d, "+
		"without_scope_info: true, without_type_suffix: true, without_units: true}}}}]", host, endpoint.Port),
		"service.telemetry.metrics: the address %s is a reader", address.Value.Value)
}
