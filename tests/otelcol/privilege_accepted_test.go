package otelcol_test

// An acceptance is a right that is granted for more than is seen in use.
type acceptance struct {
	// name is the case's.
	name string
	// right and seen are what is granted, and what is seen of it.
	right, seen string
	// why it can't be less.
	why string
}

const nodesName = "the name of the node is known only on the node, and one role serves all of them"

// acceptances are all that there are: the test fails on one that is stale.
func acceptances() []acceptance {
	const seen = "used of " + nodeName
	return []acceptance{
		{"resource_detection, k8snode", "get nodes", seen, nodesName},
		{"resource_detection, k8s_api", "get nodes", seen, nodesName},
		{"k8s_attributes, labels of the node, daemonset", "list nodes", seen, nodesName},
		{"k8s_attributes, labels of the node, daemonset", "watch nodes", seen, nodesName},
	}
}

// acceptedOf are a case's, by right.
func acceptedOf(name string) map[string]string {
	found := map[string]string{}
	for _, a := range acceptances() {
		if a.name == name {
			found[a.right] = a.seen
		}
	}
	return found
}
