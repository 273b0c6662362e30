package otelcol

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

// countingExporter is what a pipeline gets that has no exporter to the sink. The type is the one spelling that every
// version accepts.
const countingExporter = "otlp/helm-otlp-sink"

// exporters points what sends to a backend at the sink.
func (w *rewriter) exporters() error {
	for _, id := range w.inUse("exporters") {
		path := "exporters." + id
		exporter := sure(w.config, "exporters", id)
		switch {
		case hasType(id, "debug", "nop", "prometheus"):
		case hasType(id, "otlp", "otlp_grpc"):
			w.overGRPC(exporter, path, id)
			w.set(exporter, path, "endpoint", w.Sink.GRPC)
		case hasType(id, "otlp_http"):
			w.overHTTP(exporter, path, id)
		case hasType(id, "load_balancing"):
			w.overGRPC(sure(exporter, "protocol", "otlp"), path+".protocol.otlp", id)
			w.set(exporter, path, "resolver", section{"static": section{"hostnames": []any{w.Sink.GRPC}}})
		case hasType(id, "prometheus_remote_write"):
			w.set(exporter, path, "endpoint", "http://"+w.Sink.HTTP+"/api/v1/write")
			w.drop(exporter, path, "tls", "the sink has no certificate")
			w.drop(exporter, path, "auth", "the sink asks for no token")
		case hasType(id, "file"):
			if err := os.MkdirAll(filepath.Join(w.Dir, "out"), 0o700); err != nil {
				return fmt.Errorf("making the folder of %s: %w", path, err)
			}
			w.set(exporter, path, "path", filepath.Join(w.Dir, "out", strings.ReplaceAll(id, "/", "-")))
		default:
			w.remove("exporters", id, "it sends to a backend of its own kind, which is not here")
		}
	}
	return w.prune()
}

func (w *rewriter) overGRPC(settings section, path, id string) {
	w.set(settings, path, "tls", section{"insecure": true})
	w.drop(settings, path, "auth", "credentials do not travel without TLS")
	w.set(sure(settings, "headers"), path+".headers", telemetry.ExporterHeader, id)
}

func (w *rewriter) overHTTP(settings section, path, id string) {
	w.set(settings, path, "endpoint", "http://"+w.Sink.HTTP)
	for _, key := range []string{"traces_endpoint", "metrics_endpoint", "logs_endpoint"} {
		w.drop(settings, path, key, "the sink has one address")
	}
	w.drop(settings, path, "tls", "the sink has no certificate")
	w.drop(settings, path, "auth", "the sink asks for no token")
	w.set(sure(settings, "headers"), path+".headers", telemetry.ExporterHeader, id)
}

// reachesSink tells whether an exporter's records are counted by the sink.
func reachesSink(id string) bool {
	return hasType(id, "otlp", "otlp_grpc", "otlp_http", "load_balancing")
}

// sinkForDebug gives each pipeline that writes to this machine alone, and to connectors that make another signal, an
// exporter to the sink as well.
func (w *rewriter) sinkForDebug() error {
	pipelines := at(w.config, "service", "pipelines")
	for _, name := range sortedKeys(pipelines) {
		pipeline := at(pipelines, name)
		ids := names(pipeline["exporters"])
		counted := slices.ContainsFunc(ids, func(id string) bool { return reachesSink(id) || passesOn(id) })
		if counted || !slices.ContainsFunc(ids, writesHere) {
			continue
		}
		list, _ := pipeline["exporters"].([]any)
		pipeline["exporters"] = append(slices.Clone(list), countingExporter)
		w.changed("service.pipelines."+name+".exporters", "%s added", countingExporter)
		sure(w.config, "exporters")[countingExporter] = section{
			"endpoint": w.Sink.GRPC,
			"tls":      section{"insecure": true},
			"headers":  section{telemetry.ExporterHeader: countingExporter},
		}
	}
	return nil
}

// writesHere tells whether an exporter needs no backend.
func writesHere(id string) bool { return hasType(id, "debug", "nop", "file", "prometheus") }

// passesOn tells whether a connector hands a signal on as it is.
func passesOn(id string) bool { return hasType(id, "forward", "routing") }

// routes finds, by signal, the exporters to the sink that an OTLP receiver feeds, through connectors that pass a
// signal on as it is too.
func routes(config section) map[telemetry.Signal][]string {
	found := map[telemetry.Signal][]string{}
	pipelines := at(config, "service", "pipelines")
	for _, signal := range telemetry.Signals() {
		reached := map[string]bool{}
		var follow func(source func(id string) bool)
		follow = func(source func(id string) bool) {
			for _, name := range sortedKeys(pipelines) {
				pipeline := at(pipelines, name)
				if typeOf(name) != string(signal) || reached[name] || !slices.ContainsFunc(names(pipeline["receivers"]), source) {
					continue
				}
				reached[name] = true
				for _, id := range names(pipeline["exporters"]) {
					if passesOn(id) {
						follow(func(receiver string) bool { return receiver == id })
					} else if reachesSink(id) && !slices.Contains(found[signal], id) {
						found[signal] = append(found[signal], id)
					}
				}
			}
		}
		follow(func(id string) bool { return hasType(id, "otlp") })
		slices.Sort(found[signal])
	}
	return found
}
