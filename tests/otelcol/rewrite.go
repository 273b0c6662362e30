package otelcol

import (
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

// Machine is where a Kubernetes config is to run instead.
type Machine struct {
	// Dir is a folder for queues, host files and outputs. It is required.
	Dir string
	// Host is the address that stands for the Pod's, 127.0.0.1 when empty. Give ::1 to run on IPv6.
	Host string
	// Kubeconfig names the file by which to reach an API server. Without one, what needs the API is left out.
	Kubeconfig string
	// Sink is where exporters send. It is required.
	Sink *telemetry.Sink
	// Env overrides what Rewrite makes up for the variables that the config reads.
	Env map[string]string
}

// Rewritten is a config that runs on a plain machine.
type Rewritten struct {
	Config string
	// Env holds every variable that the config reads.
	Env map[string]string
	// Changes tells each change, one a line, path first, sorted.
	Changes []string
	// LeftOut tells each component and pipeline that can't run here, and why, sorted.
	LeftOut []string
	// Routes are, by signal, the exporters to the sink that an OTLP receiver feeds. Signals without one are absent.
	Routes map[telemetry.Signal][]string
}

// String lists what was changed and left out, for a test's log.
func (r *Rewritten) String() string {
	var text strings.Builder
	for _, change := range r.Changes {
		fmt.Fprintf(&text, "changed  %s\n", change)
	}
	for _, left := range r.LeftOut {
		fmt.Fprintf(&text, "left out %s\n", left)
	}
	return text.String()
}

// Rewrite adapts a compiled Kubernetes config so that it runs on a plain machine, and changes as little as that
// takes: the ports that it listens on, the folders that it reads and writes, where its exporters send to (each says
// its id by [telemetry.ExporterHeader]), and how it reaches the Kubernetes API. A pipeline that ends in debug or nop alone
// gets an exporter to the sink, so that what it delivers can be counted. What can't run is left out; the result
// lists all of it. The names of components stay as they are, in whatever version's spelling.
func Rewrite(configYAML string, machine Machine) (*Rewritten, error) {
	if machine.Dir == "" || machine.Sink == nil {
		return nil, fmt.Errorf("rewriting a config: the machine has no Dir or no Sink; give both")
	}
	config, err := parseConfig(configYAML)
	if err != nil {
		return nil, err
	}
	if machine.Host == "" {
		machine.Host = "127.0.0.1"
	}
	w := &rewriter{Machine: machine, config: config}
	steps := []func() error{
		w.leaveOutUnused, w.kubernetes, w.discovery, w.detectors, w.scrapes, w.prune,
		w.listeners, w.telemetry, w.receiverTLS, w.storage, w.hostPaths, w.exporters, w.sinkForDebug,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, fmt.Errorf("rewriting a config for a plain machine: %w", err)
		}
	}
	text, err := encodeConfig(config)
	if err != nil {
		return nil, err
	}
	env := w.variables(text)
	slices.Sort(w.changes)
	slices.Sort(w.left)
	return &Rewritten{Config: text, Env: env, Changes: w.changes, LeftOut: slices.Compact(w.left), Routes: routes(config)}, nil
}

type rewriter struct {
	Machine
	config  section
	changes []string
	left    []string
}

func (w *rewriter) changed(path, format string, args ...any) {
	w.changes = append(w.changes, path+": "+fmt.Sprintf(format, args...))
}

func (w *rewriter) leftOut(path, why string) {
	w.left = append(w.left, path+": "+why)
}

// set writes one value and says so, unless it is there already.
func (w *rewriter) set(parent section, path, key string, value any) {
	old, had := parent[key]
	if had && fmt.Sprint(old) == fmt.Sprint(value) {
		return
	}
	parent[key] = value
	if had {
		w.changed(path+"."+key, "%v -> %v", old, value)
		return
	}
	w.changed(path+"."+key, "set to %v", value)
}

func (w *rewriter) drop(parent section, path, key, why string) {
	if _, had := parent[key]; had {
		delete(parent, key)
		w.changed(path+"."+key, "dropped, %s", why)
	}
}

