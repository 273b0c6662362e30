package migratevalues

import (
	"regexp"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

var versionInTag = regexp.MustCompile(`^v?(\d+\.\d+\.\d+)`)

// finish compiles the config as the chart does, and tells of what it refuses, of ports that it does not open, and of what
// is referred to and not there.
func (c *conversion) finish(config source.Path, opened []port) {
	needs, ok := c.derived(config)
	if ok {
		c.leaveOutDerived(needs.Mounts)
		c.compare(opened, needs.Ports)
	}
	c.defineVariables(needs.Env)
	c.undefinedVolumes()
}

// derived is what the chart's config needs of Kubernetes; false where the chart refuses the config, which is told.
func (c *conversion) derived(config source.Path) (collectorconfig.Derived, bool) {
	in := collectorconfig.Input{
		Mode: c.mode, Version: c.version, Distribution: "custom", FullName: "release", Namespace: "namespace",
		Presets: mapping(c.out["presets"]), Config: mapping(c.out["config"]), Persistence: at(c.out, "persistence", "enabled") == true,
		Without: map[string]map[string]bool{}, ExactPipelines: flags(c.out["exactPipelines"]),
	}
	if tag, ok := at(c.out, "image", "tag").(string); ok && versionInTag.MatchString(tag) {
		in.Version = versionInTag.FindStringSubmatch(tag)[1]
	}
	for kind, ids := range mapping(c.out["without"]) {
		in.Without[kind] = flags(ids)
	}
	replicas, _ := c.out["replicas"].(int)
	in.Single = c.mode == gateway && at(c.out, "autoscaling", "enabled") != true && replicas <= 1
	compiled, err := collectorconfig.Compile(in)
	if err != nil {
		for line := range strings.Lines(err.Error()) {
			c.left(config, "the chart refuses this config: %s", strings.TrimSpace(line))
		}

		return collectorconfig.Derived{}, false
	}

	return collectorconfig.Derive(compiled.Config, in), true
}

// compare tells of ports that somebody opened or closed, and the chart has otherwise.
func (c *conversion) compare(opened []port, derived []collectorconfig.Port) {
	for _, port := range opened {
		listens := slices.ContainsFunc(derived, func(d collectorconfig.Port) bool { return d.Port == port.number && d.Protocol == port.protocol })
		if port.closed && listens {
			c.note(port.path, "is open, since a receiver listens there: to close it, remove the receiver by `without`")
		}
		if port.closed || listens {
			continue
		}
		const bring = "the chart knows of no receiver at %d/%s, so its Service and NetworkPolicy have no such port: bring a Service"
		if at(c.out, "networkPolicy", "enabled") == true {
			c.left(port.path, bring+" and a NetworkPolicy in extraManifests", port.number, port.protocol)
		} else {
			c.left(port.path, bring+" in extraManifests; the NetworkPolicy, which was not there before, is switched off", port.number, port.protocol)
			c.set(false, "networkPolicy", "enabled")
		}
	}
}

func flags(value any) map[string]bool {
	found := map[string]bool{}
	for key, flag := range mapping(value) {
		found[key] = flag == true
	}

	return found
}
