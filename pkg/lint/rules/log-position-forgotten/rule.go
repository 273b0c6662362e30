// Package logpositionforgotten has the rule log-position-forgotten.
package logpositionforgotten

import (
	_ "embed"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a receiver of the node's files forgets at each restart how far it has read.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "log-position-forgotten",
		Severity: lint.Warning,
		Summary:  "A receiver of the node's files forgets at each restart how far it has read.",
		Why:      "Without a storage, file_log keeps its positions in memory, and an emptyDir goes with its Pod. After an update or a crash it starts at the end, and never reads what was written meanwhile; or at the beginning, and sends everything again.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/receiver/filelogreceiver/README.md",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil || c.Mode != lint.DaemonSet {
			continue
		}
		for _, id := range c.Config.UsedIn("receivers") {
			at := func(key string) lint.Field { return c.Config.At("receivers", id, key) }
			if lint.Canonical(component.Receiver, id) != "file_log" || at("delete_after_read").Text() == "true" || !ofNode(c, at("include")) {
				continue
			}
			if at("storage").Exists() {
				withPod(p, c, id)

				continue
			}
			p.ReportConfig(c, []any{"receivers", id}, nil, "%s keeps its positions in memory: after a restart %s; give it a storage, in a folder of the node",
				id, loss(at("start_at").Text()))
		}
	}
}

// withPod reports a storage whose files go with the Pod: they outlast a crash of the container, and no update.
func withPod(p *lint.Pass, c *lint.Collector, id string) {
	receiver := c.Config.At("receivers", id)
	for _, storage := range c.Storages() {
		if empty := storage.Volume.At("emptyDir"); storage.Extension == receiver.At("storage").Text() && empty.Exists() {
			p.Report(c.Place(empty, "extraVolumes", "persistence"),
				"%s keeps its positions in %s, an emptyDir, which goes with the Pod: after an update %s; mount a folder of the node there",
				id, storage.Folder, loss(receiver.At("start_at").Text()))
		}
	}
}

// loss is what a restart does to a receiver that starts at the end, by default, or at the beginning.
func loss(start string) string {
	switch start {
	case "", "end":
		return "what was written meanwhile is never read"
	case "beginning":
		return "all that the files hold is sent again"
	default:
		return "lines are lost, or sent again"
	}
}

// ofNode tells whether files of the node are among those that are read, which outlive the Pod.
func ofNode(c *lint.Collector, include lint.Field) bool {
	for _, file := range include.Texts() {
		if !strings.Contains(file, "$") && c.VolumeAt(file).At("hostPath").Exists() {
			return true
		}
	}

	return false
}
