package otelcol_test

import (
	"bufio"
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/tests/otelcol"
)

// A sample is a config of which it is asked what the collector and what we say.
type sample struct{ class, name, config string }

// older are modules that the judge has at an older version than the one that is catalogued: what it says of their components
// is not asked.
var older = regexp.MustCompile(`/(k8seventsreceiver|k8sobjectsreceiver|k8sinventory)$`)

// chartSamples are the configs of the chart's scenarios and of the examples, without what the judge does not have.
func chartSamples(t *testing.T) []sample {
	t.Helper()
	scenarios, err := filepath.Glob(filepath.Join(chart, "ci", "*-values.yaml"))
	require.NoError(t, err)
	examples, err := filepath.Glob("../../examples/*/*values.yaml")
	require.NoError(t, err)
	files := slices.DeleteFunc(append(scenarios, examples...), func(file string) bool {
		// One is wrong on purpose; of the other's pipelines nothing is left without a connector that the judge does not have.
		return strings.Contains(file, "examples/lint/") || strings.HasSuffix(file, "examples/multi-tenant/gateway-values.yaml")
	})
	distributions := otelcol.Distributions()
	newest := distributions[len(distributions)-1]
	samples := make([]sample, len(files))
	without := make([][]string, len(files))
	for i, file := range files {
		samples[i] = sample{class: "chart", name: filepath.Base(filepath.Dir(file)) + "/" + filepath.Base(file)}
		values, err := os.ReadFile(file)
		require.NoError(t, err)
		if bytes.Contains(values, []byte("kubernetesEvents:")) {
			without[i] = []string{"receivers.k8s_events"} // Of the older.
		}
	}
	for anew := slices.Clone(files); len(anew) > 0; {
		configs := make([]string, len(files))
		for i, file := range files {
			if slices.Contains(anew, file) {
				samples[i].config = onThisMachine.Replace(configOf(t, rendered(t, file, "default", newest, without[i]...)))
			}
			configs[i] = samples[i].config
		}
		anew = nil
		for i, said := range verdicts(t, configs) {
			for _, match := range unknownType.FindAllStringSubmatch(said, -1) {
				without[i] = append(without[i], match[1]+"."+match[2])
				anew = append(anew, files[i])
			}
		}
	}

	return samples
}

// onThisMachine puts files that are there in the place of those that a Pod has.
var onThisMachine = strings.NewReplacer("/hostfs", "/", "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt", "/etc/ssl/certs/ca-certificates.crt")

// upstreamSamples are the configs that the modules of the collector have for their own tests. Where a file holds
// the configurations of one component, each is put into a config.
func upstreamSamples(t *testing.T) []sample {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{with .Module}}{{.Path}} {{.Dir}}{{end}}", ".")
	list.Dir = "v0.161"
	list.Env = append(os.Environ(), "GOWORK=off")
	out, err := list.Output()
	require.NoError(t, err)
	var samples []sample
	seen := map[string]bool{}
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		module, folder, _ := strings.Cut(lines.Text(), " ")
		if seen[module] {
			continue
		}
		seen[module] = true
		if older.MatchString(module) {
			continue
		}
		if !strings.HasPrefix(module, "github.com/open-telemetry/") && !strings.HasPrefix(module, "go.opentelemetry.io/") || folder == "" {
			continue
		}
		files, err := filepath.Glob(filepath.Join(folder, "testdata", "*.yaml"))
		require.NoError(t, err)
		nested, err := filepath.Glob(filepath.Join(folder, "testdata", "*", "*.yaml"))
		require.NoError(t, err)
		for _, file := range append(files, nested...) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			name := path.Base(module) + strings.TrimPrefix(file, folder)
			samples = append(samples, samplesOf(name, kindOf(module), text)...)
		}
	}

	return samples
}

// kindOf is the kind of component that a module holds, empty where it holds none.
func kindOf(module string) component.Kind {
	for _, kind := range component.Kinds() {
		if strings.Contains(module, "/"+strings.TrimSuffix(string(kind), "s")+"/") {
			return kind
		}
	}

	return ""
}

// samplesOf reads a whole config, or components by their ids.
func samplesOf(name string, kind component.Kind, text []byte) []sample {
	var document yaml.Node
	if yaml.Unmarshal(text, &document) != nil || len(document.Content) == 0 || document.Content[0].Kind != yaml.MappingNode {
		return nil // It is none on purpose.
	}
	root := document.Content[0]
	if under(root, "service") != nil {
		return []sample{{class: "upstream", name: name, config: string(text)}}
	}
	if kind == "" {
		return nil
	}
	var samples []sample
	each(root, func(id string, at int) {
		kindOfComponent, _, _ := strings.Cut(id, "/")
		entry := component.Known().Entry(kind, kindOfComponent)
		if entry == nil {
			return
		}
		config, err := yaml.Marshal(around(kind, id, root.Content[at], entry.Signals))
		if err == nil {
			samples = append(samples, sample{class: "upstream", name: name + " " + id, config: string(config)})
		}
	})

	return samples
}

// around is a config that uses one component, and of others only what it takes.
func around(kind component.Kind, id string, body *yaml.Node, signals map[string]string) map[string]any {
	config := map[string]any{
		"receivers": map[string]any{"otlp": map[string]any{"protocols": map[string]any{"grpc": nil}}},
		"exporters": map[string]any{"nop": nil},
	}
	pipelines := map[string]any{}
	pipeline := func(signal, role, id string) {
		p := map[string]any{"receivers": []any{"otlp"}, "exporters": []any{"nop"}}
		p[role] = []any{id}
		pipelines[signal] = p
	}
	service := map[string]any{"pipelines": pipelines}
	if section, ok := config[string(kind)].(map[string]any); ok {
		section[id] = body
	} else {
		config[string(kind)] = map[string]any{id: body}
	}
	switch kind {
	case component.Extension:
		service["extensions"] = []any{id}
		pipeline("traces", "processors", "")
		delete(pipelines["traces"].(map[string]any), "processors")
	case component.Connector:
		for _, pair := range slices.Sorted(maps.Keys(signals)) {
			from, to, _ := strings.Cut(pair, "_to_")
			pipeline(from+"/in", "exporters", id)
			pipeline(to+"/out", "receivers", id)

			break
		}
	default:
		for _, signal := range []string{"traces", "metrics", "logs"} {
			if _, has := signals[signal]; has {
				pipeline(signal, string(kind), id)
			}
		}
	}
	if len(pipelines) == 0 {
		pipeline("traces", "receivers", "otlp")
	}
	config["service"] = service

	return config
}
