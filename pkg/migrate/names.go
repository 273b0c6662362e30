package migrate

import (
	"regexp"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// setImage writes the version where the chart's values name another one.
func (m *migration) setImage() {
	if !m.chart {
		return
	}
	for _, key := range []string{"tag", "collectorVersion"} {
		path := source.Keys("image", key)
		if node := m.document.Lookup(path); node != nil && node.Value != m.version && semver.IsValid("v"+node.Value) {
			m.replace(node, path, m.version, "image.%s: %s is %s", key, node.Value, m.version)
		}
	}
}

// rename writes the name that the version has for each component, where it is defined and where it is named.
func (m *migration) rename() {
	renamed := map[component.Kind]map[string]string{}
	pairs := m.definitions()
	for _, d := range m.config.Components {
		name := collectorconfig.NameIn(d.Kind, d.Type(), m.version)
		if name == d.Type() {
			continue
		}
		id := name + strings.TrimPrefix(d.ID, d.Type())
		if renamed[d.Kind] == nil {
			renamed[d.Kind] = map[string]string{}
		}
		renamed[d.Kind][d.ID] = id
		m.replace(pairs[d.Position].Key, d.Path, id, "%s: %s is %s", d.Kind, d.ID, id)
	}
	m.renameReferences(renamed)
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

func (m *migration) renameReferences(renamed map[component.Kind]map[string]string) {
	reference := func(ref collectorconfig.Reference, kinds ...component.Kind) {
		for _, kind := range kinds {
			if id, ok := renamed[kind][ref.ID]; ok {
				if node := m.config.Root.Lookup(ref.Path); node != nil {
					m.replace(node, ref.Path, id, "")
				}

				return
			}
		}
	}
	for _, pipeline := range m.config.Pipelines {
		for _, ref := range pipeline.Receivers {
			reference(ref, component.Receiver, component.Connector)
		}
		for _, ref := range pipeline.Processors {
			reference(ref, component.Processor)
		}
		for _, ref := range pipeline.Exporters {
			reference(ref, component.Exporter, component.Connector)
		}
	}
	for _, ref := range m.config.Extensions {
		reference(ref, component.Extension)
	}
	for _, ref := range collectorconfig.ExtensionReferences(m.config) {
		reference(ref, component.Extension)
	}
}

// renameDetectors writes the names of the resource detection's detectors.
func (m *migration) renameDetectors() {
	const old, fresh, since = "k8snode", "k8s_api", "0.154.0"
	if !m.since(since) {
		return
	}
	for _, d := range m.config.Components {
		if d.Kind != component.Processor || d.Type() != "resource_detection" && d.Type() != "resourcedetection" || d.Body == nil {
			continue
		}
		if detectors := d.Body.Get("detectors"); detectors != nil {
			for i, item := range detectors.Items {
				if item.Value == old {
					m.replace(item, d.Path.Join(source.Key("detectors"), source.Index(i)), fresh, "%s: the detector %s is %s", d.ID, old, fresh)
				}
			}
		}
		for _, pair := range d.Body.Pairs {
			if pair.Key.Value == old {
				m.replace(pair.Key, d.Path.Join(source.Key(old)), fresh, "")
			}
		}
	}
}

// dropBallast takes out the extension that has gone in 0.109.
func (m *migration) dropBallast() {
	if !m.since("0.109.0") {
		return
	}
	dropped, pairs := map[string]bool{}, m.definitions()
	for _, d := range m.config.Components {
		if d.Kind != component.Extension || d.Type() != "memory_ballast" {
			continue
		}
		dropped[d.ID] = true
		m.remove(pairs[d.Position], "extensions: %s is gone: the chart sets GOMEMLIMIT instead", d.ID)
	}
	for _, ref := range m.config.Extensions {
		if node := m.config.Root.Lookup(ref.Path); dropped[ref.ID] && node != nil {
			m.removeItem(node, "")
		}
	}
}

// moveVerbosity writes the logging exporter's loglevel as verbosity.
func (m *migration) moveVerbosity() {
	levels := map[string]string{"debug": "detailed", "info": "normal", "warn": "basic", "error": "basic"}
	for _, d := range m.config.Components {
		if d.Kind != component.Exporter || d.Type() != "debug" || d.Body == nil {
			continue
		}
		for _, pair := range d.Body.Pairs {
			verbosity, known := levels[pair.Value.Value]
			if pair.Key.Value != "loglevel" {
				continue
			}
			path := d.Path.Join(source.Key("loglevel"))
			if !known || d.Body.Get("verbosity") != nil {
				m.hand(path, "write verbosity: basic, normal or detailed", "%s has no loglevel any longer", d.ID)

				continue
			}
			m.replace(pair.Key, path, "verbosity", "%s: loglevel %s is verbosity %s", d.ID, pair.Value.Value, verbosity)
			m.replace(pair.Value, path, verbosity, "")
		}
	}
}

var bare = regexp.MustCompile(`\$[A-Za-z_][A-Za-z0-9_]*`)

// braceVariables writes ${env:NAME} for each $NAME that the version no longer expands.
func (m *migration) braceVariables() {
	for _, problem := range collectorconfig.Check(m.config, m.version, "custom") {
		if problem.Code != collectorconfig.CodeBareEnv {
			continue
		}
		from, _ := m.document.Offset(problem.Position)
		line := m.text[from:lineEnd(m.text, from)]
		for _, at := range bare.FindAllIndex(line, -1) {
			if at[0] > 0 && line[at[0]-1] == '$' {
				continue
			}
			name := string(line[at[0]+1 : at[1]])
			m.change(from+at[0], from+at[1], "${env:"+name+"}", "%s: $%s is ${env:%s}", problem.Path, name, name)
		}
	}
}

// loopback are the receivers that listen on localhost since 0.104 where they name no address.
func (m *migration) loopback() []handwork {
	if !m.since("0.104.0") {
		return nil
	}
	var found []handwork
	for _, d := range m.config.Components {
		if d.Kind != component.Receiver || d.Type() != "otlp" || d.Body == nil || d.Body.Get("protocols") == nil {
			continue
		}
		for _, pair := range d.Body.Get("protocols").Pairs {
			port := map[string]string{"grpc": "4317", "http": "4318"}[pair.Key.Value]
			if port == "" || pair.Value.Get("endpoint") != nil {
				continue
			}
			found = append(found, handwork{
				path:    d.Path.Join(source.Keys("protocols", pair.Key.Value)...),
				message: d.ID + " listens on localhost alone since 0.104, where no endpoint is given",
				hint:    "write endpoint: 0.0.0.0:" + port + " where others than its own Pod send to it",
			})
		}
	}

	return found
}
