package migratevalues

import "slices"

// A Difference is something in which the collector's config of converted values is not that of the official chart. Every
// other difference is a defect.
type Difference struct {
	// Name is short, for a table.
	Name string
	// What is different, and Why it is, in Markdown.
	What, Why string
	// Paths are regular expressions of the places in a config, such as receivers.otlp.protocols, where it shows; with the
	// newest names of components, by the chart's variables, down to the key that differs. None: it shows in names alone, or
	// in what is not there.
	Paths []string
	// Added says that the original has nothing there.
	Added bool
	// Was is a regular expression of what the original has there, where it has something: the official chart's own, so that
	// what somebody wrote instead is not lost. Empty: anything.
	Was string
}

// Differences are all that there may be.
func Differences() []Difference {
	return slices.Concat(ofConfigs(), ofDefaults(), ofPresets())
}

// ofConfigs are those that any config may show.
func ofConfigs() []Difference {
	return []Difference{
		{
			Name: "names",
			What: "Components and the variables of a Pod have this chart's names: `k8s_attributes` for `k8sattributes`, `POD_IP` for `MY_POD_IP`.",
			Why:  "Names follow the image's version; the chart sets each variable that the config mentions.",
		},
		{
			Name: "addresses", Added: true, Paths: []string{`receivers\.[^.]+\.(protocols\.[^.]+\.)?endpoint`},
			What: "Where nothing else is said, receivers and `health_check` listen at `[${env:POD_IP}]`, in brackets; in a sidecar at `localhost`.",
			Why:  "Right for IPv6, and the same for IPv4. The collector's own default is `localhost`, which no other Pod reaches.",
		},
		{
			Name: "one protocol of OTLP",
			What: "A receiver `otlp` with `grpc` or `http` alone is called `otlp/grpc` or `otlp/http`.",
			Why:  "The chart's `otlp` has both, and a config takes nothing away.",
		},
		{
			Name: "unused components",
			What: "What no pipeline and no list of extensions names is left out.",
			Why:  "The collector does not start it; this chart would put it into pipelines.",
		},
		{
			Name: "order of processors",
			What: "`memory_limiter` is first, `k8s_attributes` next, `batch` last.",
			Why:  "Behind `memory_limiter`, memory is not spent on data that is then refused.",
		},
	}
}

// ofDefaults are those in what both charts have, and this one has otherwise.
func ofDefaults() []Difference {
	return []Difference{
		{
			Name: "memory limiter", Was: `5s|80|25`, Paths: []string{`processors\.memory_limiter\.(check_interval|limit_percentage|spike_limit_percentage)`, `service\.pipelines\.[^.]+\.processors\[memory_limiter\]`},
			What: "In every pipeline; looks each second, not every five. What you set of it stays.",
			Why:  "A burst fills the memory of a small container within five seconds.",
		},
		{
			Name: "batches", Was: `map\[\]|true`, Paths: []string{`processors\.batch`, `service\.pipelines\.[^.]+\.processors\[batch\]`},
			What: "The processor `batch` is left out where it has no settings of yours and all exporters of the pipeline batch.",
			Why:  "It acknowledges data that no queue holds yet.",
		},
		{
			Name: "delivery", Added: true, Paths: []string{`exporters\.(otlp_grpc|otlp_http|load_balancing)(/[^.]+)?\.(retry_on_failure|sending_queue|timeout|wait_for_ready|protocol)(\..+)?`},
			What: "`otlp_grpc`, `otlp_http` and `load_balancing` have a larger queue, batch behind it, and wait for the connection.",
			Why:  "See [decisions.md](decisions.md). What you set of an exporter stays.",
		},
		{
			Name: "old connections", Added: true, Paths: []string{`receivers\.otlp\.protocols\.grpc\.keepalive\.server_parameters\.max_connection_age(_grace)?`},
			What: "A gateway's `otlp` ends connections of gRPC after five minutes.",
			Why:  "Senders find new replicas only by a new connection.",
		},
		{
			Name: "own telemetry", Was: `\$\{env:(POD|K8S_NODE)_[A-Z]+\}`, Paths: []string{
				`service\.telemetry\.resource\.(k8s\.(namespace|node|pod)\.(name|ip)|host\.name)`, `service\.telemetry\.logs\.encoding`,
				`service\.telemetry\.metrics\.readers(\[0\]\.pull\.exporter\.prometheus\.without_(scope_info|type_suffix|units))?`,
			},
			What: "Own logs are JSON. Own metrics have no `_total` and no units in their names, and no `resource` of the Pod's attributes.",
			Why:  "The chart's alerts and dashboards know these names; Prometheus adds the Pod.",
		},
	}
}

