package migratevalues

import (
	"slices"

	"k8s.io/apimachinery/pkg/api/resource"
)

// resources keeps limits and requests: Kubernetes takes a limit for the request where none is given, and this chart has
// requests of its own.
func (c *conversion) resources(s section) {
	requests, limits := s.sub("requests"), s.sub("limits")
	own := map[string]map[string]string{
		daemonset: {"cpu": "500m", "memory": "512Mi"}, gateway: {"cpu": "1", "memory": "4Gi"}, "sidecar": {"cpu": "200m", "memory": "256Mi"},
	}[c.mode]
	for _, name := range sorted(limits.values) {
		value := limits.take(name)
		c.set(value, "resources", "limits", name)
		if _, there := requests.values[name]; !there && value != nil {
			c.set(value, "resources", "requests", name)
		}
	}
	for _, name := range sorted(requests.values) {
		value := requests.take(name)
		c.set(value, "resources", "requests", name)
		if _, there := limits.values[name]; !there && more(value, own[name]) {
			if name == "memory" {
				c.set(value, "resources", "limits", name)
				requests.note(name, "is the limit too, which the memory_limiter goes by: there was none")
			} else {
				c.set(nil, "resources", "limits", name)
			}
		}
	}
	s.unless("claims", "the chart's resources have no claims: patch the Pod template, by Kustomize or a post-renderer")
}

// more says that a quantity is larger than another.
func more(value any, than string) bool {
	text, ok := value.(string)
	if number, is := value.(int); is {
		text, ok = resource.NewQuantity(int64(number), resource.DecimalSI).String(), true
	}
	if !ok || than == "" {
		return false
	}
	quantity, err := resource.ParseQuantity(text)

	return err == nil && quantity.Cmp(resource.MustParse(than)) > 0
}

func (c *conversion) disruptionBudget(s section) {
	enabled := s.flag("enabled", false)
	least, most := s.take("minAvailable"), s.take("maxUnavailable")
	switch {
	case !enabled:
	case c.mode != gateway:
		s.note("enabled", "a DaemonSet has no PodDisruptionBudget: left out")
	default:
		c.budget(least, most)
	}
}

// budget is a PodDisruptionBudget. The chart has one Pod away at most where nothing is said.
func (c *conversion) budget(least, most any) {
	if !empty(least) && least != 0 {
		c.set(least, "podDisruptionBudget", "minAvailable")
		c.set(nil, "podDisruptionBudget", "maxUnavailable")
	} else if !empty(most) {
		c.set(most, "podDisruptionBudget", "maxUnavailable")
	}
}

func (c *conversion) rollout(s section) {
	strategy := s.text("strategy")
	if strategy != "" {
		c.set(strategy, "updateStrategy", "type")
	}
	rolling := s.sub("rollingUpdate")
	if strategy == "" || strategy == "RollingUpdate" {
		for _, key := range []string{"maxSurge", "maxUnavailable", "partition"} {
			if value := rolling.take(key); value != nil {
				c.set(value, "updateStrategy", "rollingUpdate", key)
			}
		}
		rolling.rest()
	}
	for _, key := range []string{"maxSurge", "maxUnavailable"} {
		if s.take(key) != nil {
			s.note(key, "the official chart reads it below rollingUpdate alone: left out")
		}
	}
}

// mergedSecurity carries over a container's security context. The chart's own stays where it says nothing.
func mergedSecurity(s section, key string) {
	context := s.sub(key)
	for _, name := range sorted(context.values) {
		s.c.set(context.take(name), "securityContext", name)
	}
	if context.values["runAsUser"] == 0 && s.c.mode == gateway {
		s.c.set(false, "podSecurityContext", "runAsNonRoot")
	}
	if context.values["privileged"] == true {
		s.c.set(true, "securityContext", "allowPrivilegeEscalation")
	}
}

// lifecycle carries hooks over, instead of the chart's own.
func lifecycle(s section, key string) {
	hooks := s.sub(key)
	for _, hook := range sorted(hooks.values) {
		of := hooks.sub(hook)
		for _, name := range sorted(variables()) {
			if mentions(of.values, name) {
				hooks.left(hook, "it mentions %s, which this chart calls %s, and sets where the config mentions it: give it in env", name, variables()[name])
			}
		}
		if hook == "preStop" && s.c.mode != "sidecar" && of.values["sleep"] == nil && len(of.values) > 0 {
			s.c.set(nil, "lifecycle", hook, "sleep")
		}
		for _, handler := range sorted(of.values) {
			s.c.set(of.take(handler), "lifecycle", hook, handler)
		}
	}
}

