package lint

import (
	"slices"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// mayListen is the config without what opens no port: components that neither a pipeline nor
// service.extensions names, which the collector does not start, and exporters that are known
// to send alone. It is the whole config where these lists are not known.
func (c *Config) mayListen() map[string]any {
	service, _ := c.Values["service"].(map[string]any)
	if _, known := service["pipelines"].(map[string]any); !known || Varies(service["pipelines"]) || Varies(service["extensions"]) {
		return c.Values
	}
	rest := map[string]any{}
	for section, value := range c.Values {
		kind := component.Kind(section)
		components, isMap := value.(map[string]any)
		if !isMap || !slices.Contains(component.Kinds(), kind) {
			rest[section] = value
			continue
		}
		kept := map[string]any{}
		for id, body := range components {
			if c.starts(kind, id) && !sendsAlone(kind, id) {
				kept[id] = body
			}
		}
		rest[section] = kept
	}
	return rest
}

// starts says that the config names a component where it is to run.
func (c *Config) starts(kind component.Kind, id string) bool {
	roles := []component.Kind{kind}
	if kind == component.Connector {
		roles = []component.Kind{component.Receiver, component.Exporter}
	}
	for _, role := range roles {
		for _, used := range c.UsedIn(string(role)) {
			if collectorconfig.TrimID(used) == collectorconfig.TrimID(id) {
				return true
			}
		}
	}
	return false
}

func sendsAlone(kind component.Kind, id string) bool {
	row, known := table().Components[kind][Canonical(kind, id)]
	return kind == component.Exporter && known && len(row.Ports) == 0
}
