package values

import (
	"fmt"
	"maps"
)

// Resolve gives the settings of the mode in use, from the chart's values (its own
// values.yaml with the user's laid over it): modes.all, then modes.<mode>, then the
// top level. It is the same merge as that of the chart's templates: maps merge, a list or
// scalar replaces, null removes; inside config and telemetry null replaces too.
//
// The result shares nothing with raw that a caller could change by changing its maps.
// The mode must be one of the three, and modes must hold maps.
func Resolve(raw map[string]any) (map[string]any, error) {
	mode, _ := raw["mode"].(string)
	switch Mode(mode) {
	case DaemonSet, Gateway, Sidecar:
	default:
		return nil, fmt.Errorf("resolving the values: mode is %q: use daemonset, gateway or sidecar", fmt.Sprint(raw["mode"]))
	}
	modes, ok := raw["modes"].(map[string]any)
	if !ok && raw["modes"] != nil {
		return nil, fmt.Errorf("resolving the values: modes is a %T: it must be a map", raw["modes"])
	}
	settings := map[string]any{}
	for _, name := range []string{"all", mode} {
		layer, ok := modes[name].(map[string]any)
		if !ok && modes[name] != nil {
			return nil, fmt.Errorf("resolving the values: modes.%s is a %T: it must be a map", name, modes[name])
		}
		overlay(settings, layer)
	}
	top := maps.Clone(raw)
	for _, key := range []string{"mode", "modes", "global"} {
		delete(top, key)
	}
	overlay(settings, top)
	return settings, nil
}

// overlay lays the settings of a layer over those of the layers before it.
func overlay(into, layer map[string]any) {
	for key, value := range layer {
		settle(into, key, value, key == "config" || key == "telemetry")
	}
}

// settle lays value over what stands in a map at key.
func settle(into map[string]any, key string, value any, keepNull bool) {
	switch value := value.(type) {
	case map[string]any:
		below, ok := into[key].(map[string]any)
		if !ok {
			below = map[string]any{}
			into[key] = below
		}
		for k, v := range value {
			settle(below, k, v, keepNull)
		}
	case nil:
		if keepNull {
			into[key] = nil
		} else {
			delete(into, key)
		}
	default:
		into[key] = detached(value)
	}
}

// detached copies the maps and lists of a value.
func detached(value any) any {
	switch value := value.(type) {
	case map[string]any:
		copied := make(map[string]any, len(value))
		for k, v := range value {
			copied[k] = detached(v)
		}
		return copied
	case []any:
		copied := make([]any, len(value))
		for i, v := range value {
			copied[i] = detached(v)
		}
		return copied
	}
	return value
}
