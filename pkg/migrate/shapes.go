package migrate

import (
	"fmt"
	"maps"
	"strings"

	"github.com/helm-otlp/helm-otlp/internal/yamledit"
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

// moveBatcher puts an exporter's batcher into its sending_queue.
func (m *migration) moveBatcher() []operation {
	if !m.since(batchInQueue) {
		return nil
	}
	var operations []operation
	for _, d := range m.exporters() {
		batcher, has := pairOf(d.Body, "batcher")
		if !has {
			continue
		}
		o := operation{
			path: d.Path.Join(source.Key("batcher")), says: d.ID + ": the batcher is sending_queue.batch",
			hint: "write what stands there as sending_queue.batch",
		}
		queue, queued := pairOf(d.Body, "sending_queue")
		enabled, on := batcher.Value.Get("enabled"), queue.Value
		if on != nil {
			on = on.Get("enabled")
		}
		switch {
		case enabled == nil:
			o.says, o.hint = d.ID+": a batcher without enabled: true was off", "take it out, or write it as sending_queue.batch, which is on"
		case enabled.Value == "false":
			o.says = d.ID + ": the batcher, which was off, is gone"
			o.edits = []yamledit.Splice{m.Removal(d.Body, batcher)}
			o.data = m.withBody(d, func(body map[string]any) { delete(body, "batcher") })
		case enabled.Value != "true":
			o.says = d.ID + " has no batcher any longer"
		case queued && on != nil && on.Value != "true":
			o.says, o.hint = d.ID+" batches in its sending_queue alone, and that is off", "enable sending_queue and write batch: below it"
		case queued && queue.Value.Get("batch") != nil:
			o.says = d.ID + ": the batcher gives way to sending_queue.batch"
			o.edits = []yamledit.Splice{m.Removal(d.Body, batcher)}
			o.data = m.withBody(d, func(body map[string]any) { delete(body, "batcher") })
		default:
			o.edits = m.batcherInto(d.Body, batcher, queue, queued)
			o.data = m.withBody(d, moveBatcherData)
		}
		operations = append(operations, o)
	}

	return operations
}

// withBody changes the body of a component.
func (m *migration) withBody(d collectorconfig.Definition, change func(body map[string]any)) func(file, config map[string]any) {
	return func(_, config map[string]any) {
		if body := asMap(asMap(config[string(d.Kind)])[d.ID]); body != nil {
			change(body)
		}
	}
}

// batcherKeys are what keys of a batcher are called in a queue.
func batcherKeys() map[string]string {
	return map[string]string{"min_size_items": "min_size", "max_size_items": "max_size"}
}

func moveBatcherData(body map[string]any) {
	batch := maps.Clone(asMap(body["batcher"]))
	delete(batch, "enabled")
	for old, fresh := range batcherKeys() {
		if value, has := batch[old]; has {
			batch[fresh] = value
			delete(batch, old)
		}
	}
	delete(body, "batcher")
	queue := asMap(body["sending_queue"])
	if queue == nil {
		queue = map[string]any{}
		body["sending_queue"] = queue
	}
	queue["batch"] = batch
	if len(batch) == 0 {
		queue["batch"] = nil
	}
}

// batcherInto moves a batcher into the queue, which may have to be made for it.
func (m *migration) batcherInto(body *source.Node, batcher, queue source.Pair, queued bool) []yamledit.Splice {
	switch {
	case !queued && m.Flow(body):
		from := m.Offset(batcher.Key)
		to := m.FlowEnd(from)

		return []yamledit.Splice{{From: from, To: to, Text: "sending_queue: {" + m.batchText(batcher, to) + "}"}}
	case !queued:
		from, to := m.Block(batcher)

		return []yamledit.Splice{{From: from, To: to, Text: "sending_queue:" + m.EOL() + m.indented(batcher, yamledit.Indent(batcher)+2)}}
	case m.Flow(body) && m.Flow(queue.Value):
		end := m.FlowEnd(m.Offset(queue.Value)) - 1
		comma := ", "
		if len(queue.Value.Pairs) == 0 {
			comma = ""
		}

		return []yamledit.Splice{{From: end, To: end, Text: comma + m.batchText(batcher, m.FlowEnd(m.Offset(batcher.Key)))}, m.Removal(body, batcher)}
	case !m.Flow(body) && !m.Flow(queue.Value) && len(queue.Value.Pairs) > 0:
		_, end := m.Block(queue)
		text := m.indented(batcher, yamledit.Indent(queue.Value.Pairs[0]))
		if end == len(m.Bytes) && end > 0 && m.Bytes[end-1] != '\n' {
			text = m.EOL() + strings.TrimRight(text, "\r\n")
		}

		return []yamledit.Splice{{From: end, To: end, Text: text}, m.Removal(body, batcher)}
	default:
		return yamledit.Impossible(m.Offset(batcher.Key))
	}
}

// batchText is a batcher up to a byte as what it is in a queue: named batch, with the keys that batch has. A batcher in a
// queue is on.
func (m *migration) batchText(batcher source.Pair, to int) string {
	from := m.Offset(batcher.Key)
	edits := m.Replacement(batcher.Key, "batch")
	for _, pair := range batcher.Value.Pairs {
		if fresh := batcherKeys()[pair.Key.Value]; fresh != "" {
			edits = append(edits, m.Replacement(pair.Key, fresh)...)
		}
		if pair.Key.Value == "enabled" {
			edits = append(edits, m.Removal(batcher.Value, pair))
		}
	}
	for i := range edits {
		edits[i].From -= from
		edits[i].To = min(edits[i].To, to) - from
	}
	text, _ := yamledit.Apply(m.Bytes[from:to], edits)

	return strings.TrimRight(string(text), " ")
}

// indented are the lines of a batcher as those of batch, with the key at another indent.
func (m *migration) indented(batcher source.Pair, to int) string {
	_, end := m.Block(batcher)
	shift := to - yamledit.Indent(batcher)
	lines := strings.SplitAfter(m.batchText(batcher, end), "\n")
	for i, line := range lines {
		switch {
		case i == 0:
			lines[i] = strings.Repeat(" ", to) + line
		case strings.TrimSpace(line) != "":
			lines[i] = strings.Repeat(" ", max(0, shift)) + line[min(max(0, -shift), len(line)):]
		}
	}
	text := strings.Join(lines, "")
	if !strings.HasSuffix(text, "\n") {
		text += m.EOL()
	}

	return text
}

// renameBlocking writes the queue's key of 0.129.
func (m *migration) renameBlocking() []operation {
	if !m.since("0.129.0") {
		return nil
	}
	var operations []operation
	for _, d := range m.exporters() {
		blocking, has := pairOf(d.Body.Get("sending_queue"), "blocking")
		if !has {
			continue
		}
		operations = append(operations, operation{
			path: d.Path.Join(source.Keys("sending_queue", "blocking")...), says: d.ID + ": sending_queue.blocking is block_on_overflow",
			hint: "write block_on_overflow", edits: m.Replacement(blocking.Key, "block_on_overflow"),
			data: m.withBody(d, func(body map[string]any) {
				queue := asMap(body["sending_queue"])
				queue["block_on_overflow"] = queue["blocking"]
				delete(queue, "blocking")
			}),
		})
	}

	return operations
}

// moveAddress makes a reader of the address at which the collector gives its own metrics.
func (m *migration) moveAddress() []operation {
	path := source.Keys("service", "telemetry", "metrics")
	metrics := m.config.Root.Lookup(path)
	address, has := pairOf(metrics, "address")
	if !has || !m.since(batchInQueue) {
		return nil
	}
	o := operation{
		path: path.Join(source.Key("address")), says: "service.telemetry.metrics: the address " + address.Value.Value + " is a reader",
		hint: "write readers with a prometheus exporter of this host and port",
	}
	of := func(config map[string]any) map[string]any {
		return asMap(asMap(asMap(config["service"])["telemetry"])["metrics"])
	}
	endpoint := collectorconfig.ParseEndpoint(address.Value.Value)
	_, end, _, ok := m.Scalar(address.Value)
	switch {
	case metrics.Get("readers") != nil:
		o.says = "service.telemetry.metrics: address gives way to readers"
		o.edits = []yamledit.Splice{m.Removal(metrics, address)}
		o.data = func(_, config map[string]any) { delete(of(config), "address") }
	case !ok || endpoint.Port == 0 || strings.ContainsAny(endpoint.Host, "'\n"):
		o.says = "the collector gives its own metrics at readers, not at an address"
	default:
		host := strings.TrimSuffix(strings.TrimPrefix(endpoint.Host, "["), "]")
		if host == "" {
			host = "0.0.0.0"
		}
		// The names of the metrics stay what they were.
		o.edits = []yamledit.Splice{{From: m.Offset(address.Key), To: end, Text: fmt.Sprintf("readers: [{pull: {exporter: {prometheus: {host: '%s', port: %d, "+
			"without_scope_info: true, without_type_suffix: true, without_units: true}}}}]", host, endpoint.Port)}}
		o.data = func(_, config map[string]any) {
			delete(of(config), "address")
			of(config)["readers"] = []any{map[string]any{"pull": map[string]any{"exporter": map[string]any{"prometheus": map[string]any{
				"host": host, "port": int(endpoint.Port), "without_scope_info": true, "without_type_suffix": true, "without_units": true,
			}}}}}
		}
	}

	return []operation{o}
}
