package migratevalues

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/helm-otlp/helm-otlp/internal/judge"
	"github.com/helm-otlp/helm-otlp/internal/render"
	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/migratevalues"
)

const version = "0.161.0"

// rendered is what a chart makes of a values file, for the same release.
func rendered(t *testing.T, chart *render.Chart, name string, text []byte) (*render.Rendering, error) {
	t.Helper()
	stack, err := render.ReadStack(context.Background(), render.Arguments{Files: []string{name}, Edited: map[string][]byte{name: text}}, nil)
	require.NoError(t, err)

	return chart.Render(context.Background(), stack, render.Release{
		Name: "otel", Namespace: "observability",
		APIVersions: []string{"monitoring.coreos.com/v1", "monitoring.coreos.com/v1/ServiceMonitor", "monitoring.coreos.com/v1/PrometheusRule"},
	})
}

// objects are the manifests of a kind.
func objects(t *testing.T, rendering *render.Rendering, kind string) []map[string]any {
	t.Helper()
	var found []map[string]any
	for _, manifest := range rendering.Manifests {
		decoder := yaml.NewDecoder(bytes.NewReader(manifest.Data))
		for {
			var object map[string]any
			err := decoder.Decode(&object)
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err, manifest.File)
			if object["kind"] == kind {
				found = append(found, object)
			}
		}
	}

	return found
}

// configOf is the collector's config in a rendering; nil where there is none.
func configOf(t *testing.T, rendering *render.Rendering, keys ...string) map[string]any {
	t.Helper()
	for _, object := range objects(t, rendering, "ConfigMap") {
		data, _ := object["data"].(map[string]any)
		for _, key := range keys {
			if text, ok := data[key].(string); ok {
				var config map[string]any
				require.NoError(t, yaml.Unmarshal([]byte(text), &config))

				return config
			}
		}
	}

	return nil
}

// install converts a file, and holds that the chart takes what comes of it, and that lint finds no error in it.
func install(t *testing.T, file string, text []byte) (*migratevalues.Result, *render.Rendering) {
	t.Helper()
	result, err := migratevalues.Convert(filepath.Base(file), text, "", version)
	require.NoError(t, err)
	chart, err := render.Embedded()
	require.NoError(t, err)
	rendering, err := rendered(t, chart, "converted.yaml", result.Text)
	require.NoError(t, err, "%s", result.Text)
	findings, err := judge.Errors(context.Background(), rendering)
	require.NoError(t, err)
	for _, f := range findings {
		t.Errorf("%s: %s [%s]", f.Position, f.Message, f.Rule)
	}

	return result, rendering
}

// A change is a place in which two configs are not the same.
type change struct {
	path           string
	official, ours any
}

func (c change) String() string { return fmt.Sprintf("%s: %v -> %v", c.path, c.official, c.ours) }

// changes are all between two configs. Lists of pipelines and extensions, and of attributes to extract, are sets.
func changes(path string, official, ours any) []change {
	from, isMap := official.(map[string]any)
	to, areMaps := ours.(map[string]any)
	if isMap && areMaps || isMap && ours == nil && len(from) > 0 || areMaps && official == nil && len(to) > 0 {
		var found []change
		keys := map[string]bool{}
		for key := range from {
			keys[key] = true
		}
		for key := range to {
			keys[key] = true
		}
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			found = append(found, changes(strings.TrimPrefix(path+"."+key, "."), from[key], to[key])...)
		}

		return found
	}
	if lists, ok := readers(path, official, ours); ok {
		return lists
	}
	if sets.MatchString(path) {
		return changedSet(path, official, ours)
	}
	if reflect.DeepEqual(official, ours) {
		return nil
	}

	return []change{{path, official, ours}}
}

// readers are the changes between readers of the collector's own metrics, one by one.
func readers(path string, official, ours any) ([]change, bool) {
	from, is := official.([]any)
	to, are := ours.([]any)
	if path != "service.telemetry.metrics.readers" || !is || !are || len(from) != len(to) {
		return nil, false
	}
	var found []change
	for i := range from {
		found = append(found, changes(fmt.Sprintf("%s[%d]", path, i), from[i], to[i])...)
	}

	return found, true
}