// probe carries over the timing. What is asked follows from the extension health_check.
func probe(to string) officialKey {
	return func(s section, key string) {
		of := s.sub(key)
		for _, name := range []string{"initialDelaySeconds", "periodSeconds", "timeoutSeconds", "successThreshold", "failureThreshold", "terminationGracePeriodSeconds"} {
			if value := of.take(name); !empty(value) && (to == "readinessProbe" || name != "successThreshold") {
				s.c.set(value, to, name)
			}
		}
		if get := of.sub("httpGet"); len(get.values) > 0 {
			of.note("httpGet", "what is asked follows from the extension health_check in config: left out")
		}
		of.rest()
	}
}

func (c *conversion) officialMonitor(s section) {
	enabled := s.flag("enabled", false)
	endpoints := s.list("metricsEndpoints")
	labels, relabelings, metrics := s.take("extraLabels"), s.list("relabelings"), s.list("metricRelabelings")
	limit := s.take("sampleLimit")
	if !enabled {
		return
	}
	if key, ok := s.path[0].Key(); ok && key == "podMonitor" {
		c.note(s.path, "a ServiceMonitor takes its place: the headless Service has each Pod")
	}
	c.set(true, "serviceMonitor", "enabled")
	for i, endpoint := range endpoints {
		of := c.section(s.at("metricsEndpoints"), endpoint)
		if name := of.text("port"); i > 0 || name != "" && name != "metrics" {
			s.left("metricsEndpoints", "the chart's ServiceMonitor scrapes the collector's own metrics alone: bring another in extraManifests for the rest")

			continue
		}
		of.copy("interval", "serviceMonitor", "interval")
		of.copy("scrapeTimeout", "serviceMonitor", "scrapeTimeout")
		of.copy("relabelings", "serviceMonitor", "relabelings")
		of.copy("metricRelabelings", "serviceMonitor", "metricRelabelings")
		of.rest()
	}
	for key, value := range map[string]any{"labels": labels, "relabelings": relabelings, "metricRelabelings": metrics} {
		if list, ok := value.([]any); !empty(value) && (!ok || len(list) > 0) {
			c.set(value, "serviceMonitor", key)
		}
	}
	if !empty(limit) && limit != 0 {
		s.left("sampleLimit", "the chart's ServiceMonitor has no such key: patch it, by Kustomize or a post-renderer")
	}
}

func (c *conversion) prometheusRule(s section) {
	enabled := s.flag("enabled", false)
	groups, labels := s.list("groups"), s.take("extraLabels")
	defaults := s.sub("defaultRules")
	ours := defaults.flag("enabled", false)
	for _, key := range []string{"additionalRuleLabels", "additionalRuleAnnotations"} {
		if value := defaults.take(key); enabled && ours && !empty(value) {
			defaults.left(key, "the chart's alerts take none: add them by Prometheus' own relabeling of alerts")
		}
	}
	defaults.rest()
	if !enabled {
		return
	}
	c.set(true, "prometheusRule", "enabled")
	if !empty(labels) {
		c.set(labels, "prometheusRule", "labels")
	}
	if ours {
		defaults.note("enabled", "the chart's own alerts take their place: they are other ones, under other names")
	} else {
		for _, alert := range []string{"CollectorDown", "CollectorDataDropped", "CollectorExportFailing", "CollectorQueueFull", "CollectorRefusingData"} {
			c.set(true, "prometheusRule", "without", alert)
		}
	}
	rules := []any{}
	for _, group := range groups {
		list, _ := at(group, "rules").([]any)
		rules = append(rules, list...)
		if !slices.Contains([]any{nil}, at(group, "interval")) {
			s.left("groups", "the chart has one group, of the interval of Prometheus: bring a PrometheusRule in extraManifests for groups with another")
		}
	}
	if len(rules) > 0 {
		c.set(rules, "prometheusRule", "extraRules")
	}
}
