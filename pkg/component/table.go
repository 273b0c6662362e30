package component

import "sync"

// All is the table: the layers and every component that is known. Nobody may change it.
func All() Table { return table() }

var table = sync.OnceValue(func() Table { //nolint:gochecknoglobals // It is large, and asked for with every config.
	components := map[Kind]map[string]Component{
		Receiver:  receivers(),
		Processor: processors(),
		Exporter:  exporters(),
		Connector: connectors(),
		Extension: extensions(),
	}
	return Table{
		Layers:      layers(),
		Components:  components,
		Aliases:     aliases(components),
		Telemetry:   telemetry(),
		Environment: environment(),
		Groups:      groups(),
		Fallback:    "debug",
	}
})

func aliases(components map[Kind]map[string]Component) map[Kind]map[string]string {
	found := map[Kind]map[string]string{}
	for kind, rows := range components {
		found[kind] = map[string]string{}
		for name, row := range rows {
			for _, old := range row.OldNames {
				found[kind][old.Name] = name
			}
		}
	}
	return found
}

// telemetry is the row of the collector's own metrics, which Prometheus scrapes.
func telemetry() Component {
	return Component{Ports: []Port{
		{
			Name: "metrics", When: []Condition{exists("config.readers.pull.exporter.prometheus")},
			Path: "config.readers.pull.exporter.prometheus.port", HostPath: "config.readers.pull.exporter.prometheus.host",
			Default: "localhost:8888", Protocol: "TCP", AppProtocol: "http",
		},
		{
			Name: "metrics", When: []Condition{before("0.128.0"), exists("config.address")},
			Path: "config.address", Protocol: "TCP", AppProtocol: "http",
		},
	}}
}

func environment() map[string]string {
	return map[string]string{
		"POD_IP":        "status.podIP",
		"POD_NAME":      "metadata.name",
		"POD_UID":       "metadata.uid",
		"POD_NAMESPACE": "metadata.namespace",
		"K8S_NODE_NAME": "spec.nodeName",
		"K8S_NODE_IP":   "status.hostIP",
	}
}

// groups are the API groups of the resources that k8s_objects is mostly asked for. The
// collector itself finds the group by discovery; a render can't.
func groups() map[string]string {
	return map[string]string{
		"cronjobs": "batch", "jobs": "batch",
		"daemonsets": "apps", "deployments": "apps", "replicasets": "apps", "statefulsets": "apps",
		"endpointslices":           "discovery.k8s.io",
		"horizontalpodautoscalers": "autoscaling",
		"ingresses":                "networking.k8s.io",
		"networkpolicies":          "networking.k8s.io",
		"leases":                   "coordination.k8s.io",
		"poddisruptionbudgets":     "policy",
		"clusterroles":             "rbac.authorization.k8s.io", "clusterrolebindings": "rbac.authorization.k8s.io",
		"roles": "rbac.authorization.k8s.io", "rolebindings": "rbac.authorization.k8s.io",
		"storageclasses": "storage.k8s.io",
	}
}

func exists(path string) Condition { return Condition{Path: path, Exists: true} }

func absent(path string) Condition { return Condition{Path: path, Exists: true, Not: true} }

func equals(path string, value any) Condition { return Condition{Path: path, Equals: value} }

func differs(path string, value any) Condition {
	return Condition{Path: path, Equals: value, Not: true}
}

func since(version string) Condition { return Condition{Path: "version", Since: version} }

func before(version string) Condition { return Condition{Path: "version", Before: version} }

func when(conditions ...Condition) []Condition { return conditions }

// The distributions that upstream builds.
func inContribAndK8s() []string { return []string{"contrib", "k8s"} }

func inAllButOTLP() []string { return []string{"core", "contrib", "k8s"} }

func allSignals() []string { return []string{"traces", "metrics", "logs"} }