var sets = regexp.MustCompile(`^service\.(extensions|pipelines\.[^.]+\.(receivers|processors|exporters))$|\.extract\.metadata$|\.detectors$`)

func changedSet(path string, official, ours any) []change {
	members := func(value any) []string {
		var found []string
		list, _ := value.([]any)
		for _, item := range list {
			found = append(found, fmt.Sprint(item))
		}

		return found
	}
	from, to := members(official), members(ours)
	var found []change
	for _, item := range append(slices.Clone(from), to...) {
		if slices.Contains(from, item) != slices.Contains(to, item) {
			found = append(found, change{path + "[" + item + "]", slices.Contains(from, item), slices.Contains(to, item)})
		}
	}

	// Processors whose place is a rule are moved; the others keep their order.
	if rest := func(list, of []string) (kept []string) {
		for _, id := range list {
			if !slices.Contains([]string{"memory_limiter", "k8s_attributes", "batch"}, id) && slices.Contains(of, id) {
				kept = append(kept, id)
			}
		}

		return kept
	}; strings.HasSuffix(path, ".processors") && !slices.Equal(rest(from, to), rest(to, from)) {
		found = append(found, change{path + " in another order", from, to})
	}

	return found
}

var official = map[string]string{
	"MY_POD_IP": "POD_IP", "OTEL_K8S_POD_IP": "POD_IP", "OTEL_K8S_POD_NAME": "POD_NAME", "OTEL_K8S_NAMESPACE": "POD_NAMESPACE",
	"OTEL_K8S_NODE_NAME": "K8S_NODE_NAME", "OTEL_K8S_NODE_IP": "K8S_NODE_IP",
}

// plain is a config as it is compared: by one set of names, null as an empty map, without what nothing uses.
func plain(t *testing.T, config map[string]any) map[string]any {
	t.Helper()
	var simple func(value any) any
	simple = func(value any) any {
		switch value := value.(type) {
		case nil:
			return map[string]any{}
		case string:
			for from, to := range official {
				value = strings.ReplaceAll(value, "${env:"+from+"}", "${env:"+to+"}")
			}
			value = strings.ReplaceAll(value, "${env:POD_NAMESPACE}", "observability")

			return strings.ReplaceAll(value, "[${env:POD_IP}]", "${env:POD_IP}")
		case []any:
			for i := range value {
				value[i] = simple(value[i])
			}
		case map[string]any:
			for key := range value {
				value[key] = simple(value[key])
			}
		}

		return value
	}
	config = simple(config).(map[string]any)
	oneProtocol(config)
	used := map[string]bool{}
	service := config["service"].(map[string]any)
	pipelines, _ := service["pipelines"].(map[string]any)
	for _, pipeline := range pipelines {
		for role, list := range pipeline.(map[string]any) {
			ids, _ := list.([]any)
			for i := range ids {
				id := fmt.Sprint(ids[i])
				if ids[i] = newest(component.Kind(role), id); ids[i] == id && role != "processors" {
					ids[i] = newest(component.Connector, id)
				}
				used[role+"."+ids[i].(string)] = true
			}
		}
	}
	extensions, _ := service["extensions"].([]any)
	for _, id := range extensions {
		used["extensions."+fmt.Sprint(id)] = true
	}
	for _, kind := range component.Kinds() {
		bodies, _ := config[string(kind)].(map[string]any)
		for _, id := range slices.Collect(maps.Keys(bodies)) {
			to := newest(kind, id)
			body := bodies[id]
			delete(bodies, id)
			connector := kind == component.Connector && (used["receivers."+to] || used["exporters."+to])
			if used[string(kind)+"."+to] || connector {
				bodies[to] = body
			}
		}
	}

	return config
}

