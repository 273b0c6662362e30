package component

// A Choice is a place in the bodies of components where one of a few words may stand. The catalogue does not have them:
// Go's types do not say which words a component takes. tests/otelcol holds those to a real collector that its configs have.
type Choice struct {
	Kind Kind
	// Types are the components' newest types; empty: every type of the kind.
	Types []string
	// Path in the body, as a Condition's.
	Path string
	// Words that are taken.
	Words []string
	// AnyCase tells that capitals do not matter.
	AnyCase bool
	// Beside tells that nobody looks at the word where nothing stands beside it.
	Beside bool
	// With is the key beside it without which nobody looks; empty: any.
	With string
	// Meant are words that are not taken, and those that say what they mean.
	Meant map[string]string
	// Passed tells that the collector starts all the same, and passes over what it does not know.
	Passed bool
}

// Strict tells whether a component that decodes its body by itself refuses what it does not know at the body's top.
func Strict(kind Kind, canonical string) bool {
	switch kind {
	case Processor:
		return canonical == "filter" || canonical == "transform"
	case Receiver:
		return canonical == "prometheus"
	case Extension:
		return canonical == "health_check"
	default:
		return false
	}
}

// ChoicesOf is the version of the collector whose words they are. Newer ones may have more.
const ChoicesOf = "0.161"

// Choices are all that are known.
func Choices() []Choice {
	sizers := []string{"bytes", "items", "requests"}
	compressions := []string{"", "none", "gzip", "zlib", "deflate", "snappy", "x-snappy-framed", "zstd", "lz4"}
	matches := []string{"regexp", "strict"}
	errorModes := []string{"ignore", "silent", "propagate"}
	actions := []string{"insert", "update", "upsert", "delete", "hash", "extract", "convert"}
	authTypes := []string{"none", "serviceAccount", "kubeConfig", "tls"}
	sources := []string{"", "pod", "namespace", "node", "deployment", "replicaset", "statefulset", "daemonset", "job", "cronjob"}

	choices := []Choice{
		{Kind: Exporter, Path: "sending_queue.sizer", Words: sizers},
		{Kind: Exporter, Path: "sending_queue.batch.sizer", Words: []string{"", "bytes", "items"}},
		{Kind: Exporter, Types: []string{"otlp_grpc", "otlp_http"}, Path: "compression", Words: compressions},
		{Kind: Exporter, Types: []string{"otlp_http"}, Path: "encoding", Words: []string{"proto", "json"}},
		{Kind: Exporter, Types: []string{"debug"}, Path: "verbosity", Words: []string{"none", "basic", "normal", "detailed"}, AnyCase: true},
		{Kind: Exporter, Types: []string{"file"}, Path: "format", Words: []string{"json", "proto"}},
		{Kind: Exporter, Types: []string{"file"}, Path: "compression", Words: []string{"", "zstd"}},
		{Kind: Exporter, Types: []string{"load_balancing"}, Path: "routing_key", Words: []string{"", "traceID", "service", "attributes", "resource", "metric", "streamID"}},
		{Kind: Processor, Types: []string{"resource_detection"}, Path: "detectors", Words: detectors(), Meant: map[string]string{"gke": "gcp", "gce": "gcp"}},
		{Kind: Processor, Types: []string{"attributes"}, Path: "actions.action", Words: actions, AnyCase: true},
		{Kind: Processor, Types: []string{"resource"}, Path: "attributes.action", Words: actions, AnyCase: true},
		{Kind: Processor, Types: []string{"attributes"}, Path: "actions.converted_type", Words: []string{"", "string", "int", "double"}},
		{Kind: Processor, Types: []string{"filter", "transform"}, Path: "error_mode", Words: errorModes, AnyCase: true},
		{Kind: Processor, Types: []string{"resource_detection"}, Path: "system.hostname_sources", Words: []string{"dns", "os", "cname", "lookup"}},
		{Kind: Connector, Types: []string{"span_metrics"}, Path: "histogram.unit", Words: []string{"ms", "s"}},
		{Kind: Processor, Types: []string{"k8s_attributes"}, Path: "auth_type", Words: authTypes},
		{Kind: Processor, Types: []string{"k8s_attributes"}, Path: "extract.labels.from", Words: sources},
		{Kind: Processor, Types: []string{"k8s_attributes"}, Path: "extract.annotations.from", Words: sources},
		{
			Kind: Processor, Types: []string{"k8s_attributes"}, Path: "pod_association.sources.from",
			Words: []string{"", "resource_attribute", "connection"}, Passed: true,
		},
		{Kind: Receiver, Types: []string{"k8s_cluster"}, Path: "distribution", Words: []string{"kubernetes", "openshift"}},
		{Kind: Receiver, Types: []string{"k8s_cluster", "k8s_objects"}, Path: "auth_type", Words: authTypes},
		{Kind: Receiver, Types: []string{"kubelet_stats"}, Path: "metric_groups", Words: []string{"container", "pod", "node", "volume"}},
		{Kind: Receiver, Types: []string{"kubelet_stats"}, Path: "extra_metadata_labels", Words: []string{"container.id", "k8s.volume.type"}},
		{Kind: Receiver, Types: []string{"file_log"}, Path: "start_at", Words: []string{"beginning", "end"}},
		{Kind: Extension, Types: []string{"k8s_observer"}, Path: "auth_type", Words: authTypes},
	}
	for _, signal := range []string{"trace", "metric", "log", "profile"} {
		choices = append(choices,
			Choice{Kind: Processor, Types: []string{"transform"}, Path: signal + "_statements.error_mode", Words: errorModes, AnyCase: true},
			Choice{Kind: Processor, Types: []string{"transform"}, Path: signal + "_statements.context", Words: contexts(signal)},
			Choice{Kind: Processor, Types: []string{"filter"}, Path: signal + "_conditions.error_mode", Words: errorModes, AnyCase: true})
	}
	for _, direction := range []string{"include", "exclude"} {
		choices = append(choices,
			Choice{Kind: Processor, Types: []string{"attributes"}, Path: direction + ".match_type", Words: matches, Beside: true},
			Choice{Kind: Processor, Types: []string{"filter"}, Path: "metrics." + direction + ".match_type", Words: append([]string{"expr"}, matches...), With: "metric_names"})
		for _, signal := range []string{"logs", "spans"} {
			choices = append(choices,
				Choice{Kind: Processor, Types: []string{"filter"}, Path: signal + "." + direction + ".match_type", Words: matches, Beside: true})
		}
		for _, scraper := range []string{"network", "disk", "process"} {
			choices = append(choices, Choice{
				Kind: Receiver, Types: []string{"host_metrics"}, Path: "scrapers." + scraper + "." + direction + ".match_type", Words: matches,
			})
		}
	}

	return choices
}

// contexts are what the statements of a signal can be about.
func contexts(signal string) []string {
	own := map[string][]string{
		"trace": {"span", "spanevent"}, "metric": {"metric", "datapoint"}, "log": {"log"}, "profile": {"profile"},
	}

	return append([]string{"", "resource", "scope"}, own[signal]...)
}

func detectors() []string {
	return []string{
		"akamai", "aks", "alibaba_ecs", "azure", "azureappservice", "azurecontainerapps", "consul", "digitalocean", "docker",
		"dynatrace", "ec2", "ecs", "eks", "elastic_beanstalk", "env", "gcp", "heroku", "hetzner",
		"ibmcloud_classic", "ibmcloud_vpc", "k8s_api", "k8snode", "kubeadm", "lambda", "nova", "openshift", "oraclecloud",
		"scaleway", "system", "tencent_cvm", "upcloud", "vultr",
	}
}
