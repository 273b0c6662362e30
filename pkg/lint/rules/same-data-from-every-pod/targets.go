package samedatafromeverypod

import (
	"net"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

// shards tells whether a job leaves targets to other Pods by their hash.
func shards(job lint.Field) bool {
	for _, rule := range job.At("relabel_configs").Items() {
		if strings.EqualFold(rule.At("action").Text(), "hashmod") {
			return true
		}
	}

	return false
}

// readdressed tells whether a job scrapes another address than that of its target, as for a
// prober, which may run on the same node. What is found in the cluster keeps its own where a
// rule but puts the port of an annotation to it.
func readdressed(job lint.Field) bool {
	return slices.ContainsFunc(job.At("relabel_configs").Items(), func(rule lint.Field) bool {
		with := rule.At("replacement")
		fixed := with.Exists() && !strings.Contains(with.Text(), "$")

		return rule.At("target_label").Text() == "__address__" && (fixed || job.At("kubernetes_sd_configs").Len() == 0)
	})
}

// elsewhere is a target of a job that is the same one for each Pod; empty where there is none for certain.
func elsewhere(p *lint.Pass, c *lint.Collector, job lint.Field) string {
	for _, static := range job.At("static_configs").Items() {
		for _, target := range static.At("targets").Texts() {
			address := collectorconfig.ParseTarget(target)
			if address.Loopback() || address.Host == "" || net.ParseIP(strings.Trim(address.Host, "[]")).IsUnspecified() {
				continue
			}
			if c.Mode != lint.DaemonSet || away(p, c, address.Host) {
				return target
			}
		}
	}

	return ""
}

// away tells whether a host is the same one on each node. The node itself has addresses that are, and names; a Service may
// lead to the Pod of the same node.
func away(p *lint.Pass, c *lint.Collector, host string) bool {
	host = strings.TrimSuffix(host, ".")
	name, rest, _ := strings.Cut(host, ".")
	for _, object := range p.Objects {
		namespace, _, _ := strings.Cut(rest, ".")
		if object.Kind("", "Service") && object.Ref.Name == name && (object.Ref.Namespace == namespace || namespace == "" && object.Ref.Namespace == c.Namespace()) {
			return object.At("spec", "internalTrafficPolicy").Text() != "Local"
		}
	}
	for _, inside := range []string{".svc", ".local", ".internal", ".localdomain"} {
		if strings.HasSuffix(host, inside) {
			return false
		}
	}

	return net.ParseIP(host) == nil && strings.Count(host, ".") > 1 && !strings.Contains(rest, "svc.")
}