// oneProtocol calls a receiver of one protocol of OTLP otlp, where there is no other.
func oneProtocol(config map[string]any) {
	receivers, _ := config["receivers"].(map[string]any)
	for _, id := range []string{"otlp/grpc", "otlp/http"} {
		if receivers[id] == nil || receivers["otlp"] != nil {
			continue
		}
		receivers["otlp"] = receivers[id]
		delete(receivers, id)
		for _, pipeline := range config["service"].(map[string]any)["pipelines"].(map[string]any) {
			list, _ := pipeline.(map[string]any)["receivers"].([]any)
			for i := range list {
				if list[i] == id {
					list[i] = "otlp"
				}
			}
		}
	}
}

func newest(kind component.Kind, id string) string {
	name, rest, named := strings.Cut(id, "/")
	if name = collectorconfig.NameIn(kind, name, version); named {
		return name + "/" + rest
	}

	return name
}

// allowed counts, by the difference's name, those of the changes that are documented, and gives the others.
func allowed(found []change, count map[string]int) (defects []string) {
	for _, c := range found {
		name := ""
		for _, difference := range migratevalues.Differences() {
			if slices.ContainsFunc(difference.Paths, func(path string) bool { return whole(path, c.path) }) && c.replaces(difference) {
				name = difference.Name
				count[name]++
			}
		}
		if name == "" {
			defects = append(defects, c.String())
		}
	}
	sort.Strings(defects)

	return defects
}

// whole tells whether an expression is of all of a text.
func whole(expression, text string) bool {
	return regexp.MustCompile("^(?:" + expression + ")$").MatchString(text)
}

// replaces tells whether the original has nothing there, or what a difference is about.
func (c change) replaces(difference migratevalues.Difference) bool {
	if c.official == nil || c.official == false {
		return true
	}
	was := strings.ReplaceAll(fmt.Sprint(c.official), "observability", "${env:POD_NAMESPACE}") // As plain has it.

	return !difference.Added && (difference.Was == "" || whole(difference.Was, was))
}

func TestWhatSomebodyWroteIsNoDocumentedDifference(t *testing.T) {
	t.Parallel()
	reader := func(keys ...string) []any {
		body := map[string]any{}
		for _, key := range keys {
			body[key] = true
		}

		return []any{map[string]any{"pull": map[string]any{"exporter": map[string]any{"prometheus": body}}}}
	}
	below := func(value any, keys ...string) map[string]any {
		for _, key := range slices.Backward(keys) {
			value = map[string]any{key: value}
		}

		return value.(map[string]any)
	}
	for _, lost := range []map[string]any{
		below("512", "processors", "memory_limiter", "limit_mib"),
		below(70, "processors", "memory_limiter", "limit_percentage"),
		below("30s", "processors", "memory_limiter", "check_interval"),
		below("10s", "processors", "batch", "timeout"),
		below("10s", "processors", "batch/mine", "timeout"),
		below([]any{"batch/mine"}, "service", "pipelines", "logs", "processors"),
		below("/mine", "extensions", "file_storage/x", "directory"),
		below(true, "extensions", "file_storage", "compaction", "on_start"),
		below([]any{"file_storage/x"}, "service", "extensions"),
		below(reader("with_resource_constant_labels"), "service", "telemetry", "metrics", "readers"),
		below("mine", "service", "telemetry", "resource", "service.name"),
		below("mine", "service", "telemetry", "resource", "k8s.node.name"),
		below("1s", "exporters", "otlp_http", "timeout"),
		below(true, "receivers", "otlp", "protocols", "grpc", "keepalive", "enforcement_policy", "permit_without_stream"),
		below("/health", "extensions", "health_check", "path"),
		below("mine", "receivers", "file_log/mine", "include"),
	} {
		assert.NotEmpty(t, allowed(changes("", lost, map[string]any{}), map[string]int{}), "%v", lost)
	}
	readers := func(keys ...string) map[string]any {
		return below(reader(keys...), "service", "telemetry", "metrics", "readers")
	}
	assert.Empty(t, allowed(changes("", readers(), readers("without_units")), map[string]int{}))
	assert.NotEmpty(t, allowed(changes("", readers("with_resource_constant_labels"), readers("without_units")), map[string]int{}))
}
