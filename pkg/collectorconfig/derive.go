package collectorconfig

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// Derive says what a config needs of Kubernetes: only components that a pipeline or
// service.extensions names count. The ids may be of any version. Of the input it reads
// the facts and the memory limit.
func Derive(config map[string]any, in Input) Derived {
	d := &derivation{
		table: component.All(), facts: facts(in),
		ports: map[string]Port{}, listens: map[string]Listen{}, rules: map[string]map[string]Rule{}, mounts: map[string]Mount{},
		result: Derived{Env: map[string]string{}, Roles: map[string][]Rule{}},
	}
	if in.MemoryLimitMiB > 0 {
		d.result.GoMemLimitMiB = in.MemoryLimitMiB * goMemLimitPercentage / 100
	}
	for _, used := range usedComponents(d.table, config) {
		d.facts["pipelines"] = map[string]any{"signals": signalsWith(config, used)}
		d.of = string(used.kind) + "." + used.id
		d.take(used.row, used.body, in.MemoryLimitMiB)
	}
	delete(d.facts, "pipelines")
	d.ownMetrics(asMap(asMap(config["service"])["telemetry"])["metrics"])
	d.environment(config)
	return d.finish()
}

// ownMetrics takes those of the collector, which it serves where nothing is said of them, and not at the level none.
func (d *derivation) ownMetrics(body any) {
	row, metrics := d.table.Telemetry, asMap(body)
	_, readers := metrics["readers"]
	_, address := metrics["address"]
	d.of = "service.telemetry.metrics"
	if strings.EqualFold(scalarText(metrics["level"]), "none") {
		d.of = ""
	} else if !readers && !address {
		d.listen(row.Ports[0].Protocol, lastNumber(row.Ports[0].Default))
	}
	d.take(row, body, 0)
}

// signalsWith are those of the pipelines that list a component as one of its kind.
func signalsWith(config map[string]any, used usedComponent) []any {
	pipelines := asMap(asMap(config["service"])["pipelines"])
	signals := []any{}
	for _, name := range sortedKeys(pipelines) {
		list, _ := asMap(pipelines[name])[string(used.kind)].([]any)
		if slices.Contains(list, any(used.id)) {
			signals = append(signals, typeOf(name))
		}
	}
	return signals
}

// goMemLimitPercentage is GOMEMLIMIT's share of the container's memory where no
// memory limiter says better (upstream's advice for the memory_limiter).
const goMemLimitPercentage = 80

type derivation struct {
	table component.Table
	facts map[string]any
	// of is what is taken; empty: something that does not listen after all.
	of      string
	ports   map[string]Port            // by protocol and number
	listens map[string]Listen          // by protocol and number
	rules   map[string]map[string]Rule // by namespace ("" for the cluster), and by all but the resources
	mounts  map[string]Mount           // by mount path
	result  Derived
}

func (d *derivation) take(row component.Component, body any, memoryLimitMiB int64) {
	doc := withBody(d.facts, body)
	for _, port := range listening(row, doc) {
		d.port(port, row.Probe, doc)
	}
	for _, grant := range row.Grants {
		d.grant(grant, doc)
	}
	for _, mount := range row.Mounts {
		if holds(mount.When, doc) {
			d.mount(mount, doc)
		}
	}
	if row.Memory != nil {
		d.memory(*row.Memory, doc, memoryLimitMiB)
	}
}

// keyOf tells one port from another.
func keyOf(protocol string, number int64) string { return protocol + strconv.FormatInt(number, 10) }

// listen adds a port that is taken in the Pod.
func (d *derivation) listen(protocol string, number int64) {
	key := keyOf(protocol, number)
	if _, taken := d.listens[key]; !taken && d.of != "" {
		d.listens[key] = Listen{Port: number, Protocol: protocol, Of: d.of}
	}
}

