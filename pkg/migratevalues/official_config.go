package migratevalues

import (
	"slices"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// officialConfig is what the official chart's collector runs with where its values say nothing, by this chart's variables.
func officialConfig() map[string]any {
	at := func(port string) map[string]any { return map[string]any{"endpoint": "${env:POD_IP}:" + port} }
	pipeline := func(receivers ...string) map[string]any {
		return map[string]any{"receivers": anys(receivers), "processors": []any{limiter, batch}, "exporters": []any{debug}}
	}
	job := map[string]any{
		"job_name": "opentelemetry-collector", "scrape_interval": "10s",
		"static_configs": []any{map[string]any{"targets": []any{"${env:POD_IP}:8888"}}},
	}

	return map[string]any{
		"receivers": map[string]any{
			"otlp":       map[string]any{"protocols": map[string]any{"grpc": at("4317"), "http": at("4318")}},
			"jaeger":     map[string]any{"protocols": map[string]any{"grpc": at("14250"), "thrift_http": at("14268"), "thrift_compact": at("6831")}},
			"zipkin":     at("9411"),
			"prometheus": map[string]any{"config": map[string]any{"scrape_configs": []any{job}}},
		},
		"processors": map[string]any{limiter: officialLimiter(), batch: map[string]any{}},
		"exporters":  map[string]any{debug: map[string]any{}},
		"extensions": map[string]any{"health_check": at("13133")},
		"service": map[string]any{
			"telemetry":  officialTelemetry(),
			"extensions": []any{"health_check"},
			"pipelines": map[string]any{
				"logs": pipeline(otlp), "metrics": pipeline(otlp, "prometheus"), "traces": pipeline(otlp, "jaeger", "zipkin"),
			},
		},
	}
}

func officialLimiter() map[string]any {
	return map[string]any{"check_interval": "5s", "limit_percentage": 80, "spike_limit_percentage": 25}
}

func officialTelemetry() map[string]any {
	reader := map[string]any{"pull": map[string]any{"exporter": map[string]any{"prometheus": map[string]any{"host": "${env:POD_IP}", "port": 8888}}}}

	return map[string]any{
		"resource": map[string]any{
			"k8s.namespace.name": "${env:POD_NAMESPACE}", "k8s.node.name": "${env:K8S_NODE_NAME}", "k8s.node.ip": "${env:K8S_NODE_IP}",
			"k8s.pod.name": "${env:POD_NAME}", "k8s.pod.ip": "${env:POD_IP}", "host.name": "${env:K8S_NODE_NAME}",
		},
		"metrics": map[string]any{"readers": []any{reader}},
	}
}

// effective is what the official chart makes of its values before its presets, and where the file has it.
func (c *conversion) effective(s section) *wanted {
	if alternate := s.sub("alternateConfig"); len(alternate.values) > 0 {
		if asks(s.take("config")) {
			s.note("config", "the official chart does not read it where alternateConfig is given: left out")
		}
		if asks(s.take("internalTelemetryViaOTLP")) {
			s.note("internalTelemetryViaOTLP", "the official chart does not read it where alternateConfig is given: left out")
		}
		written := ourVariables(alternate.values)

		return &wanted{conversion: c, config: mapping(clone(written)), path: alternate.path, written: written}
	}
	user := s.sub("config")
	written := ourVariables(user.values)
	config := officialConfig()
	overlay(config, written)
	c.internalTelemetry(s.sub("internalTelemetryViaOTLP"), config)
	w := &wanted{conversion: c, config: config, path: user.path, written: written}
	w.leaveOutDefaults()

	return w
}

// leaveOutDefaults takes out of components that the chart has too what the official chart alone gave them.
func (w *wanted) leaveOutDefaults() {
	defaults := officialConfig()
	for _, path := range [][]string{{"processors", limiter}, {"extensions", "health_check"}, {"service", "telemetry"}, {"receivers", "jaeger"}, {"receivers", "zipkin"}} {
		body := mapping(at(w.config, path...))
		if body == nil {
			continue
		}
		mapping(at(w.config, path[:1]...))[path[1]] = without(body, mapping(at(defaults, path...)), path[1] == "jaeger")
	}
	for _, name := range []string{"metrics", "resource"} {
		if value, told := mapping(at(w.written, "service", "telemetry"))[name]; told && value == nil {
			w.left(w.path.Join(source.Keys("service", "telemetry", name)...), "null: the chart has telemetry of its own, which null does not take away")
		}
	}
}

// internalTelemetry sends the collector's own telemetry by OTLP, as the official chart does.
func (c *conversion) internalTelemetry(s section, config map[string]any) {
	endpoint, headers := s.text("endpoint"), s.list("headers")
	telemetry := mapping(at(config, "service", "telemetry"))
	if telemetry == nil {
		telemetry = map[string]any{}
		if service := mapping(config["service"]); service != nil {
			service["telemetry"] = telemetry
		}
	}
	for _, signal := range []string{"traces", "metrics", "logs"} {
		of := s.sub(signal)
		to, with := of.text("endpoint"), of.list("headers")
		on := of.flag("enabled", false)
		of.rest()
		if !on {
			continue
		}
		if to == "" {
			to = endpoint
		}
		if len(with) == 0 {
			with = headers
		}
		otlp := map[string]any{"protocol": "http/protobuf", "endpoint": to}
		if len(with) > 0 {
			otlp["headers"] = with
		}
		exporter := map[string]any{"exporter": map[string]any{"otlp": otlp}}
		into := mapping(telemetry[signal])
		if into == nil {
			into = map[string]any{}
			telemetry[signal] = into
		}
		if signal == "metrics" {
			into["readers"] = []any{map[string]any{"periodic": exporter}}
			leaveOutReceiver(config, "prometheus")
		} else if into["processors"] == nil {
			into["processors"] = []any{map[string]any{"batch": exporter}}
		}
	}
	s.rest()
}

// leaveOutReceiver takes a receiver out of a config and its pipeline of metrics.
func leaveOutReceiver(config map[string]any, id string) {
	delete(mapping(config["receivers"]), id)
	if pipeline := mapping(at(config, "service", "pipelines", "metrics")); pipeline != nil {
		pipeline["receivers"] = anys(slices.DeleteFunc(texts(pipeline["receivers"]), func(other string) bool { return other == id }))
	}
}
