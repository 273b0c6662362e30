package lint

import "slices"

// Monitor is a ServiceMonitor or PodMonitor that selects a collector's Pods.
type Monitor struct {
	Object *Object
	// Endpoints are what it scrapes there, and Ports the numbers on the Pods that these lead
	// to, in the same order; 0 where nothing that it selects has the port.
	Endpoints []Field
	Ports     []int64
}

// monitors is the API group of the Prometheus operator.
const monitors = "monitoring.coreos.com"

// Monitors are those that select the collector's Pods by more than everything.
func (p *Pass) Monitors(c *Collector) []Monitor {
	var found []Monitor
	for _, object := range p.Objects {
		selector := object.At("spec", "selector")
		switch {
		case !object.watches(c.Namespace()):
		case object.Kind(monitors, "PodMonitor") && c.Pod.Exists() && Selects(selector, c.Labels(), false):
			found = append(found, c.podMonitor(object))
		case object.Kind(monitors, "ServiceMonitor"):
			var selected []*Object
			for _, service := range p.Services(c) {
				if Selects(selector, service.Labels(), false) {
					selected = append(selected, service)
				}
			}
			if len(selected) > 0 {
				found = append(found, c.serviceMonitor(object, selected))
			}
		}
	}
	return found
}

// watches says that a monitor looks into a namespace.
func (o *Object) watches(namespace string) bool {
	where := o.At("spec", "namespaceSelector")
	if where.At("any").True() {
		return true
	}
	if names := where.At("matchNames"); names.Len() > 0 {
		return namespace == "" || slices.Contains(names.Texts(), namespace)
	}
	return sameNamespace(o.Ref.Namespace, namespace)
}

func (c *Collector) podMonitor(object *Object) Monitor {
	monitor := Monitor{Object: object, Endpoints: object.At("spec", "podMetricsEndpoints").Items()}
	for _, endpoint := range monitor.Endpoints {
		number, given := endpoint.At("portNumber").Int()
		switch {
		case given:
		case endpoint.At("port").Exists():
			number = c.namedPort(endpoint.At("port").Text())
		default:
			number = c.target(endpoint)
		}
		monitor.Ports = append(monitor.Ports, number)
	}
	return monitor
}

func (c *Collector) serviceMonitor(object *Object, services []*Object) Monitor {
	monitor := Monitor{Object: object, Endpoints: object.At("spec", "endpoints").Items()}
	for _, endpoint := range monitor.Endpoints {
		monitor.Ports = append(monitor.Ports, c.scrapedAt(endpoint, services))
	}
	return monitor
}

// scrapedAt is the Pod's port that an endpoint of a ServiceMonitor leads to through Services.
func (c *Collector) scrapedAt(endpoint Field, services []*Object) int64 {
	name := endpoint.At("port").Text()
	if name == "" {
		return c.target(endpoint)
	}
	for _, service := range services {
		for _, port := range service.At("spec", "ports").Items() {
			if port.At("name").Text() == name {
				return c.target(port)
			}
		}
	}
	return 0
}