// port adds a socket, and where it is reachable from outside the Pod the port and the probe that it answers. A port that
// is a guess, since a variable says which it is, does no harm among those that a Service has: but a Pod that has it is to
// get its sidecar.
func (d *derivation) port(row listener, probe *component.Probe, doc map[string]any) {
	if socketFile.MatchString(row.text) {
		return
	}
	if number := fixedNumber(row.text); number != 0 {
		d.listen(row.Protocol, number)
	}
	number := lastNumber(row.text)
	if number == 0 {
		number = lastNumber(row.Default)
	}
	if number == 0 || loopback.MatchString(row.host) {
		return
	}
	key := keyOf(row.Protocol, number)
	if _, taken := d.ports[key]; !taken {
		name := row.Name
		for _, other := range d.ports {
			if other.Name == row.Name {
				name = "port-" + strconv.FormatInt(number, 10) + "-" + strings.ToLower(row.Protocol)
			}
		}
		d.ports[key] = Port{Name: name, Port: number, Protocol: row.Protocol, AppProtocol: row.AppProtocol, Service: row.Service}
	}
	if probe != nil && d.result.Probe == nil {
		d.result.Probe = &Probe{Port: number, Path: firstText(lookup(probe.Path, doc), "/"), Scheme: "HTTP"}
		if len(lookup(probe.TLSPath, doc)) > 0 {
			d.result.Probe.Scheme = "HTTPS"
		}
	}
}

func firstText(values []any, otherwise string) string {
	for _, value := range values {
		if text := scalarText(value); text != "" {
			return text
		}
	}
	return otherwise
}

func (d *derivation) grant(row component.Grant, doc map[string]any) {
	docs := []map[string]any{doc}
	if row.Each != "" {
		docs = nil
		for _, element := range lookup(row.Each, doc) {
			docs = append(docs, withBody(doc, element))
		}
	}
	for _, doc := range docs {
		if !holds(row.When, doc) {
			continue
		}
		resources, groups := row.Resources, row.APIGroups
		if row.ResourcesPath != "" {
			resources = texts(lookup(row.ResourcesPath, doc))
		}
		if row.GroupsPath != "" {
			groups = texts(lookup(row.GroupsPath, doc))
			if len(groups) == 0 {
				groups = d.groupsOf(resources)
			}
		}
		names := row.ResourceNames
		if row.NamesPath != "" {
			names = known(texts(lookup(row.NamesPath, doc)))
		}
		for _, namespace := range namespacesOf(row, doc) {
			d.rule(namespace, Rule{
				APIGroups: groups, Resources: resources, ResourceNames: names,
				NonResourceURLs: row.NonResourceURLs, Verbs: row.Verbs,
			})
		}
	}
}

// namespacesOf are those that a grant is for, "" for the cluster.
func namespacesOf(row component.Grant, doc map[string]any) []string {
	namespaces := []string{}
	if row.Namespace != "" {
		namespaces = []string{row.Namespace}
	}
	if row.NamespacesPath != "" {
		namespaces = texts(lookup(row.NamespacesPath, doc))
	}
	if row.ServicePath != "" {
		for _, service := range texts(lookup(row.ServicePath, doc)) {
			parts := append(strings.Split(service, "."), "", "")
			if parts[1] == "" {
				parts[1] = firstText(lookup("namespace", doc), "")
			}
			namespaces = append(namespaces, parts[1])
		}
	}
	own := firstText(lookup("namespace", doc), "")
	for i, namespace := range namespaces {
		namespaces[i] = strings.ReplaceAll(namespace, "${env:POD_NAMESPACE}", own)
	}
	if namespaces = known(namespaces); len(namespaces) == 0 {
		return []string{""}
	}
	return namespaces
}

// known is nothing unless all texts are known before the collector runs.
func known(texts []string) []string {
	for _, text := range texts {
		if strings.Contains(text, "${") {
			return nil
		}
	}
	return texts
}

func texts(values []any) []string {
	var found []string
	for _, value := range values {
		if text := scalarText(value); text != "" {
			found = append(found, text)
		}
	}
	return found
}

func (d *derivation) groupsOf(resources []string) []string {
	groups := []string{}
	for _, resource := range resources {
		groups = append(groups, d.table.Groups[resource])
	}
	return groups
}

