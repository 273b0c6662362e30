package lint

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

// autoscaled is the least count of an autoscaler that scales the collector's workload.
func (p *Pass) autoscaled(c *Collector) (int64, Place, bool) {
	scalers := []struct{ group, kind, target, least string }{
		{"autoscaling", "HorizontalPodAutoscaler", "scaleTargetRef", "minReplicas"},
		{"keda.sh", "ScaledObject", "scaleTargetRef", "minReplicaCount"},
	}
	for _, scaler := range scalers {
		for _, object := range ofKind(p.Objects, c.Namespace(), scaler.group, scaler.kind) {
			target := object.At("spec", scaler.target)
			kind := target.At("kind").Text()
			if target.At("name").Text() != c.Object.Ref.Name || kind != "" && kind != c.Object.Ref.Kind {
				continue
			}
			field := object.At("spec", scaler.least)
			count, ok := field.Int()
			if !ok {
				count = 1
			}
			return count, Place{Object: object, Field: field, Values: []string{"autoscaling.minReplicas"}}, true
		}
	}
	return 0, Place{}, false
}

// Gateways are the collectors of a Deployment or StatefulSet that take data from the
// network, and so should stay in reach when a Pod or node goes. Collectors that must run
// once, because they watch the whole cluster without a leader, are not among them.
func (p *Pass) Gateways() []*Collector {
	var found []*Collector
	for _, c := range p.Collectors {
		if c.Mode == Gateway && c.Runs() && c.Config != nil && c.ServesNetwork() && !c.runsOnce() {
			found = append(found, c)
		}
	}
	return found
}

// runsOnce says that a second replica would send everything twice.
func (c *Collector) runsOnce() bool {
	for _, id := range c.Config.UsedIn("receivers") {
		switch Canonical("receivers", id) {
		case "k8s_cluster", "k8s_events", "k8s_objects":
			if !c.Config.At("receivers", id, "k8s_leader_elector").Exists() {
				return true
			}
		case "prometheus":
			if c.Config.At("receivers", id, "config", "scrape_configs").Exists() &&
				!c.Config.At("receivers", id, "target_allocator").Exists() && c.Mode == Gateway && !c.Own() {
				return c.scrapesOthers(id)
			}
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
