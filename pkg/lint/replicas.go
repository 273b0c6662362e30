package lint

import (
	"cmp"
	"slices"

	"golang.org/x/mod/semver"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// Replicas is how many Pods the collector's workload runs at the least, and the field that
// says so: the minimum of an autoscaler, else spec.replicas. It is false for what has no
// replicas.
func (p *Pass) Replicas(c *Collector) (int64, Place, bool) {
	if c.Mode != Gateway {
		return 0, Place{}, false
	}
	if count, place, ok := p.autoscaled(c); ok {
		return count, place, true
	}
	if c.Operator {
		if least := c.Container.At("autoscaler", "minReplicas"); least.Exists() {
			count, ok := least.Int()
			return count, c.Place(least), ok
		}
	}
	field := c.Object.At("spec", "replicas")
	place := c.Place(field, "replicas")
	if !field.Exists() {
		return 1, place, true
	}
	count, ok := field.Int()
	return count, place, ok
}

// Scaler is an object that sets how many Pods a collector's workload has.
type Scaler struct {
	*Object
	// Least and Most are the fields with the bounds, and Behavior that of the
	// HorizontalPodAutoscaler that there is or that is made of it.
	Least, Most, Behavior Field
}

// Scalers are the autoscalers of the input that scale the collector's workload. An
// OpenTelemetryCollector may be its own.
func (p *Pass) Scalers(c *Collector) []Scaler {
	if c.Object == nil {
		return nil
	}
	var found []Scaler
	if own := c.Container.At("autoscaler"); c.Operator && c.Mode == Gateway && own.At("maxReplicas").Exists() {
		found = append(found, Scaler{Object: c.Object, Least: own.At("minReplicas"), Most: own.At("maxReplicas"), Behavior: own.At("behavior")})
	}
	for _, kind := range []struct {
		group, kind, least, most string
		behavior                 []any
	}{
		{"autoscaling", "HorizontalPodAutoscaler", "minReplicas", "maxReplicas", []any{"behavior"}},
		{"keda.sh", "ScaledObject", "minReplicaCount", "maxReplicaCount", []any{"advanced", "horizontalPodAutoscalerConfig", "behavior"}},
	} {
		for _, object := range ofKind(p.Objects, c.Namespace(), kind.group, kind.kind) {
			target := object.At("spec", "scaleTargetRef")
			// Deployment is KEDA's default.
			if target.At("name").Text() == c.Object.Ref.Name && cmp.Or(target.At("kind").Text(), "Deployment") == c.Object.Ref.Kind {
				spec := object.At("spec")
				found = append(found, Scaler{Object: object, Least: spec.At(kind.least), Most: spec.At(kind.most), Behavior: spec.At(kind.behavior...)})
			}
		}
	}
	return found
}

// autoscaled is the least count of an autoscaler that scales the collector's workload.
func (p *Pass) autoscaled(c *Collector) (int64, Place, bool) {
	for _, scaler := range p.Scalers(c) {
		if scaler.Object == c.Object {
			continue
		}
		count, ok := scaler.Least.Int()
		if !ok {
			count = 1
		}
		return count, Place{Object: scaler.Object, Field: scaler.Least, Values: []string{"autoscaling.minReplicas"}}, true
	}
	return 0, Place{}, false
}

// Gateways are the collectors of a Deployment or StatefulSet that take data from the
// network, and so should stay in reach when a Pod or node goes. Collectors that must run
// once, because they watch the whole cluster without a leader, are not among them.
func (p *Pass) Gateways() []*Collector {
	return p.gateways(func(c *Collector) bool { return len(c.Leaderless()) == 0 && !c.scrapesOnce() })
}

// LeaderlessGateways are those that must run once for want of k8s_leader_elector alone, and
// whose image has it.
func (p *Pass) LeaderlessGateways() []*Collector {
	return p.gateways(func(c *Collector) bool {
		cannot := func(id string) bool {
			return semver.Compare("v"+c.Image.Version, "v"+electsSince()[Canonical(component.Receiver, id)]) < 0
		}
		leaderless := c.Leaderless()
		return len(leaderless) > 0 && !slices.ContainsFunc(leaderless, cannot) && !c.scrapesOnce()
	})
}

func (p *Pass) gateways(wanted func(*Collector) bool) []*Collector {
	var found []*Collector
	for _, c := range p.Collectors {
		if c.Mode == Gateway && c.Runs() && c.Config != nil && c.ServesNetwork() && wanted(c) {
			found = append(found, c)
		}
	}
	return found
}

// electsSince has the receivers that watch the whole cluster, and the first version in which
// each takes a k8s_leader_elector.
func electsSince() map[string]string {
	return map[string]string{"k8s_cluster": "0.128.0", "k8s_events": "0.144.0", "k8s_objects": "0.128.0"}
}

// Leaderless are the receivers in use that watch the whole cluster in each replica, so that a
// second one would send everything twice.
func (c *Collector) Leaderless() []string {
	var found []string
	for _, id := range c.Config.UsedIn("receivers") {
		_, whole := electsSince()[Canonical(component.Receiver, id)]
		if whole && !c.Config.At("receivers", id, "k8s_leader_elector").Exists() {
			found = append(found, id)
		}
	}
	return found
}

// scrapesOnce says that a second replica would scrape everything a second time.
func (c *Collector) scrapesOnce() bool {
	for _, id := range c.Config.UsedIn("receivers") {
		if Canonical(component.Receiver, id) == "prometheus" && c.Config.At("receivers", id, "config", "scrape_configs").Exists() &&
			!c.Config.At("receivers", id, "target_allocator").Exists() && c.Mode == Gateway && !c.Own() && c.scrapesOthers(id) {
			return true
		}
	}
	return false
}

// scrapesOthers says that a prometheus receiver scrapes more than the collector itself.
func (c *Collector) scrapesOthers(id string) bool {
	for _, job := range c.Config.At("receivers", id, "config", "scrape_configs").Items() {
		for _, key := range job.Keys() {
			if len(key) > len("_sd_configs") && key[len(key)-len("_sd_configs"):] == "_sd_configs" {
				return true
			}
		}
	}
	return false
}

// DisruptionBudgets are the PodDisruptionBudgets that select the collector's Pods.
func (p *Pass) DisruptionBudgets(c *Collector) []*Object {
	var found []*Object
	for _, budget := range ofKind(p.Objects, c.Namespace(), "policy", "PodDisruptionBudget") {
		if Selects(budget.At("spec", "selector"), c.Labels(), true) {
			found = append(found, budget)
		}
	}
	return found
}
