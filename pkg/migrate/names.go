package migrate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/internal/yamledit"
	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// setImage writes the version where the chart's values name another one of its own image.
func (m *migration) setImage() []operation {
	image := m.Document.Root.Get("image")
	if !m.chart || image == nil {
		return nil
	}
	var operations []operation
	for _, key := range []string{"tag", "collectorVersion"} {
		node := image.Get(key)
		if node == nil || !release.MatchString(strings.TrimPrefix(node.Value, "v")) || node.Value == m.version {
			continue
		}
		o := operation{
			path: source.Keys("image", key), says: "image." + key + ": " + node.Value + " is " + m.version,
			hint: "set image to one of " + m.version,
		}
		// Whose image has which tags, nobody knows here.
		if key == "collectorVersion" || image.Get("repository") == nil && image.Get("digest") == nil {
			o.edits = m.Replacement(node, m.version)
			o.data = func(file, _ map[string]any) { asMap(file["image"])[key] = m.version }
		}
		operations = append(operations, o)
	}

	return operations
}

func asMap(value any) map[string]any {
	of, _ := value.(map[string]any)

	return of
}

// rename writes the name that the version has for each component, where it is defined and where it is named.
func (m *migration) rename() []operation {
	definitions := m.definitions()
	var operations []operation
	for _, d := range m.config.Components {
		name := collectorconfig.NameIn(d.Kind, d.Type(), m.version)
		if name == d.Type() {
			continue
		}
		id := name + strings.TrimPrefix(d.ID, d.Type())
		o := operation{
			path: d.Path, says: string(d.Kind) + ": " + d.ID + " is " + id, hint: "write " + id + ", in the pipelines too",
			edits: m.Replacement(definitions[d.Position].Key, id),
		}
		if _, taken := m.config.Defined(d.Kind, id); taken {
			o.hint = collectorconfig.TakenHint(id)
			operations = append(operations, o)
			continue
		}
		var paths []source.Path
		for _, reference := range m.config.Named(d) {
			o.edits = append(o.edits, m.Replacement(m.config.Root.Lookup(reference), id)...)
			paths = append(paths, reference)
		}
		o.data = func(_, config map[string]any) {
			section := asMap(config[string(d.Kind)])
			section[id] = section[d.ID]
			delete(section, d.ID)
			for _, path := range paths {
				set(config, path, id)
			}
		}
		operations = append(operations, o)
	}

	return operations
}

// set puts a value to a path of maps and lists, where components may have another name by now.
func set(config map[string]any, path source.Path, value any) {
	var at any = config
	for i, step := range path {
		last := i == len(path)-1
		if key, is := step.Key(); is {
			of := asMap(at)
			if last {
				of[key] = value
			}
			at = of[key]
		} else if index, is := step.Index(); is {
			list, _ := at.([]any)
			if index >= len(list) {
				return
			}
			if last {
				list[index] = value
			}
			at = list[index]
		}
	}
}

// definitions are the ids of components and their bodies, by where they stand.
func (m *migration) definitions() map[source.Position]source.Pair {
	pairs := map[source.Position]source.Pair{}
	for _, kind := range component.Kinds() {
		if section := m.config.Root.Get(string(kind)); section != nil {
			for _, pair := range section.Pairs {
				pairs[pair.Key.Position()] = pair
			}
		}
	}

	return pairs
}

// renameDetectors writes the names of the resource detection's detectors.
func (m *migration) renameDetectors() []operation {
	const old, fresh, since = "k8snode", "k8s_api", "0.154.0"
	if !m.since(since) {
		return nil
	}
	var operations []operation
	for _, d := range m.config.Components {
		if d.Kind != component.Processor || d.Type() != "resource_detection" && d.Type() != "resourcedetection" || d.Body == nil {
			continue
		}
		detectors := d.Body.Get("detectors")
		if detectors == nil {
			continue
		}
		for i, item := range detectors.Items {
			if item.Value != old {
				continue
			}
			o := operation{
				path: d.Path.Join(source.Key("detectors"), source.Index(i)), says: d.ID + ": the detector " + old + " is " + fresh,
				hint: "write " + fresh, edits: m.Replacement(item, fresh),
			}
			own, has := pairOf(d.Body, old)
			if has {
				o.edits = append(o.edits, m.Replacement(own.Key, fresh)...)
			}
			o.data = func(_, config map[string]any) {
				set(config, o.path, fresh)
				if body := asMap(asMap(config[string(d.Kind)])[d.ID]); has {
					body[fresh] = body[old]
					delete(body, old)
				}
			}
			operations = append(operations, o)
		}
	}

	return operations
}

