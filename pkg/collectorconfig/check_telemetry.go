package collectorconfig

import (
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// The versions between which metrics.address is read and ignored, and the gate that has it heeded.
const (
	addressIgnored = "0.123.0"
	addressGone    = "0.128.0"
	addressGate    = "-telemetry.disableAddressFieldForInternalTelemetry"
)

// checkTelemetry judges service.telemetry, by which the collector tells of itself. `otelcol validate` reads it; the readers and
// processors are made when the collector starts.
func (c *checker) checkTelemetry(doc *Document) {
	at := source.Keys("service", "telemetry")
	if doc.Root == nil || c.version != "" && c.before(component.TelemetryOldest+".0") {
		return
	}
	node := doc.Root.Lookup(at)
	if node == nil || node.Kind != source.Mapping {
		return
	}
	first := len(c.problems)
	t := telemetryChecker{structureChecker{checker: c, subject: at.String(), position: node.Position()}, node, at}
	structure, older := component.Telemetry(), c.version != "" && c.before(component.TelemetryDeclarative+".0")
	if older {
		structure = component.OlderTelemetry()
	}
	t.check(node, structure, at)
	t.choose(node, at, component.TelemetryChoices())
	t.checkAddress()
	if older {
		return
	}
	t.checkResource()
	t.checkMetrics()
	t.checkProcessors("logs")
	if t.on("traces") {
		t.checkProcessors("traces")
	}
	for i := range c.problems[first:] {
		problem := &c.problems[first+i]
		problem.Ignored = problem.Ignored || c.after(component.TelemetryNewest)
	}
}

// telemetryChecker judges what stands at service.telemetry.
type telemetryChecker struct {
	structureChecker
	root *source.Node
	at   source.Path
}

// choose reports words of which others are taken.
func (t *telemetryChecker) choose(node *source.Node, at source.Path, choices []component.Choice) {
	body := node.Any()
	for _, choice := range choices {
		for _, found := range locate(choice.Path, body) {
			t.checkChoice(Definition{ID: at.String(), Path: at, Body: node}, choice, found)
		}
	}
}

// checkAddress reports metrics.address where it is ignored, and says what to write in its place.
func (t *telemetryChecker) checkAddress() {
	const hint = "write readers: [{pull: {exporter: {prometheus: {host: HOST, port: PORT}}}}]"
	path := t.at.Join(source.Keys("metrics", "address")...)
	node := t.root.Lookup(source.Keys("metrics", "address"))
	if node == nil || node.IsNull() || t.version == "" {
		return
	}
	if !t.before(addressIgnored) && t.before(addressGone) {
		t.problem(CodeKeyNotInVersion, hint, node, path, "the collector ignores metrics.address of service.telemetry since %s, and the image is %s",
			addressIgnored, t.version)
		last := &t.problems[len(t.problems)-1]
		last.Ignored, last.Gate = true, addressGate
	}
	for i := range t.problems {
		if t.problems[i].Path == path.String() && t.problems[i].Code == CodeKeyNotInVersion {
			t.problems[i].Hint = hint
		}
	}
}

// checkResource reports a resource that is written in both of its forms.
func (t *telemetryChecker) checkResource() {
	resource := t.root.Get("resource")
	if resource == nil || resource.Get("attributes") == nil || len(resource.Get("attributes").Items) == 0 {
		return
	}
	known := component.Telemetry().Keys["resource"].Keys
	for _, pair := range resource.Pairs {
		if _, declared := known[pair.Key.Value]; !declared {
			t.problem(CodeConflictingKeys, "write {name: "+pair.Key.Value+", value: …} in attributes", pair.Key, t.at.Join(source.Keys("resource", pair.Key.Value)...),
				"resource of %s has attributes, and %s beside them", t.subject, pair.Key.Value)
		}
	}
}

// on tells whether metrics or traces are certain to be made: their level is not none.
func (t *telemetryChecker) on(section string) bool {
	level := t.root.Lookup(source.Keys(section, "level"))

	return level == nil || !isOpaque(level) && !strings.EqualFold(level.Value, "none")
}

func (t *telemetryChecker) checkMetrics() {
	at := t.at.Join(source.Key("metrics"))
	metrics := t.root.Get("metrics")
	if metrics == nil || metrics.Kind != source.Mapping {
		return
	}
	level := metrics.Get("level")
	if views := metrics.Get("views"); views != nil && views.Kind == source.Sequence && (level == nil || !isOpaque(level) && !strings.EqualFold(level.Value, "detailed")) {
		t.problem(CodeConflictingKeys, "write level: detailed, or leave the views out", views, at.Join(source.Key("views")),
			"%s has views, which are taken at the level detailed alone", at)
	}
	readers := metrics.Get("readers")
	if readers == nil || readers.Kind != source.Sequence || !t.on("metrics") {
		return
	}
	if len(readers.Items) == 0 {
		t.problem(CodeMissingKey, "add one, leave readers out, or write level: none", readers, at.Join(source.Key("readers")),
			"%s has no reader, and a level that is not none", at)
	}
	for i, reader := range readers.Items {
		below := at.Join(source.Key("readers"), source.Index(i))
		switch kind, body := t.oneOf(reader, below, "pull", "periodic"); kind {
		case "pull":
			t.checkPull(body, below.Join(source.Key(kind)))
		case "periodic":
			t.checkExporter(body, below.Join(source.Key(kind)), "otlp", "console")
		}
	}
}

// checkPull reports a reader that serves the metrics at no address. Where readers are written, no default holds.
func (t *telemetryChecker) checkPull(body *source.Node, at source.Path) {
	at = at.Join(source.Key("exporter"))
	kind, prometheus := t.oneOf(exporterOf(body), at, "prometheus")
	if kind == "" {
		return
	}
	for _, key := range []string{"host", "port"} {
		if given(prometheus.Get(key)) {
			continue
		}
		t.problem(CodeMissingKey, "write "+map[string]string{"host": "host: 0.0.0.0", "port": "port: 8888"}[key], prometheus, at.Join(source.Keys(kind, key)...),
			"%s needs %s", t.place(at.Join(source.Key(kind))), key)
	}
}

// checkProcessors judges what the collector's own logs or spans are sent by.
func (t *telemetryChecker) checkProcessors(section string) {
	list := t.root.Lookup(source.Keys(section, "processors"))
	if list == nil || list.Kind != source.Sequence {
		return
	}
	exporters := []string{"otlp", "console"}
	if section == "traces" {
		exporters = append(exporters, "zipkin")
	}
	for i, processor := range list.Items {
		below := t.at.Join(source.Keys(section, "processors")...).Join(source.Index(i))
		kind, body := t.oneOf(processor, below, "batch", "simple")
		if kind == "" {
			continue
		}
		otlp := t.checkExporter(body, below.Join(source.Key(kind)), exporters...)
		if otlp == nil || kind != "batch" || given(otlp.Get("endpoint")) || given(otlp.Get("headers")) && otlp.Get("headers").Kind == source.Mapping {
			continue
		}
		t.problem(CodeMissingKey, "write endpoint: http://HOST:PORT", otlp, below.Join(source.Keys(kind, "exporter", "otlp", "endpoint")...),
			"%s needs endpoint", t.place(below.Join(source.Keys(kind, "exporter", "otlp")...)))
	}
}

// checkExporter judges what a reader or processor sends by, and returns it where that is OTLP.
func (t *telemetryChecker) checkExporter(body *source.Node, at source.Path, kinds ...string) *source.Node {
	exporter, at := exporterOf(body), at.Join(source.Key("exporter"))
	kind, otlp := t.oneOf(exporter, at, kinds...)
	if kind != "otlp" {
		return nil
	}
	t.choose(exporter, at, component.TelemetryExporterChoices())
	if !given(otlp.Get("protocol")) {
		t.problem(CodeMissingKey, "write protocol: grpc, or http/protobuf", otlp, at.Join(source.Keys("otlp", "protocol")...),
			"%s needs protocol", t.place(at.Join(source.Key("otlp"))))
	}

	return otlp
}

// exporterOf is what a reader or processor has for an exporter: nothing where it has none.
func exporterOf(body *source.Node) *source.Node {
	if exporter := body.Get("exporter"); exporter != nil {
		return exporter
	}

	return body.WithoutPairs()
}

// oneOf is the only key of some that a map has, and what stands there; it reports a map that has none of them, or several. What
// has another shape, or comes from elsewhere, is not judged.
func (t *telemetryChecker) oneOf(node *source.Node, at source.Path, kinds ...string) (kind string, body *source.Node) {
	if node.Kind != source.Mapping && !node.IsNull() {
		return "", nil
	}
	var found []string
	for _, kind := range kinds {
		if given(node.Get(kind)) {
			found = append(found, kind)
		}
	}
	switch {
	case len(found) > 1:
		t.problem(CodeConflictingKeys, "leave one of them out", node, at, "%s has %s", t.place(at), strings.Join(found, " and "))
	case len(found) == 0 && !hasOther(node, kinds):
		t.problem(CodeMissingKey, "", node, at, "%s needs %s", t.place(at), strings.Join(kinds, " or "))
	case len(found) == 1 && node.Get(found[0]).Kind == source.Mapping:
		return found[0], node.Get(found[0])
	}

	return "", nil
}

// hasOther tells whether a map has a key that is not among some, which is reported as unknown.
func hasOther(node *source.Node, known []string) bool {
	for _, pair := range node.Pairs {
		if !contains(known, pair.Key.Value) && pair.Key.Value != "producers" {
			return true
		}
	}

	return false
}

// given tells whether something stands there; null counts as nothing.
func given(node *source.Node) bool { return node != nil && !node.IsNull() }
