package lint

import "k8s.io/apimachinery/pkg/api/resource"

// Quantity reads a Kubernetes quantity, such as 512Mi or 500m. It is false where none
// stands or it is none.
func (f Field) Quantity() (resource.Quantity, bool) {
	if f.Text() == "" {
		return resource.Quantity{}, false
	}
	quantity, err := resource.ParseQuantity(f.Text())
	return quantity, err == nil
}

// Resources are the container's; where it has none, those of the whole Pod.
func (c *Collector) Resources() Field {
	own := c.Container.At("resources")
	if pod := c.Pod.At("spec", "resources"); !own.Exists() && pod.Exists() {
		return pod
	}
	return own
}

// MemoryLimit is the container's memory limit in bytes; false when it has none.
func (c *Collector) MemoryLimit() (int64, bool) {
	limit, ok := c.Resources().At("limits", "memory").Quantity()
	if !ok || limit.Value() <= 0 {
		return 0, false
	}
	return limit.Value(), true
}

// Env is the container's variable of a name; false when the container has none.
func (c *Collector) Env(name string) (Field, bool) {
	for _, variable := range c.Container.At("env").Items() {
		if variable.At("name").Text() == name {
			return variable, true
		}
	}
	return c.Container.At("env"), false
}