// dropBallast takes out the extension that has gone in 0.109.
func (m *migration) dropBallast() []operation {
	if !m.since("0.109.0") {
		return nil
	}
	definitions := m.definitions()
	section := m.config.Root.Get(string(component.Extension))
	enabled := m.config.Root.Lookup(source.Keys("service", "extensions"))
	var operations []operation
	for _, d := range m.config.Components {
		if d.Kind != component.Extension || d.Type() != "memory_ballast" {
			continue
		}
		o := operation{
			path: d.Path, says: "extensions: " + d.ID + " is gone: the variable GOMEMLIMIT does its work, which the chart sets", hint: "take it out, in service.extensions too",
			edits: []yamledit.Splice{m.Removal(section, definitions[d.Position])},
		}
		for _, reference := range m.config.Named(d) {
			if node := m.config.Root.Lookup(reference); enabled != nil {
				o.edits = append(o.edits, m.ItemRemoval(enabled, node))
			}
		}
		o.data = func(_, config map[string]any) {
			drop(config, string(component.Extension), d.ID)
			service := asMap(config["service"])
			if list, ok := service["extensions"].([]any); ok {
				list = slices.DeleteFunc(list, func(id any) bool { return id == d.ID })
				service["extensions"] = list
				if len(list) == 0 && !m.Flow(enabled) {
					service["extensions"] = nil
				}
			}
		}
		operations = append(operations, o)
		if len(operations) == 1 {
			break // Items that stand beside one another are taken out one by one.
		}
	}

	return operations
}

// drop takes a key out of a map of the config. Between no braces, a map without keys is nothing.
func drop(config map[string]any, section, key string) {
	of := asMap(config[section])
	delete(of, key)
	if len(of) == 0 {
		config[section] = nil
	}
}

// moveVerbosity writes the logging exporter's loglevel as verbosity.
func (m *migration) moveVerbosity() []operation {
	var operations []operation
	for _, d := range m.exporters() {
		pair, has := pairOf(d.Body, "loglevel")
		if !has || d.Type() != "debug" {
			continue
		}
		o := operation{
			path: d.Path.Join(source.Key("loglevel")), says: d.ID + ": loglevel " + pair.Value.Value + " is verbosity",
			hint: "write verbosity: basic, normal or detailed",
		}
		if verbosity, known := collectorconfig.VerbosityOf(pair.Value.Value); known && d.Body.Get("verbosity") == nil {
			o.says += " " + verbosity
			o.edits = append(m.Replacement(pair.Key, "verbosity"), m.Replacement(pair.Value, verbosity)...)
			o.data = func(_, config map[string]any) {
				body := asMap(asMap(config[string(d.Kind)])[d.ID])
				delete(body, "loglevel")
				body["verbosity"] = verbosity
			}
		} else {
			o.says = d.ID + " has no loglevel any longer"
		}
		operations = append(operations, o)
	}

	return operations
}

// braceVariables writes ${env:NAME} for each $NAME that the version no longer expands.
func (m *migration) braceVariables() []operation {
	var operations []operation
	for _, problem := range collectorconfig.Check(m.config, m.version, "custom") {
		path, err := source.ParsePath(problem.Path)
		if problem.Code != collectorconfig.CodeBareEnv || err != nil {
			continue
		}
		node := m.config.Root.Lookup(path)
		if node == nil {
			continue
		}
		from, to, quote, ok := m.Scalar(node)
		o := operation{
			path: path, says: problem.Path + ": " + braced(node.Value, problem.TextInstead), hint: problem.Hint,
		}
		if text := problem.TextInstead; ok && text != "" {
			// Between braces, a brace ends a word that has no quotes.
			if quote == "" && m.betweenBraces(path) {
				quote = `"`
			}
			o.edits = []yamledit.Splice{{From: from, To: to, Text: quote + text + quote}}
			o.data = func(_, config map[string]any) { set(config, path, text) }
		}
		operations = append(operations, o)
	}

	return operations
}

// braced says what a text with a variable is now; less where that is left to a person.
func braced(text, instead string) string {
	if instead == "" || strings.Contains(text, "\n") {
		return "its variables have braces"
	}

	return text + " is " + instead
}

// betweenBraces tells whether a value is inside of a map or list that is written so.
func (m *migration) betweenBraces(path source.Path) bool {
	for i := range path {
		if node := m.config.Root.Lookup(path[:i]); node != nil && node.Kind != source.Scalar && m.Flow(node) {
			return true
		}
	}

	return false
}

// loopback are the receivers, and what answers probes, that listen on localhost since 0.104 where they name no address.
func (m *migration) loopback() []handwork {
	if !m.since("0.104.0") {
		return nil
	}
	var found []handwork
	config, _ := m.config.Root.Any().(map[string]any)
	for _, socket := range collectorconfig.Sockets(config, collectorconfig.Input{Version: m.version}) {
		name, _, _ := strings.Cut(socket.ID, "/")
		probed := component.All().Components[socket.Kind][name].Probe != nil
		if socket.Written || !socket.Loopback() || !socket.Service && !probed {
			continue
		}
		who := "where others than its own Pod send to it"
		if probed {
			who = "where the kubelet probes it, which restarts the Pod otherwise"
		}
		found = append(found, handwork{
			path:    socket.Path[:len(socket.Path)-1],
			message: fmt.Sprintf("%s listens on localhost:%d alone since 0.104, where no endpoint is given", socket.ID, socket.Port),
			hint:    fmt.Sprintf("write endpoint: 0.0.0.0:%d %s", socket.Port, who),
		})
	}

	return found
}
