package values

import "fmt"

// Resolve works out the settings of the mode in use from coalesced values: modes.all,
// laid over by modes.<mode>, laid over by the top-level keys. Maps merge, a list or
// scalar replaces, and null removes; but in config and telemetry null is a value. The
// chart's templates do the same. raw is not changed.
func Resolve(raw map[string]any) (map[string]any, error) {
	mode := text(raw["mode"])
	switch mode {
	case "daemonset", "gateway", "sidecar":
	default:
		return nil, fmt.Errorf("mode is %q: use daemonset, gateway or sidecar", mode)
	}
	modes := section(raw, "modes")
	settings := map[string]any{}
	for _, layer := range []map[string]any{section(modes, "all"), section(modes, mode), raw} {
		for key, value := range layer {
			switch key {
			case "mode", "modes", "global":
			case "config", "telemetry":
				lay(settings, map[string]any{key: value}, true)
			default:
				lay(settings, map[string]any{key: value}, false)
			}
		}
	}
	return settings, nil
}

// lay lays src over dst, in place, without sharing maps with src.
func lay(dst, src map[string]any, keepNull bool) {
	for key, value := range src {
		if m, ok := value.(map[string]any); ok {
			into, ok := dst[key].(map[string]any)
			if !ok {
				into = map[string]any{}
				dst[key] = into
			}
			lay(into, m, keepNull)
			continue
		}
		if value == nil && !keepNull {
			delete(dst, key)
			continue
		}
		dst[key] = value
	}
}
