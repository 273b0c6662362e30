// Package queueoveritsroom has the rule queue-over-its-room.
package queueoveritsroom

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a sending queue may hold more bytes than the memory or volume that it is kept in.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "queue-over-its-room",
		Severity: lint.Warning,
		Summary:  "A sending queue may hold more bytes than the memory or volume that it is kept in.",
		Why:      "Long before the queue is full, the collector refuses data, is killed for its memory and loses all that the queue holds, or finds the disk full.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://github.com/open-telemetry/opentelemetry-collector/tree/main/exporter/exporterhelper",
		Run:      run,
	}
}

// room is what a queue is kept in.
type room struct {
	bytes int64
	name  string
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil {
			continue
		}
		for _, id := range c.Config.UsedIn("exporters") {
			path := []any{"exporters", id, "sending_queue"}
			queue := c.Config.At(path...)
			size, ok := queue.At("queue_size").Int()
			if !ok || queue.At("sizer").Text() != "bytes" || queue.At("enabled").Text() == "false" {
				continue
			}
			rooms := memory(c)
			if storage := queue.At("storage"); storage.Exists() {
				rooms = volume(p, c, storage.Text())
			}
			for _, room := range rooms {
				if size > room.bytes {
					p.ReportConfig(c, append(path, "queue_size"), nil,
						"the queue of %s may hold %d bytes, and %s %d: make it smaller, or give it more room", id, size, room.name, room.bytes)

					break
				}
			}
		}
	}
}

// memory are the limits of the collector's memory, the narrowest first.
func memory(c *lint.Collector) []room {
	limit, ok := c.MemoryLimit()
	if !ok {
		return nil
	}
	rooms := []room{{limit, "the container has a memory limit of"}}
	for _, id := range c.Config.UsedIn("processors") {
		if lint.Canonical(component.Processor, id) != "memory_limiter" {
			continue
		}
		if mib, ok := c.Config.At("processors", id, "limit_mib").Int(); ok && mib > 0 {
			rooms = append([]room{{mib * (1 << 20), id + " allows the collector"}}, rooms...)
		} else if share, ok := c.Config.At("processors", id, "limit_percentage").Int(); ok && share > 0 {
			rooms = append([]room{{limit / 100 * share, id + " allows the collector"}}, rooms...)
		}
	}

	return rooms
}

// volume are the limits of what a storage extension keeps.
func volume(p *lint.Pass, c *lint.Collector, extension string) []room {
	var rooms []room
	for _, storage := range c.Storages() {
		if storage.Extension != extension {
			continue
		}
		if most, ok := c.Config.At("extensions", extension, "max_size").Int(); ok && most > 0 {
			rooms = append(rooms, room{most, "max_size of " + extension + " is"})
		}
		request := []any{"spec", "resources", "requests", "storage"}
		for _, of := range []struct {
			name string
			size lint.Field
		}{
			{"its volume claim template asks for", storage.Claim.At(request...)},
			{"its volume's claim asks for", storage.Volume.At("ephemeral", "volumeClaimTemplate").At(request...)},
			{"its volume has a sizeLimit of", storage.Volume.At("emptyDir", "sizeLimit")},
			{"its claim asks for", claim(p, c, storage).At(request...)},
		} {
			if size, ok := of.size.Quantity(); ok && size.Value() > 0 {
				rooms = append(rooms, room{size.Value(), of.name})
			}
		}
	}

	return rooms
}

// claim is the PersistentVolumeClaim of a storage's volume, where the input has it.
func claim(p *lint.Pass, c *lint.Collector, storage lint.Storage) lint.Field {
	name := storage.Volume.At("persistentVolumeClaim", "claimName").Text()
	for _, object := range p.Objects {
		if object.Kind("", "PersistentVolumeClaim") && object.Ref.Name == name && object.Ref.Namespace == c.Namespace() {
			return object.Field
		}
	}

	return lint.Field{}
}
