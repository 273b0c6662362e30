package kubelet

// A Case is a component that asks a kubelet.
type Case struct {
	// Name is unique, and Values are those of the chart.
	Name, Values string
	// Rights are those that the chart grants: a verb and a resource each.
	Rights []string
	// Shows is in the collector's log once it does its work.
	Shows string
}

// Cases are all that the tests have. docs/rbac.md lists them.
func Cases() []Case {
	const receiver = "presets: {kubeletMetrics: {enabled: true}, kubernetesAttributes: {enabled: false}}\n"
	stats := func(body string) string {
		return receiver + "config: {exporters: {debug: {verbosity: detailed}}, receivers: {kubelet_stats: {collection_interval: 2s, " + body + "}}}\n"
	}
	return []Case{
		{"preset kubeletMetrics (kubelet_stats)", stats(""), []string{"get nodes/stats"}, "Name: k8s.pod.memory.working_set"},
		{
			"kubelet_stats, labels of containers", stats("extra_metadata_labels: [container.id]"),
			[]string{"get nodes/pods", "get nodes/stats"}, "container.id: Str(",
		},
		{
			"kubelet_stats, a share of the node", stats("node: '${env:K8S_NODE_NAME}', k8s_api_config: {auth_type: serviceAccount}, metric_groups: [pod], metrics: {k8s.pod.memory.node.utilization: {enabled: true}}"),
			[]string{"get nodes/stats", "list nodes", "watch nodes"}, "Name: k8s.pod.memory.node.utilization",
		},
		{
			"kubelet_stats, what lies behind claims",
			stats("extra_metadata_labels: [k8s.volume.type], k8s_api_config: {auth_type: serviceAccount}, metric_groups: [volume]"),
			[]string{"get nodes/pods", "get nodes/stats", "get persistentvolumeclaims", "get persistentvolumes"}, "k8s.volume.type: Str(local)",
		},
		{"prometheus, the kubelets' own metrics", `
presets: {kubernetesAttributes: {enabled: false}}
config:
  exporters: {debug: {verbosity: detailed}}
  receivers:
    prometheus:
      config:
        scrape_configs:
          - job_name: kubelets
            scrape_interval: 2s
            scheme: https
            authorization: {credentials_file: /var/run/secrets/kubernetes.io/serviceaccount/token}
            tls_config: {ca_file: /var/run/secrets/kubernetes.io/serviceaccount/ca.crt}
            kubernetes_sd_configs: [{role: node}]
`, []string{"get nodes/metrics", "list nodes", "watch nodes"}, "Name: kubelet_running_pods"},
	}
}
