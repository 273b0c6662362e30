package differential

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/values"
)

// lacking is a diff of two sorted lists; empty when they are equal.
func lacking(got, want []string) string {
	var lines []string
	for _, fact := range want {
		if !slices.Contains(got, fact) {
			lines = append(lines, "not rendered: "+fact)
		}
	}
	for _, fact := range got {
		if !slices.Contains(want, fact) {
			lines = append(lines, "not derived: "+fact)
		}
	}
	if len(lines) == 0 && len(got) != len(want) {
		lines = append(lines, fmt.Sprintf("%d facts are rendered, %d derived: some stand twice", len(got), len(want)))
	}
	return strings.Join(lines, "\n")
}

// demands prints what Go derives in the words of objects.facts.
func demands(coalesced map[string]any, want outcome) []string {
	var facts []string
	say := func(format string, args ...any) { facts = append(facts, fmt.Sprintf(format, args...)) }
	d, sidecar := want.Derived, coalesced["mode"] == "sidecar"
	name := releaseName + "-otlp-collector"
	if !sidecar {
		name += "-" + hash(want.Config)
	}
	say("config %s\n%s", name, want.Config)
	service, policy := switched(coalesced, "service"), switched(coalesced, "networkPolicy")
	for _, port := range d.Ports {
		say("container port %s %d/%s", port.Name, port.Port, port.Protocol)
		if sidecar {
			continue
		}
		to := func(headless bool) {
			say("service port headless=%t %s %d/%s to %s %q", headless, port.Name, port.Port, port.Protocol, port.Name, port.AppProtocol)
		}
		to(true)
		if port.Service && service {
			to(false)
		}
		if policy {
			say("admitted %d/%s", port.Port, port.Protocol)
		}
	}
	for variable, field := range d.Env {
		say("env %s from %s", variable, field)
	}
	if d.GoMemLimitMiB > 0 {
		say("env GOMEMLIMIT=%dMiB", d.GoMemLimitMiB)
	}
	if limitsCPU(coalesced) {
		say("env GOMAXPROCS from limits.cpu")
	}
	if p := d.Probe; p != nil {
		say("startup probe %s %d %s", p.Scheme, p.Port, p.Path)
		say("liveness probe %s %d %s", p.Scheme, p.Port, p.Path)
		if !sidecar {
			say("readiness probe %s %d %s", p.Scheme, p.Port, p.Path)
		}
	}
	for _, mount := range d.Mounts {
		say("mount %s read-only=%t of %s", mount.MountPath, mount.ReadOnly, mount.Volume)
	}
	if !sidecar {
		facts = append(facts, demandedRules(coalesced, d)...)
	}
	sort.Strings(facts)
	return facts
}

func demandedRules(coalesced map[string]any, d collectorconfig.Derived) []string {
	var facts []string
	for _, rule := range d.Rules {
		facts = append(facts, "cluster "+ruleText(rule))
	}
	for namespace, rules := range d.Roles {
		for _, rule := range rules {
			facts = append(facts, "in "+namespace+" "+ruleText(rule))
		}
	}
	if rbac, _ := coalesced["rbac"].(map[string]any); rbac["extraRules"] != nil {
		facts = append(facts, "cluster "+ruleText(extraRule()))
	}
	return facts
}

func hash(config string) string {
	sum := sha256.Sum256([]byte(config))
	return hex.EncodeToString(sum[:])[:10]
}

// limitsCPU tells whether the container has a CPU limit.
func limitsCPU(coalesced map[string]any) bool {
	settings, err := values.Resolve(coalesced)
	if err != nil {
		return false
	}
	resources, _ := settings["resources"].(map[string]any)
	limits, _ := resources["limits"].(map[string]any)
	return limits["cpu"] != nil
}

// switched says whether a block is on, which it is unless switched off.
func switched(coalesced map[string]any, block string) bool {
	settings, _ := coalesced[block].(map[string]any)
	return settings["enabled"] != false
}
