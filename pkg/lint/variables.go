package lint

import (
	"slices"
	"strings"
)

// variables are those of a container, as far as the input shows them.
type variables struct {
	values map[string]setting
	// unknown are set to what the input does not show.
	unknown map[string]bool
	// open says that there may be more.
	open bool
}

// ownNode stands for the address of a Pod's node, as the name that is never one.
const ownNode = "own-node.invalid"

type setting struct {
	text  string
	place Place
}

// variablesOf are those of a container of an object: its own, and those of ConfigMaps of the input.
func (p *Pass) variablesOf(o *Object, container Field) variables {
	v := variables{values: map[string]setting{}, unknown: map[string]bool{}}
	for _, from := range container.At("envFrom").Items() {
		config := p.configMap(o, from.At("configMapRef", "name").Text())
		if config == nil {
			v.open = true
			continue
		}
		for _, key := range config.At("data").Keys() {
			at := config.At("data", key)
			v.values[from.At("prefix").Text()+key] = setting{at.Text(), Place{Object: config, Field: at}}
		}
	}
	environment, nodes := environmentOf(container), map[string]string{}
	for _, written := range container.At("env").Items() {
		name, at := written.At("name").Text(), written.At("value")
		place, text := Place{Object: o, Field: at}, kubeletExpanded(environment[name], nodes)
		if slices.Contains([]string{"status.hostIP", "spec.nodeName"}, written.At("valueFrom", "fieldRef", "fieldPath").Text()) {
			nodes[name] = ownNode
		}
		if reference := written.At("valueFrom", "configMapKeyRef"); reference.Exists() {
			if config := p.configMap(o, reference.At("name").Text()); config != nil {
				at = config.At("data", reference.At("key").Text())
				place, text = Place{Object: config, Field: at}, at.Text()
			}
		}
		if delete(v.values, name); !at.Exists() || strings.Contains(text, "$(") {
			v.unknown[name] = true
			continue
		}
		delete(v.unknown, name)
		v.values[name] = setting{text, place}
	}
	return v
}

// configMap is the ConfigMap of a name beside an object; nil where the input has none, or several.
func (p *Pass) configMap(beside *Object, name string) *Object {
	for _, o := range p.Objects {
		if o.Kind("", "ConfigMap") && o.Ref.Name == name && o.Ref.Namespace == beside.Ref.Namespace && !p.Repeated(o) {
			return o
		}
	}
	return nil
}

// has says that a variable is set, be it to what is not shown.
func (v variables) has(name string) bool {
	_, written := v.values[name]
	return written || v.unknown[name]
}

// runsSDK says that nothing keeps an SDK from going by the variables of the exporter.
func (v variables) runsSDK() bool {
	switch {
	case v.unknown["OTEL_SDK_DISABLED"], strings.EqualFold(strings.TrimSpace(v.values["OTEL_SDK_DISABLED"].text), "true"),
		v.has("OTEL_CONFIG_FILE"), v.has("OTEL_EXPERIMENTAL_CONFIG_FILE"):
		return false
	default: // Properties of Java go before variables.
		return !strings.Contains(v.values["JAVA_TOOL_OPTIONS"].text, "otel.") && !v.unknown["JAVA_TOOL_OPTIONS"]
	}
}

// exports says that a signal is sent by OTLP, as it is where nothing is said.
func (v variables) exports(signal string) bool {
	name := "OTEL_" + signal + "_EXPORTER"
	exporters := strings.Split(strings.ReplaceAll(v.values[name].text, " ", ""), ",")
	return !v.unknown[name] && (slices.Contains(exporters, "otlp") || slices.Equal(exporters, []string{""}))
}

// protocol is what an SDK speaks for a signal: GRPC or HTTP, or empty where that is not known.
func (v variables) protocol(signal string) string {
	for _, name := range []string{otlpVariable + signal + "_PROTOCOL", otlpVariable + "PROTOCOL"} {
		if v.unknown[name] {
			return ""
		}
		if said := strings.ToLower(strings.TrimSpace(v.values[name].text)); said != "" {
			protocol, _, _ := strings.Cut(said, "/")
			return map[string]string{"grpc": GRPC, "http": HTTP}[protocol]
		}
		if v.open {
			return ""
		}
	}
	return ""
}
