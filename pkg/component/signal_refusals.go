package component

// A SignalRefusal is what a component refuses in a pipeline of one signal, when it is made.
type SignalRefusal struct {
	Kind   Kind
	Type   string
	Signal string
	// Parts are the paths of the maps that are refused; empty: the body.
	Parts  []string
	Refuse []Refusal
}

// SignalRefusals are by hand: upstream's code does not tell them in one place. Those of include and exclude are of
// internal/filter/filterconfig.
func SignalRefusals() []SignalRefusal {
	own := map[string][]string{
		"traces":  {"services", "span_names", "span_kinds", "attributes", "libraries", "resources"},
		"metrics": {"metric_names", "resources"},
		"logs":    {"attributes", "libraries", "resources", "log_bodies", "log_severity_texts", "log_severity_number", "span_kinds"},
	}
	others := map[string][]string{
		"traces":  {"log_bodies", "log_severity_texts", "log_severity_number", "metric_names"},
		"metrics": {"log_bodies", "log_severity_texts", "log_severity_number", "span_names", "services", "span_kinds", "attributes", "libraries"},
		"logs":    {"span_names", "services", "span_kinds", "metric_names"},
	}
	const since = "0.126" // Before, what does not fit is passed over.
	var refusals []SignalRefusal
	for _, signal := range allSignals() {
		cases := []Refusal{{Since: since}}
		for _, key := range own[signal] {
			cases[0].If = append(cases[0].If, Term{Path: key, Op: Empty})
		}
		for _, key := range others[signal] {
			cases = append(cases, Refusal{Since: since, If: []Term{{Path: key, Op: NotEmpty}}})
		}
		refusals = append(refusals, SignalRefusal{Kind: Processor, Type: "attributes", Signal: signal, Parts: []string{"include", "exclude"}, Refuse: cases})
		if signal == "traces" {
			refusals = append(refusals, SignalRefusal{Kind: Processor, Type: "filter", Signal: signal, Parts: []string{"spans.include", "spans.exclude"}, Refuse: cases})
		}
	}

	return append(refusals, routingKeys()...)
}

// routingKeys are those that the load_balancing exporter takes of a signal, as a collector of 0.161 was seen to.
func routingKeys() []SignalRefusal {
	taken := map[string][]any{
		"traces":  {"service", "traceID", "attributes"},
		"metrics": {"service", "resource", "metric", "streamID", "attributes"},
		"logs":    {"service", "traceID", "resource", "attributes"},
	}
	var refusals []SignalRefusal
	for _, signal := range allSignals() {
		refusals = append(refusals, SignalRefusal{
			Kind: Exporter, Type: "load_balancing", Signal: signal, Parts: []string{""},
			Refuse: []Refusal{{Since: "0.161", If: []Term{{Path: "routing_key", Op: Set}, {Path: "routing_key", Op: IsNot, Values: taken[signal]}}}},
		})
	}

	return refusals
}