// inUse returns the ids of the components of a kind that the service uses.
func (w *rewriter) inUse(kind string) []string {
	if kind == "extensions" {
		return slices.Sorted(slices.Values(names(at(w.config, "service")["extensions"])))
	}
	used := map[string]bool{}
	pipelines := at(w.config, "service", "pipelines")
	lists := map[string][]string{"receivers": {"receivers"}, "processors": {"processors"}, "exporters": {"exporters"}, "connectors": {"receivers", "exporters"}}
	for name := range pipelines {
		for _, list := range lists[kind] {
			for _, id := range names(at(pipelines, name)[list]) {
				if _, defined := at(w.config, kind)[id]; defined {
					used[id] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(used))
}

// leaveOutUnused drops definitions that nothing uses: the collector does not start them either.
func (w *rewriter) leaveOutUnused() error {
	for _, kind := range []string{"receivers", "processors", "exporters", "connectors", "extensions"} {
		used := w.inUse(kind)
		for _, id := range sortedKeys(at(w.config, kind)) {
			if !slices.Contains(used, id) {
				delete(at(w.config, kind), id)
				w.leftOut(kind+"."+id, "nothing uses it")
			}
		}
	}
	return nil
}

// storage moves queues and offsets on disk below the machine's folder.
func (w *rewriter) storage() error {
	for _, id := range w.inUse("extensions") {
		if !hasType(id, "file_storage") {
			continue
		}
		path := "extensions." + id
		extension := sure(w.config, "extensions", id)
		if err := w.moveFolder(extension, path, "directory", "storage-"+strings.ReplaceAll(id, "/", "-")); err != nil {
			return err
		}
		if compaction := at(extension, "compaction"); compaction["directory"] != nil {
			if err := w.moveFolder(compaction, path+".compaction", "directory", "compaction-"+strings.ReplaceAll(id, "/", "-")); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *rewriter) moveFolder(parent section, path, key, name string) error {
	dir := filepath.Join(w.Dir, name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("making the folder of %s: %w", path, err)
	}
	w.set(parent, path, key, dir)
	return nil
}

var nodeReference = regexp.MustCompile(`node_from_env_var: (\w+)`)

// variables returns a value for every variable that the text reads.
func (w *rewriter) variables(text string) map[string]string {
	env := map[string]string{}
	if w.Kubeconfig != "" {
		env["KUBECONFIG"] = w.Kubeconfig
	}
	// Some components are told a variable's name.
	for _, match := range nodeReference.FindAllStringSubmatch(text, -1) {
		env[match[1]] = "helm-otlp-test"
	}
	for _, match := range environmentReference.FindAllStringSubmatch(text, -1) {
		name, otherwise := match[1], match[2]
		switch {
		case strings.HasSuffix(name, "_IP"):
			env[name] = w.Host
		case otherwise == "":
			env[name] = "helm-otlp-test"
		}
	}
	maps.Copy(env, w.Env)
	for _, name := range slices.Sorted(maps.Keys(env)) {
		w.changed("environment."+name, "set to %s", env[name])
	}
	return env
}

// withPort returns an address with its port replaced and its host kept, but for a wildcard, which becomes loopback.
func withPort(endpoint string, port int) string {
	cut := strings.LastIndex(endpoint, ":")
	host := strings.TrimSpace(endpoint[:max(cut, 0)])
	switch host {
	case "", "0.0.0.0", "localhost":
		host = "127.0.0.1"
	case "[::]":
		host = "[::1]"
	}
	return host + ":" + strconv.Itoa(port)
}

// listensHere tells whether an address is one that a component listens on, not one that it calls.
func listensHere(endpoint string) bool {
	cut := strings.LastIndex(endpoint, ":")
	if cut < 0 {
		return false
	}
	if _, err := strconv.Atoi(endpoint[cut+1:]); err != nil {
		return false
	}
	host := strings.Trim(endpoint[:cut], "[]")
	if match := environmentReference.FindStringSubmatch(host); match != nil && match[0] == host {
		return strings.HasSuffix(match[1], "POD_IP")
	}
	ip := net.ParseIP(host)
	return host == "" || host == "localhost" || ip != nil && (ip.IsLoopback() || ip.IsUnspecified())
}
