// Package rbacmorethanneeded has the rule rbac-more-than-needed.
package rbacmorethanneeded

import (
	"cmp"
	_ "embed"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: the collector's service account may do more than its components need.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "rbac-more-than-needed",
		Severity: lint.Warning,
		Summary:  "The collector's service account may do more than its components need.",
		Why:      "Whoever takes over the collector, which every workload can reach, may do what its account may: read Secrets, change workloads, watch the whole cluster.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/reference/access-authn-authz/rbac/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, accounts := range grouped(p) {
		c := accounts[0]
		name, _ := c.ServiceAccount()
		grants, known := p.Grants(c.Namespace(), name)
		if !known {
			continue
		}
		var needed []lint.Permission
		for _, collector := range accounts {
			needed = append(needed, collector.Needed()...)
		}
		for _, grant := range grants {
			if excess := beyond(grant, needed, documented(accounts)); len(excess) > 0 {
				p.Report(lint.Place{
					Object: grant.Role, Field: grant.Rule, Values: []string{"rbac.extraRules", "rbac.profile", "rbac"},
				}, "the service account %s of %s needs none of: %s", name, c.Name(), strings.Join(excess, ", "))
			}
		}
	}
}

// grouped are the collectors by service account, for accounts of which all needs are
// known: no other program runs as them, and no component is unknown.
func grouped(p *lint.Pass) [][]*lint.Collector {
	var groups [][]*lint.Collector
	for _, c := range p.Collectors {
		name, _ := c.ServiceAccount()
		if !c.Pod.Exists() || name == "default" {
			continue
		}
		same := func(group []*lint.Collector) bool {
			other, _ := group[0].ServiceAccount()
			return other == name && group[0].Namespace() == c.Namespace()
		}
		if i := slices.IndexFunc(groups, same); i >= 0 {
			groups[i] = append(groups[i], c)
		} else {
			groups = append(groups, []*lint.Collector{c})
		}
	}
	return slices.DeleteFunc(groups, func(group []*lint.Collector) bool {
		return slices.ContainsFunc(group, func(c *lint.Collector) bool {
			return c.Config == nil || len(c.Opaque) > 0 || c.Mode == lint.Sidecar || p.Shares(c)
		})
	})
}

// documented are the resources that upstream's documents let a component read, whatever
// it is configured to extract, and what those that a component asks may ask of it.
func documented(collectors []*lint.Collector) []string {
	var found []string
	for _, c := range collectors {
		for _, id := range c.Config.UsedIn("processors") {
			if lint.Canonical(component.Processor, id) == "k8s_attributes" {
				found = append(found,
					"pods", "namespaces", "nodes", "replicasets", "deployments", "statefulsets", "daemonsets", "jobs", "cronjobs")
			}
		}
		for _, id := range c.Config.UsedIn("receivers") {
			if lint.Canonical(component.Receiver, id) == "prometheus" {
				found = append(found, scraped(c, id)...)
			}
		}
	}
	return found
}

// scraped are what a prometheus receiver may have to read: a target may ask the API server whether who scrapes it may read its
// URL, and a kubelet whether it may read its node's metrics. A target allocator has jobs that the config does not show.
func scraped(c *lint.Collector, id string) []string {
	receiver := c.Config.At("receivers", id)
	var found []string
	if receiver.At("target_allocator").Exists() {
		found = append(found, "nodes/metrics", "/metrics")
	}
	for _, job := range receiver.At("config", "scrape_configs").Items() {
		if !job.At("authorization").Exists() && !job.At("bearer_token").Exists() && !job.At("bearer_token_file").Exists() {
			continue
		}
		url := cmp.Or(job.At("metrics_path").Text(), "/metrics")
		found = append(append(found, "nodes/metrics", url), proxied(c, id)...)
	}
	return found
}

// proxied are the resources to whose Pods the API server leads a prometheus receiver.
func proxied(c *lint.Collector, id string) []string {
	var found []string
	c.Config.Scalars(func(path []any, text string) {
		if len(path) < 2 || path[0] != "receivers" || path[1] != id || !strings.Contains(text, "/proxy") {
			return
		}
		for _, kind := range []string{"nodes", "pods", "services"} {
			if strings.Contains(text, "/"+kind+"/") {
				found = append(found, kind+"/proxy")
			}
		}
	})
	return found
}

func reads(verb string) bool { return verb == "get" || verb == "list" || verb == "watch" }

// beyond are a grant's permissions that nothing needs and that matter, as text.
func beyond(grant lint.Grant, needed []lint.Permission, documented []string) []string {
	var excess []string
	for _, permission := range grant.Permissions {
		isDocumented := func(what string) bool {
			return what == permission.Resource || strings.HasPrefix(what, "/") && strings.HasPrefix(permission.Resource, what+"/")
		}
		if reads(permission.Verb) && slices.ContainsFunc(documented, isDocumented) {
			continue
		}
		if matters(permission, needed) {
			excess = append(excess, permission.String())
		}
	}
	return excess
}

// matters leaves out what changes nothing: the old name of a group, another way to read
// what is read anyway, and the status of it.
func matters(given lint.Permission, needed []lint.Permission) bool {
	resource := strings.TrimSuffix(strings.TrimSuffix(given.Resource, "/status"), "/spec")
	for _, need := range needed {
		// A kubelet before 1.33 knows no nodes/pods.
		if need.Resource == "nodes/pods" && given.Resource == "nodes/proxy" && need.Verb == given.Verb {
			return false
		}
		sameGroup := need.Group == given.Group || given.Group == "extensions"
		if sameGroup && need.Resource == resource && (reads(given.Verb) || need.Verb == given.Verb) ||
			need.Resource == given.Resource && strings.HasPrefix(given.Resource, "/") && reads(given.Verb) {
			return false
		}
	}
	return true
}
