package objectrefused

import (
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

// names reports names of a list's items that stand there twice, or are not valid.
func (v visit) names(items []lint.Field, what string, values []string) {
	seen := map[string]bool{}
	for _, item := range items {
		at := item.At("name")
		name := at.Text()
		switch {
		case name == "" || unsettled(name):
		case len(validation.IsDNS1123Label(name)) > 0:
			v.report(at, values, "%q is no valid name of a %s: write up to 63 small letters, digits and hyphens, with no hyphen at either end", name, what)
		case seen[name]:
			v.report(at, values, "two of its %ss have the name %s: give one of them another", what, name)
		}
		seen[name] = true
	}
}

func (v visit) volumes(list lint.Field) {
	values := []string{"extraVolumes"}
	v.names(list.Items(), "volume", values)
	for _, volume := range list.Items() {
		if kinds := given(volume, "name"); len(kinds) > 1 {
			v.report(volume.At(kinds[1]), values, "the volume %s is both %s and %s: leave one of them out", volume.At("name").Text(), kinds[0], kinds[1])
		}
	}
}

// given are the keys of a map that have a value, but for one. Those that begin with $ are Kustomize's.
func given(of lint.Field, but string) []string {
	var keys []string
	for _, key := range of.Keys() {
		if key != but && !strings.HasPrefix(key, "$") && of.At(key).Exists() {
			keys = append(keys, key)
		}
	}

	return keys
}

func (v visit) containers(spec lint.Field) {
	all := append(spec.At("containers").Items(), spec.At("initContainers").Items()...)
	v.names(all, "container", []string{"extraContainers", "initContainers"})
	for _, container := range all {
		v.ports(container)
		v.probes(container)
		v.variables(container)
	}
	v.hostPorts(spec)
}

func (v visit) probes(container lint.Field) {
	name := container.At("name").Text()
	for _, key := range []string{"livenessProbe", "readinessProbe", "startupProbe"} {
		probe := container.At(key)
		var handlers []string
		for _, handler := range []string{"exec", "httpGet", "tcpSocket", "grpc"} {
			if probe.At(handler).Exists() {
				handlers = append(handlers, handler)
			}
		}
		if len(handlers) > 1 {
			v.report(probe.At(handlers[1]), []string{key}, "the %s of the container %s has both %s and %s: leave one of them out", key, name, handlers[0], handlers[1])
		}
		at := probe.At("successThreshold")
		if wanted, ok := at.Int(); ok && wanted > 1 && key != "readinessProbe" {
			v.report(at, []string{key}, "successThreshold of the %s of the container %s is %d, and has to be 1", key, name, wanted)
		}
	}
}

func (v visit) variables(container lint.Field) {
	for _, variable := range container.At("env").Items() {
		if variable.At("value").Text() != "" && variable.At("valueFrom").Exists() {
			v.report(variable.At("valueFrom"), []string{"env"}, "the variable %s of the container %s has both value and valueFrom: leave one of them out",
				variable.At("name").Text(), container.At("name").Text())
		}
	}
}

func (v visit) ports(container lint.Field) {
	values := []string{"extraContainers"}
	seen := map[string]bool{}
	for _, port := range container.At("ports").Items() {
		at := port.At("name")
		name := at.Text()
		switch {
		case name == "" || unsettled(name):
		case len(validation.IsValidPortName(name)) > 0:
			v.report(at, values, "%q is no valid name of a port: write up to 15 small letters, digits and single hyphens, one of them a letter", name)
		case seen[name]:
			v.report(at, values, "two ports of the container %s have the name %s: give one of them another", container.At("name").Text(), name)
		}
		seen[name] = true
	}
}

// hostPorts judges the ports that containers which run side by side take of their node.
func (v visit) hostPorts(spec lint.Field) {
	values := []string{"extraContainers"}
	seen := map[string]bool{}
	for _, container := range spec.At("containers").Items() {
		for _, port := range container.At("ports").Items() {
			at := port.At("hostPort")
			host, isHost := at.Int()
			own, isOwn := port.At("containerPort").Int()
			claim := at.Text() + "/" + lint.ProtocolOf(port) + " " + port.At("hostIP").Text()
			switch {
			case !isHost || host == 0:
			case spec.At("hostNetwork").True() && isOwn && host != own:
				v.report(at, values, "in the node's network the hostPort %d has to be the containerPort, %d", host, own)
			case seen[claim]:
				v.report(at, values, "two of its ports take the hostPort %s/%s: give one of them another", at.Text(), lint.ProtocolOf(port))
			}
			seen[claim] = true
		}
	}
}
