package values

// Route is an HTTPRoute or GRPCRoute of the Gateway API, which leads all that a Gateway takes for its hosts to one port of
// the Service.
type Route struct {
	// Creates the route.
	Enabled *bool `json:"enabled,omitempty"`
	// The Gateways (or their listeners) that the route is for: {name, namespace, sectionName, port}.
	ParentRefs []ParentReference `json:"parentRefs,omitempty"`
	// Hosts that are served; a first label `*` stands for any. Empty: those of the Gateway's listener.
	Hostnames []string `json:"hostnames,omitempty" jsonschema:"pattern=^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"`
	// The Service port that is published.
	Port PortName `json:"port,omitempty"`
	// Labels of the route, by which a Gateway may select it.
	Labels map[string]string `json:"labels,omitempty"`
	// Annotations of the route, which controllers read.
	Annotations map[string]string `json:"annotations,omitempty"`
}

// ParentReference names what a route is attached to.
type ParentReference struct {
	// Its API group; gateway.networking.k8s.io when left out.
	Group *string `json:"group,omitempty"`
	// Its kind; Gateway when left out.
	Kind string `json:"kind,omitempty"`
	// Its name.
	Name string `json:"name,omitempty"`
	// Its namespace; the route's when left out.
	Namespace Name `json:"namespace,omitempty"`
	// The listener; all of them when left out.
	SectionName Hostname `json:"sectionName,omitempty"`
	// The listeners' port; all of them when left out.
	Port *int32 `json:"port,omitempty" jsonschema:"minimum=1,maximum=65535"`
}
