package objectrefused

import (
	"regexp"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

// label is a name as containers, volumes and ports have it (RFC 1123).
var label = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)

// names reports names of a list's items that stand there twice, or are none.
func (v visit) names(items []lint.Field, what string, values []string) {
	seen := map[string]bool{}
	for _, item := range items {
		at := item.At("name")
		name := at.Text()
		switch {
		case name == "" || unsettled(name):
		case !label.MatchString(name):
			v.report(at, values, "the name %q of a %s is none: write up to 63 small letters, digits and hyphens, with none of these at either end", name, what)
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
		var kinds []string
		for _, key := range volume.Keys() {
			if key != "name" && volume.At(key).Exists() {
				kinds = append(kinds, key)
			}
		}
		if len(kinds) > 1 {
			v.report(volume.At(kinds[1]), values, "the volume %s is both %s and %s: leave one of them out", volume.At("name").Text(), kinds[0], kinds[1])
		}
	}
}

func (v visit) containers(spec lint.Field) {
	values := []string{"extraContainers", "initContainers"}
	all := append(spec.At("containers").Items(), spec.At("initContainers").Items()...)
	v.names(all, "container", values)
	for _, container := range all {
		v.containerPorts(container, spec.At("hostNetwork").True())
		for _, probe := range []string{"livenessProbe", "startupProbe"} {
			at := container.At(probe, "successThreshold")
			if wanted, ok := at.Int(); ok && wanted != 1 {
				v.report(at, []string{probe}, "the %s of the container %s wants %d successes: one is all that it may want", probe, container.At("name").Text(), wanted)
			}
		}
	}
}

// portName is a name as ports have it (RFC 6335); none has two hyphens after one another.
var portName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

var letter = regexp.MustCompile(`[a-z]`)

func (v visit) containerPorts(container lint.Field, ofNode bool) {
	seen := map[string]bool{}
	values := []string{"extraContainers"}
	for _, port := range container.At("ports").Items() {
		at := port.At("name")
		name := at.Text()
		switch {
		case name == "" || unsettled(name):
		case len(name) > 15 || !portName.MatchString(name) || !letter.MatchString(name):
			v.report(at, values, "the name %q of a port is none: write up to 15 small letters, digits and hyphens, one of them a letter", name)
		case seen[name]:
			v.report(at, values, "two ports of the container %s have the name %s: give one of them another", container.At("name").Text(), name)
		}
		seen[name] = true
		host, isHost := port.At("hostPort").Int()
		own, isOwn := port.At("containerPort").Int()
		if ofNode && isHost && isOwn && host != 0 && host != own {
			v.report(port.At("hostPort"), values, "in the node's network the hostPort %d has to be the containerPort, %d", host, own)
		}
	}
}
