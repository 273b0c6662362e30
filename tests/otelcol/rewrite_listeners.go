package otelcol

import (
	"fmt"
	"strings"
)

// listeners gives everything that listens a free port.
func (w *rewriter) listeners() error {
	for _, kind := range []string{"receivers", "extensions", "exporters"} {
		for _, id := range w.inUse(kind) {
			if kind == "exporters" && !hasType(id, "prometheus") {
				continue
			}
			component := sure(w.config, kind, id)
			path := kind + "." + id
			if err := w.nameDefaults(component, path, id); err != nil {
				return err
			}
			if err := w.ports(component, path); err != nil {
				return err
			}
		}
	}
	return nil
}

// nameDefaults writes down the address that a component would listen on unasked, for those whose default is taken
// when two collectors run at once.
func (w *rewriter) nameDefaults(component section, path, id string) error {
	switch {
	case hasType(id, "otlp"), hasType(id, "jaeger"):
		for _, protocol := range sortedKeys(at(component, "protocols")) {
			settings := sure(component, "protocols", protocol)
			if err := w.nameDefault(settings, path+".protocols."+protocol); err != nil {
				return err
			}
		}
	case hasType(id, "health_check", "zpages", "pprof", "zipkin"):
		return w.nameDefault(component, path)
	}
	return nil
}

func (w *rewriter) nameDefault(settings section, path string) error {
	if endpoint, _ := settings["endpoint"].(string); endpoint != "" {
		return nil
	}
	port, err := freePort()
	if err != nil {
		return err
	}
	w.set(settings, path, "endpoint", fmt.Sprintf("localhost:%d", port))
	return nil
}

// ports replaces the port of each address below value that a component listens on.
func (w *rewriter) ports(value any, path string) error {
	switch value := value.(type) {
	case section:
		for _, key := range sortedKeys(value) {
			endpoint, isText := value[key].(string)
			if !isText {
				if err := w.ports(value[key], path+"."+key); err != nil {
					return err
				}
				continue
			}
			if key != "endpoint" && key != "listen_address" || !listensHere(endpoint) {
				continue
			}
			port, err := freePort()
			if err != nil {
				return err
			}
			w.set(value, path, key, withPort(endpoint, port))
		}
	case []any:
		for i, item := range value {
			if err := w.ports(item, fmt.Sprintf("%s[%d]", path, i)); err != nil {
				return err
			}
		}
	}
	return nil
}

// telemetry gives the collector's own metrics a free port, also where the config leaves them at their default.
func (w *rewriter) telemetry() error {
	metrics := at(w.config, "service", "telemetry", "metrics")
	if level, _ := metrics["level"].(string); strings.EqualFold(level, "none") {
		return nil
	}
	readers, _ := metrics["readers"].([]any)
	if readers == nil {
		port, err := freePort()
		if err != nil {
			return err
		}
		prometheus := section{"host": "localhost", "port": port}
		sure(w.config, "service", "telemetry", "metrics")["readers"] = []any{section{"pull": section{"exporter": section{"prometheus": prometheus}}}}
		w.changed("service.telemetry.metrics.readers", "the default reader, on localhost:%d", port)
		return nil
	}
	for i, reader := range readers {
		reader, _ := reader.(section)
		prometheus := at(reader, "pull", "exporter", "prometheus")
		if prometheus == nil {
			continue
		}
		port, err := freePort()
		if err != nil {
			return err
		}
		path := fmt.Sprintf("service.telemetry.metrics.readers[%d].pull.exporter.prometheus", i)
		w.set(prometheus, path, "port", port)
		if host, _ := prometheus["host"].(string); host == "0.0.0.0" || host == "" {
			w.set(prometheus, path, "host", "127.0.0.1")
		}
	}
	return nil
}

// receiverTLS drops certificates, which tests do not have.
func (w *rewriter) receiverTLS() error {
	for _, id := range w.inUse("receivers") {
		protocols := at(w.config, "receivers", id, "protocols")
		for _, protocol := range sortedKeys(protocols) {
			if settings := at(protocols, protocol); settings != nil {
				w.drop(settings, "receivers."+id+".protocols."+protocol, "tls", "its files are not here")
				w.drop(settings, "receivers."+id+".protocols."+protocol, "auth", "the test's sender has no token")
			}
		}
	}
	return nil
}
