package changes

import (
	"fmt"
	"strings"
)

// rights are those that Roles and ClusterRoles grant, each verb on each resource by itself.
func rights(all []object) map[string]bool {
	found := map[string]bool{}
	for _, o := range all {
		var where string
		switch o.ref.Kind {
		case "Role":
			where = "in the namespace " + o.ref.Namespace
		case "ClusterRole":
			where = "in all namespaces"
		default:
			continue
		}
		for _, rule := range list(o.value, "rules") {
			for _, verb := range texts(rule["verbs"]) {
				for _, what := range resources(rule) {
					found[fmt.Sprintf("%s %s %s", verb, what, where)] = true
				}
				for _, url := range texts(rule["nonResourceURLs"]) {
					found[verb+" "+url] = true
				}
			}
		}
	}

	return found
}

// resources of a rule, such as pods, deployments.apps and configmaps/name.
func resources(rule map[string]any) []string {
	var found []string
	for _, group := range texts(rule["apiGroups"]) {
		for _, resource := range texts(rule["resources"]) {
			if group != "" {
				base, sub, isSub := strings.Cut(resource, "/")
				if resource = base + "." + group; isSub {
					resource += "/" + sub
				}
			}
			names := texts(rule["resourceNames"])
			if len(names) == 0 {
				found = append(found, resource)
			}
			for _, name := range names {
				found = append(found, resource+" "+name)
			}
		}
	}

	return found
}

// ports of Services, and of the containers of workloads.
func ports(all []object) map[string]bool {
	found := map[string]bool{}
	for _, o := range all {
		if o.ref.Kind == "Service" {
			for _, port := range list(o.value, "spec", "ports") {
				found[fmt.Sprintf("%s: %s/%s%s", o.ref, text(port["port"]), protocol(port), named(port))] = true
			}

			continue
		}
		for _, containers := range []string{"containers", "initContainers"} {
			for _, container := range list(o.value, "spec", "template", "spec", containers) {
				for _, port := range list(container, "ports") {
					host := ""
					if given := text(port["hostPort"]); given != "" && given != "0" {
						host = ", on the node as " + given
					}
					found[fmt.Sprintf("%s: container %s, %s/%s%s%s", o.ref, text(container["name"]), text(port["containerPort"]), protocol(port), named(port), host)] = true
				}
			}
		}
	}

	return found
}

func protocol(port map[string]any) string {
	if given := text(port["protocol"]); given != "" {
		return given
	}

	return "TCP"
}

func named(port map[string]any) string {
	if name := text(port["name"]); name != "" {
		return " (" + name + ")"
	}

	return ""
}
