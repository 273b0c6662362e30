package values

// ServiceMonitor has Prometheus scrape the collector's own metrics.
type ServiceMonitor struct {
	// Creates a ServiceMonitor (a PodMonitor for sidecars).
	Enabled *bool `json:"enabled,omitempty"`
	// Time between scrapes, such as 30s.
	Interval Duration `json:"interval,omitempty" jsonschema_extras:"nullable=false"`
	// Time until a scrape has failed. Empty: Prometheus' own.
	ScrapeTimeout Duration `json:"scrapeTimeout,omitempty"`
	// Labels of the monitor, by which Prometheus selects it.
	Labels map[string]string `json:"labels,omitempty"`
	// Annotations of the monitor.
	Annotations map[string]string `json:"annotations,omitempty"`
	// Relabelings of targets, before a scrape.
	Relabelings []Relabeling `json:"relabelings,omitempty"`
	// Relabelings of samples, after a scrape.
	MetricRelabelings []Relabeling `json:"metricRelabelings,omitempty"`
}

// Relabeling is a RelabelConfig of the Prometheus operator.
type Relabeling struct {
	// Labels whose values are joined and matched.
	SourceLabels []string `json:"sourceLabels,omitempty"`
	// What stands between the joined values; ; when left out.
	Separator *string `json:"separator,omitempty"`
	// The label that is written.
	TargetLabel string `json:"targetLabel,omitempty"`
	// The expression to match; (.*) when left out.
	Regex string `json:"regex,omitempty"`
	// The modulus of a hash.
	Modulus *int64 `json:"modulus,omitempty" jsonschema:"minimum=0"`
	// The value to write; $1 when left out.
	Replacement *string `json:"replacement,omitempty"`
	// What to do; replace when left out.
	Action string `json:"action,omitempty" jsonschema:"enum=replace,enum=Replace,enum=keep,enum=Keep,enum=drop,enum=Drop,enum=hashmod,enum=HashMod,enum=labelmap,enum=LabelMap,enum=labeldrop,enum=LabelDrop,enum=labelkeep,enum=LabelKeep,enum=lowercase,enum=Lowercase,enum=uppercase,enum=Uppercase,enum=keepequal,enum=KeepEqual,enum=dropequal,enum=DropEqual"`
}

// PrometheusRule is the alerts on the collector's own metrics.
type PrometheusRule struct {
	// Creates a PrometheusRule.
	Enabled *bool `json:"enabled,omitempty"`
	// Labels of the PrometheusRule, by which Prometheus selects it.
	Labels map[string]string `json:"labels,omitempty"`
	// Annotations of the PrometheusRule.
	Annotations map[string]string `json:"annotations,omitempty"`
	// Alerts left out, by name: `{CollectorQueueFull: true}`.
	Without Alerts `json:"without,omitempty"`
	// Rules added to the group.
	ExtraRules []Rule `json:"extraRules,omitempty"`
}

// Alerts are those of the chart, by name: true leaves one out. A later layer can say false.
type Alerts struct {
	// The collector's own metrics can't be scraped.
	CollectorDown *bool `json:"CollectorDown,omitempty"`
	// A sending queue takes no more.
	CollectorDataDropped *bool `json:"CollectorDataDropped,omitempty"`
	// A destination refuses data for good, or retries ran out.
	CollectorExportFailing *bool `json:"CollectorExportFailing,omitempty"`
	// A sending queue is nearly full.
	CollectorQueueFull *bool `json:"CollectorQueueFull,omitempty"`
	// A receiver refuses data.
	CollectorRefusingData *bool `json:"CollectorRefusingData,omitempty"`
}

// Rule is an alerting or recording rule of Prometheus.
type Rule struct {
	// The alert's name.
	Alert string `json:"alert,omitempty"`
	// The recorded metric's name.
	Record string `json:"record,omitempty"`
	// The expression.
	Expr Expression `json:"expr,omitempty"`
	// How long the expression must hold before the alert fires.
	For Duration `json:"for,omitempty"`
	// How long the alert goes on after the expression has ceased to hold.
	KeepFiringFor Duration `json:"keep_firing_for,omitempty"`
	// Labels of the alert or metric.
	Labels map[string]string `json:"labels,omitempty"`
	// Annotations of the alert.
	Annotations map[string]string `json:"annotations,omitempty"`
}

// Dashboards are ConfigMaps that Grafana's sidecar loads.
type Dashboards struct {
	// Creates a ConfigMap with the dashboards.
	Enabled *bool `json:"enabled,omitempty"`
	// Labels of the ConfigMap, which Grafana's sidecar looks for.
	Labels map[string]string `json:"labels,omitempty"`
	// Annotations of the ConfigMap, such as the folder.
	Annotations map[string]string `json:"annotations,omitempty"`
}
