// Package autoscalercannotmeasure has the rule autoscaler-cannot-measure.
package autoscalercannotmeasure

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: an autoscaler measures by a request that a container lacks.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "autoscaler-cannot-measure",
		Severity: lint.Warning,
		Summary:  "An autoscaler goes by how much of its request a Pod uses, and a container has no request.",
		Why:      "A share of nothing can't be measured: the metric is invalid for the whole Pod, and the autoscaler adds no Pod however high the load is.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/",
		Run:      run,
	}
}

// measure is a resource that an autoscaler measures, of one container or, without a name, of all.
type measure struct{ resource, container string }

func run(p *lint.Pass) {
	if p.Kustomized() {
		return
	}
	for _, c := range p.Collectors {
		// A Pod's own requests are taken before its containers'.
		if c.Object == nil || c.Pod.At("spec", "resources").Exists() || limited(p, c) || p.Repeated(c.Object) {
			continue
		}
		for _, scaler := range p.Scalers(c) {
			for _, m := range measures(scaler) {
				report(p, c, scaler, m)
			}
		}
	}
}

func report(p *lint.Pass, c *lint.Collector, scaler lint.Scaler, m measure) {
	for _, container := range running(c) {
		name, resources := container.At("name").Text(), container.At("resources")
		// The other containers around a sidecar are an application's.
		if c.Mode == lint.Sidecar && container.Path() != c.Container.Path() {
			continue
		}
		// A limit is a request where there is none.
		if m.container != "" && m.container != name ||
			resources.At("requests", m.resource).Exists() || resources.At("limits", m.resource).Exists() {
			continue
		}
		which, values := "container "+name, []string{"resources.requests." + m.resource, "resources.requests", "resources"}
		switch {
		case container.Path() == c.Container.Path():
			which = "the collector's container"
		default:
			values = []string{"extraContainers", "initContainers"}
		}
		p.Report(c.Place(resources, values...), "%s %s goes by how much of its %s request a Pod uses, and %s has none: set resources.requests.%s",
			scaler.Ref.Kind, scaler.Ref.Name, m.resource, which, m.resource)
	}
}

// running are the containers that run as long as the Pod does.
func running(c *lint.Collector) []lint.Field {
	if c.Operator {
		return append([]lint.Field{c.Container}, c.Container.At("additionalContainers").Items()...)
	}
	return lint.Running(c.Pod.At("spec"))
}

// limited says that the namespace gives requests to what has none.
func limited(p *lint.Pass, c *lint.Collector) bool {
	for _, o := range p.Objects {
		if o.Kind("", "LimitRange") && (o.Ref.Namespace == c.Namespace() || o.Ref.Namespace == "" || c.Namespace() == "") {
			return true
		}
	}
	return false
}

// measures are what an autoscaler measures as a share of requests.
func measures(scaler lint.Scaler) []measure {
	switch scaler.Ref.Kind {
	case "HorizontalPodAutoscaler":
		return ofHorizontal(scaler.At("spec"))
	case "ScaledObject":
		return ofTriggers(scaler.At("spec", "triggers"))
	default:
		return ofOperator(scaler.At("spec", "autoscaler"))
	}
}

func ofHorizontal(spec lint.Field) []measure {
	// Without a metric, it goes by the CPU.
	if spec.At("metrics").Len() == 0 {
		return []measure{{resource: "cpu"}}
	}
	var found []measure
	for _, metric := range spec.At("metrics").Items() {
		for _, kind := range []string{"resource", "containerResource"} {
			of := metric.At(kind)
			if of.At("target", "averageUtilization").Exists() || of.At("targetAverageUtilization").Exists() {
				found = append(found, measure{of.At("name").Text(), of.At("container").Text()})
			}
		}
	}
	return found
}

func ofTriggers(triggers lint.Field) []measure {
	var found []measure
	for _, trigger := range triggers.Items() {
		kind, metadata := trigger.At("type").Text(), trigger.At("metadata")
		share := trigger.At("metricType").Text() == "Utilization" || metadata.At("type").Text() == "Utilization"
		if share && (kind == "cpu" || kind == "memory") {
			found = append(found, measure{kind, metadata.At("containerName").Text()})
		}
	}
	return found
}

// ofOperator are those of the autoscaler that the operator makes, by the CPU where nothing is said.
func ofOperator(autoscaler lint.Field) []measure {
	var found []measure
	if autoscaler.At("targetMemoryUtilization").Exists() {
		found = append(found, measure{resource: "memory"})
	}
	if autoscaler.At("targetCPUUtilization").Exists() || len(found) == 0 {
		found = append(found, measure{resource: "cpu"})
	}
	return found
}
