package migratevalues

import (
	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// moveVerbosity writes the loglevel of what was a logging exporter as the verbosity of the debug exporter that it is now.
func (w *wanted) moveVerbosity() {
	exporters := mapping(w.config["exporters"])
	for _, id := range sorted(exporters) {
		body := mapping(exporters[id])
		level, has := body["loglevel"]
		if !has || typeOf(id) != debug {
			continue
		}
		delete(body, "loglevel")
		at := w.path.Join(source.Keys("exporters", w.writtenAs(component.Exporter, id, "loglevel"), "loglevel")...)
		text, _ := level.(string)
		verbosity, known := collectorconfig.VerbosityOf(text)
		switch {
		case level == nil:
		case body["verbosity"] != nil:
			w.left(at, "not carried over: the debug exporter has verbosity in its place, which is given too")
		case !known:
			w.left(at, "not carried over: the debug exporter has verbosity in its place, which is basic, normal or detailed")
		default:
			body["verbosity"] = verbosity
			w.note(at, "is verbosity %s: the debug exporter has no loglevel", verbosity)
		}
	}
}

// writtenAs is the id by which somebody wrote a key of a component, whose newest id is given.
func (w *wanted) writtenAs(kind component.Kind, id, key string) string {
	bodies := mapping(w.written[string(kind)])
	for _, written := range sorted(bodies) {
		if _, has := mapping(bodies[written])[key]; has && newest(kind, written) == id {
			return written
		}
	}

	return id
}
