package inject

import (
	"cmp"
	"fmt"
)

// clash says that a container which runs beside the sidecar declares a port that it listens on; empty: none does.
func (i *Injector) clash(pod map[string]any) string {
	if len(i.sidecar.Ports) == 0 {
		return ""
	}
	for _, container := range i.beside(at[map[string]any](pod, "spec")) {
		for _, of := range at[[]any](container, "ports") {
			declared, _ := of.(map[string]any)
			number, _ := declared["containerPort"].(int)
			protocol := cmp.Or(text(declared["protocol"]), tcp)
			for _, port := range i.sidecar.Ports {
				if port.Port == number && cmp.Or(port.Protocol, tcp) == protocol {
					return port.clash(nameOf(container))
				}
			}
		}
	}

	return ""
}

// tcp is the protocol where none is given.
const tcp = "TCP"

// clash says that a container has declared the port too.
func (p Port) clash(container string) string {
	listener := "the sidecar"
	if p.Of != "" {
		listener = p.Of + " of the sidecar"
	}

	return fmt.Sprintf("its container %s declares port %d/%s, on which %s listens, and a Pod has each port once: give one of the two another",
		container, p.Port, cmp.Or(p.Protocol, tcp), listener)
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
