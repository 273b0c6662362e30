package lint

// Several tells whether the collector's workload runs more than one Pod, or an autoscaler
// may have it do so. It is false for what has no replicas.
func (p *Pass) Several(c *Collector) bool {
	count, place, ok := p.Replicas(c)
	if !ok || place.Object == c.Object {
		return ok && count > 1
	}
	// An autoscaler says how few there are, and how many.
	for _, key := range []string{"maxReplicas", "maxReplicaCount"} {
		if place.Object.At("spec", key).Text() == "1" {
			return false
		}
	}
	return true
}
