package inject

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// clash says which ports that the sidecar listens on are declared by containers that run beside it; empty: none is.
func (i *Injector) clash(pod map[string]any) string {
	if len(i.sidecar.Ports) == 0 {
		return ""
	}
	var clashes, movable []string
	for _, container := range i.beside(at[map[string]any](pod, "spec")) {
		for _, of := range at[[]any](container, "ports") {
			declared, _ := of.(map[string]any)
			number, _ := declared["containerPort"].(int)
			protocol := cmp.Or(text(declared["protocol"]), tcp)
			for _, port := range i.sidecar.Ports {
				if port.Port == number && cmp.Or(port.Protocol, tcp) == protocol {
					clashes = append(clashes, port.clash(nameOf(container)))
					movable = append(movable, port.Of)
				}
			}
		}
	}
	if len(clashes) == 0 {
		return ""
	}

	return "its " + strings.Join(clashes, ", and ") + ", and a Pod has each port once: give one of the two another" + moving(movable)
}

// moving says by which values what listens is moved.
func moving(listeners []string) string {
	slices.Sort(listeners)
	var keys []string
	follows := ""
	for _, of := range slices.Compact(listeners) {
		switch {
		case of == "":
			continue
		case of == "service.telemetry.metrics":
			of += ".readers"
		case of == "receivers.otlp" || strings.HasPrefix(of, "receivers.otlp/"):
			follows = "; sidecar.endpoint has to follow where OTLP/HTTP moves"
		}
		keys = append(keys, "config."+of)
	}
	if len(keys) == 0 {
		return ""
	}

	return " (the sidecar's by the values " + strings.Join(keys, ", ") + follows + ")"
}

// tcp is the protocol where none is given.
const tcp = "TCP"

// clash says that a container has declared the port too.
func (p Port) clash(container string) string {
	listener := "the sidecar"
	if p.Of != "" {
		listener = p.Of + " of the sidecar"
	}

	return fmt.Sprintf("container %s declares port %d/%s, on which %s listens", container, p.Port, cmp.Or(p.Protocol, tcp), listener)
}

// beside are the containers that run as long as the sidecar does.
func (i *Injector) beside(spec map[string]any) (containers []map[string]any) {
	for _, list := range []string{"containers", "initContainers"} {
		for _, of := range at[[]any](spec, list) {
			container, _ := of.(map[string]any)
			if nameOf(container) == nameOf(i.sidecar.Container) || list == "initContainers" && container["restartPolicy"] != "Always" {
				continue
			}
			containers = append(containers, container)
		}
	}

	return containers
}