// ofPresets are those of presets that are this chart's.
func ofPresets() []Difference {
	return []Difference{
		{
			Name: "container logs", Paths: []string{`receivers\.file_log\.(exclude|include|operators|retry_on_failure\..+|storage)`, `extensions\.file_storage\.(create_directory|directory|recreate)`, `service\.extensions\[file_storage\]`},
			What: "The preset `logs` keeps checkpoints on the node, reads the rotated file too, and retries without end.",
			Why:  "Nothing is read twice or skipped when an agent is replaced.",
		},
		{
			Name: "host metrics", Paths: []string{`receivers\.host_metrics\.scrapers\.filesystem\.exclude_(fs_types\.fs_types|mount_points\.mount_points)`, `processors\.resource/node\.attributes`, `service\.pipelines\.metrics\.processors\[resource/node\]`},
			What: "The preset `hostMetrics` leaves out other file systems (`tmpfs` too), and gives its metrics the node's name.",
			Why:  "Without the name, the metrics of all nodes are one series.",
		},
		{
			Name: "kubelet", Paths: []string{`receivers\.kubelet_stats\.(ca_file|endpoint)`},
			What: "The preset `kubeletMetrics` asks by `https` and checks the kubelet's certificate by the cluster's CA.",
			Why:  "Its token is not given to anybody else.",
		},
		{
			Name: "attributes of Pods", Paths: []string{`processors\.k8s_attributes\.(auth_type|passthrough|pod_association)`},
			What: "The preset `kubernetesAttributes` finds a Pod by its uid first, then by its address. It extracts what it did.",
			Why:  "An address may have been another Pod's.",
		},
		{
			Name: "one leader", Paths: []string{`extensions\.k8s_leader_elector(/k8s_(cluster|events))?\.(auth_type|lease_name|lease_namespace)`, `service\.extensions\[k8s_leader_elector(/k8s_(cluster|events))?\]`, `receivers\.(k8s_cluster|k8s_events)\.(auth_type|k8s_leader_elector)`},
			What: "The presets `clusterMetrics` and `kubernetesEvents` elect a leader always, by a Lease of the release's name.",
			Why:  "During a rollout there are two Pods, even of one replica.",
		},
		{
			Name: "node of a detector", Added: true, Paths: []string{`processors\.resource_detection/env\.k8s_api\.node_from_env_var`},
			What: "The detector `k8s_api` is told the variable that has the node's name.",
			Why:  "Written, the chart sets it.",
		},
		{
			Name: "health check", Added: true, Paths: []string{`extensions\.health_check\.endpoint`, `service\.extensions\[health_check\]`},
			What: "A config without the extension `health_check` gets it.",
			Why:  "The probes ask it.",
		},
		{
			Name: "queues on disk", Added: true, Paths: []string{`extensions\.file_storage(/[^.]+)?\.(create_directory|recreate)`, `extensions\.file_storage\.directory`, `service\.extensions\[file_storage\]`},
			What: "With `persistence`, which a StatefulSet's volume claim becomes, exporters keep their queues on it.",
			Why:  "That is what the volume is for.",
		},
	}
}
