package objectrefused

import (
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

// strategies are the types that workloads of a kind have.
func strategies(kind string) []string {
	if kind == "Deployment" {
		return []string{"RollingUpdate", "Recreate"}
	}

	return []string{"RollingUpdate", "OnDelete"}
}

// handedOn judges the strategies that the operator writes into what it makes.
func (v visit) handedOn(c *lint.Collector) {
	spec := v.object.At("spec")
	switch mode := spec.At("mode").Text(); {
	case c.Mode == lint.DaemonSet:
		v.strategy(spec.At("daemonSetUpdateStrategy"), "DaemonSet")
		v.strategy(spec.At("updateStrategy"), "DaemonSet") // v1alpha1
	case mode == "" || mode == "deployment":
		v.strategy(spec.At("deploymentUpdateStrategy"), "Deployment")
	}
}

func (v visit) workload(c *lint.Collector) {
	kind := v.object.Ref.Kind
	policies := []string{"Always"}
	switch kind {
	case "Deployment":
		v.strategy(v.object.At("spec", "strategy"), kind)
	case "DaemonSet", "StatefulSet":
		v.strategy(v.object.At("spec", "updateStrategy"), kind)
	case "Job", "CronJob":
		policies = []string{"OnFailure", "Never"}
	default:
		return
	}
	at := c.Pod.At("spec", "restartPolicy")
	if policy := at.Text(); policy != "" && !unsettled(policy) && !slices.Contains(policies, policy) {
		v.report(at, nil, "the Pods of a %s have no restartPolicy: %s: write %s", kind, policy, strings.Join(policies, " or "))
	}
	if policies[0] == "Always" && !v.pass.Kustomized() {
		v.selector(c)
	}
}

// selector judges whether a workload selects its own Pods. Kustomize gives labels to both.
func (v visit) selector(c *lint.Collector) {
	selector, labels := v.object.At("spec", "selector"), c.Pod.At("metadata", "labels")
	for _, text := range texts(selector, labels) {
		if unsettled(text) {
			return
		}
	}
	if selector.Exists() && !lint.Selects(selector, c.Labels(), false) {
		v.report(labels, []string{"podLabels"}, "its selector does not select the Pods of its own template: give both the same labels")
	}
}

// texts are the keys and values of labels and of a selector.
func texts(selector, labels lint.Field) []string {
	var found []string
	for _, of := range []lint.Field{selector.At("matchLabels"), labels} {
		for key, value := range of.StringMap() {
			found = append(found, key, value)
		}
	}
	for _, expression := range selector.At("matchExpressions").Items() {
		found = append(found, expression.At("key").Text())
		found = append(found, expression.At("values").Texts()...)
	}

	return found
}

func (v visit) strategy(at lint.Field, of string) {
	values, types := []string{"updateStrategy"}, strategies(of)
	kind := at.At("type").Text()
	if kind != "" && !unsettled(kind) && !slices.Contains(types, kind) {
		v.report(at.At("type"), values, "a %s has no strategy %s: write %s", of, kind, strings.Join(types, " or "))

		return
	}
	rolling := at.At("rollingUpdate")
	// What is not written in a part of a Kustomize folder another one may have.
	if !rolling.Exists() || unsettled(kind) || v.pass.Kustomized() {
		return
	}
	switch {
	case kind == "" || kind == "RollingUpdate":
		v.rolling(rolling, of, values)
	case of == "Deployment": // A DaemonSet's and a StatefulSet's is not looked at then.
		v.report(rolling, values, "the strategy %s takes no rollingUpdate: leave it out", kind)
	}
}

// rolling judges how many Pods may lack, and how many may be added.
func (v visit) rolling(at lint.Field, of string, values []string) {
	unavailable, surge := at.At("maxUnavailable"), at.At("maxSurge")
	const still = "with maxUnavailable and maxSurge both 0 no Pod may go, and none may come: allow one of either"
	switch surges := surge.Text() != "" && !isNone(surge); {
	case unsettled(surge.Text() + unavailable.Text()):
	case of == "Deployment":
		if isNone(unavailable) && isNone(surge) {
			v.report(unavailable, values, still)
		}
	case of == "DaemonSet": // Without any, one may lack, and none be added.
		if isNone(unavailable) && !surges {
			v.report(unavailable, values, still)
		} else if surges && !isNone(unavailable) {
			v.report(surge, values, "a DaemonSet has maxSurge or maxUnavailable, which is 1 where nothing is written: write maxUnavailable: 0 beside maxSurge, or leave maxSurge out")
		}
	}
}

// isNone tells of a number or a percentage that it is zero.
func isNone(at lint.Field) bool {
	return at.Text() != "" && strings.Trim(strings.TrimSuffix(at.Text(), "%"), "0") == ""
}

// servicePorts judges the names of a Service's ports.
func (v visit) servicePorts() {
	values := []string{"service"}
	ports := v.object.At("spec", "ports").Items()
	v.names(ports, "port", values)
	numbers := map[string]bool{}
	for _, port := range ports {
		number := port.At("port").Text()
		claim := number + "/" + lint.ProtocolOf(port)
		switch {
		case unsettled(claim):
		case port.At("name").Text() == "" && len(ports) > 1:
			v.report(port, values, "the port %s has no name, which each has to have where there are several", number)
		case number != "" && numbers[claim]:
			v.report(port.At("port"), values, "the port %s is there twice: leave one of the two out", claim)
		}
		numbers[claim] = true
	}
}

// bounds judges a PodDisruptionBudget.
func (v visit) bounds() {
	least, most := v.object.At("spec", "minAvailable"), v.object.At("spec", "maxUnavailable")
	if least.Exists() && most.Exists() {
		v.report(most, []string{"podDisruptionBudget"}, "it has both minAvailable and maxUnavailable: leave one of them out")
	}
}
