package component

func connectors() map[string]Component {
	sameSignal := []string{"traces>traces", "metrics>metrics", "logs>logs"}
	return map[string]Component{
		"span_metrics": {
			OldNames:      []OldName{{Name: "spanmetrics", Before: "0.151.0"}},
			Distributions: inContribAndK8s(), Signals: []string{"traces"}, Pairs: []string{"traces>metrics"},
		},
		"forward": {Distributions: inAllButOTLP(), Signals: allSignals(), Pairs: append(sameSignal, "profiles>profiles")},
		"routing": {Distributions: inContribAndK8s(), Signals: allSignals(), Pairs: sameSignal},
	}
}