// rule joins a rule with those of the same groups, verbs and names.
func (d *derivation) rule(namespace string, rule Rule) {
	if d.rules[namespace] == nil {
		d.rules[namespace] = map[string]Rule{}
	}
	var parts []string
	for _, part := range [][]string{rule.APIGroups, rule.Verbs, rule.NonResourceURLs, rule.ResourceNames} {
		parts = append(parts, strings.Join(part, ","))
	}
	key := strings.Join(parts, "|")
	resources := map[string]bool{}
	for _, resource := range append(append([]string{}, d.rules[namespace][key].Resources...), rule.Resources...) {
		resources[resource] = true
	}
	rule.Resources = nil
	if len(resources) > 0 {
		rule.Resources = sortedKeys(resources)
	}
	d.rules[namespace][key] = rule
}

var (
	globbed  = regexp.MustCompile(`[^/]*[*?{\[].*$`)
	unusable = regexp.MustCompile(`[^a-z0-9]+`)
)

func (d *derivation) mount(row component.Mount, doc map[string]any) {
	for _, folder := range texts(lookup(row.Path, doc)) {
		if !strings.HasPrefix(folder, "/") || strings.Contains(folder, "${") {
			continue
		}
		if row.Files {
			folder = folderOf(folder)
		}
		name := row.Name
		if row.Volume == component.HostVolume {
			name = strings.TrimSuffix("host"+unusable.ReplaceAllString(strings.ToLower(folder), "-"), "-")
			if len(name) > 63 {
				name = strings.TrimSuffix(name[:63], "-")
			}
		}
		if _, taken := d.mounts[folder]; !taken {
			d.mounts[folder] = Mount{Name: name, MountPath: folder, Volume: string(row.Volume), ReadOnly: row.ReadOnly}
		}
		if row.Volume == component.HostVolume || row.Volume == component.StateHostVolume {
			d.result.RunAsRoot = true
		}
	}
}

// folderOf is the folder that holds all files of a pattern.
func folderOf(pattern string) string {
	if folder := globbed.ReplaceAllString(pattern, ""); folder != pattern {
		return path.Clean(folder)
	}
	return path.Dir(pattern)
}

func (d *derivation) memory(row component.Memory, doc map[string]any, limitMiB int64) {
	if mib, err := strconv.ParseInt(firstText(lookup(row.MiBPath, doc), ""), 10, 64); err == nil && mib > 0 {
		d.result.GoMemLimitMiB = mib
		return
	}
	percentage, err := strconv.ParseInt(firstText(lookup(row.PercentagePath, doc), ""), 10, 64)
	if err == nil && percentage > 0 && limitMiB > 0 {
		d.result.GoMemLimitMiB = limitMiB * percentage / 100
	}
}

func (d *derivation) environment(config map[string]any) {
	for name, field := range d.table.Environment {
		if mentions(config, name) {
			d.result.Env[name] = field
		}
	}
}

// mentions tells whether a key or a text anywhere in the value contains the name.
func mentions(value any, name string) bool {
	switch value := value.(type) {
	case string:
		return strings.Contains(value, name)
	case []any:
		return slices.ContainsFunc(value, func(item any) bool { return mentions(item, name) })
	case map[string]any:
		for key, of := range value {
			if strings.Contains(key, name) || mentions(of, name) {
				return true
			}
		}
	}

	return false
}

// finish sorts what was found.
func (d *derivation) finish() Derived {
	d.result.Ports, d.result.Listens, d.result.Mounts, d.result.Rules = []Port{}, []Listen{}, []Mount{}, []Rule{}
	for _, key := range sortedKeys(d.ports) {
		d.result.Ports = append(d.result.Ports, d.ports[key])
	}
	for _, key := range sortedKeys(d.listens) {
		d.result.Listens = append(d.result.Listens, d.listens[key])
	}
	for _, mountPath := range sortedKeys(d.mounts) {
		d.result.Mounts = append(d.result.Mounts, d.mounts[mountPath])
	}
	for namespace, rules := range d.rules {
		list := []Rule{}
		for _, key := range sortedKeys(rules) {
			list = append(list, rules[key])
		}
		if namespace == "" {
			d.result.Rules = list
		} else {
			d.result.Roles[namespace] = list
		}
	}
	return d.result
}
