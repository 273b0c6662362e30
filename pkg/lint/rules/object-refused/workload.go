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
	switch c.Mode {
	case lint.DaemonSet:
		v.strategy(spec.At("daemonSetUpdateStrategy"), "DaemonSet")
		v.strategy(spec.At("updateStrategy"), "DaemonSet") // v1alpha1
	case lint.Gateway:
		v.strategy(spec.At("deploymentUpdateStrategy"), "Deployment")
	case lint.Sidecar, lint.None:
	}
}

func (v visit) workload(c *lint.Collector) {
	kind := v.object.Ref.Kind
	switch kind {
	case "Deployment":
		v.strategy(v.object.At("spec", "strategy"), kind)
	case "DaemonSet", "StatefulSet":
		v.strategy(v.object.At("spec", "updateStrategy"), kind)
	default:
		return
	}
	if at := c.Pod.At("spec", "restartPolicy"); at.Text() != "" && at.Text() != "Always" && !unsettled(at.Text()) {
		v.report(at, nil, "its Pods are always started again: leave restartPolicy: %s out", at.Text())
	}
	selector, labels := v.object.At("spec", "selector"), c.Pod.At("metadata", "labels")
	// Kustomize gives labels to both.
	if selector.Exists() && labels.Exists() && !v.pass.Kustomized() && !lint.Selects(selector, c.Labels(), false) {
		v.report(labels, []string{"podLabels"}, "its selector does not select the Pods of its own template: give both the same labels")
	}
}

func (v visit) strategy(at lint.Field, of string) {
	values, types := []string{"updateStrategy"}, strategies(of)
	kind := at.At("type").Text()
	if kind != "" && !unsettled(kind) && !slices.Contains(types, kind) {
		v.report(at.At("type"), values, "it has no strategy %s: write %s", kind, strings.Join(types, " or "))

		return
	}
	rolling := at.At("rollingUpdate")
	if !rolling.Exists() {
		return
	}
	if kind != "" && kind != "RollingUpdate" {
		// A DaemonSet's and a StatefulSet's is not looked at then.
		if of == "Deployment" {
			v.report(rolling, values, "the strategy %s takes no rollingUpdate: leave it out", kind)
		}

		return
	}
	v.rolling(rolling, of, values)
}

// rolling judges how many Pods may lack, and how many may be added.
func (v visit) rolling(at lint.Field, of string, values []string) {
	unavailable, surge := at.At("maxUnavailable"), at.At("maxSurge")
	switch of {
	case "Deployment":
		if isNone(unavailable) && isNone(surge) {
			v.report(unavailable, values, "with maxUnavailable and maxSurge both 0 no Pod may go, and none may come: allow one of either")
		}
	case "DaemonSet":
		// Without any, one may lack, and none be added.
		switch surges := surge.Text() != "" && !isNone(surge); {
		case unsettled(surge.Text() + unavailable.Text()):
		case isNone(unavailable) && !surges:
			v.report(unavailable, values, "with maxUnavailable and maxSurge both 0 no Pod may go, and none may come: allow one of either")
		case surges && !isNone(unavailable):
			v.report(surge, values, "a DaemonSet has maxSurge or maxUnavailable, which is 1 where nothing is written: write maxUnavailable: 0 beside maxSurge")
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
	names, numbers := map[string]bool{}, map[string]bool{}
	for _, port := range ports {
		name, number := port.At("name").Text(), port.At("port").Text()
		protocol := port.At("protocol").Text()
		if protocol == "" {
			protocol = "TCP"
		}
		switch {
		case unsettled(name + number + protocol):
		case name == "" && len(ports) > 1:
			v.report(port, values, "the port %s has no name, which each has to have where there are several", number)
		case name != "" && names[name]:
			v.report(port.At("name"), values, "two of its ports have the name %s: give one of them another", name)
		case number != "" && numbers[number+"/"+protocol]:
			v.report(port.At("port"), values, "the port %s/%s is there twice: leave one of the two out", number, protocol)
		}
		names[name], numbers[number+"/"+protocol] = true, true
	}
}

// bounds judges a PodDisruptionBudget.
func (v visit) bounds() {
	least, most := v.object.At("spec", "minAvailable"), v.object.At("spec", "maxUnavailable")
	if least.Exists() && most.Exists() {
		v.report(most, []string{"podDisruptionBudget"}, "it has both minAvailable and maxUnavailable: leave one of them out")
	}
}
