package cluster

import (
	"github.com/helm-otlp/helm-otlp/tests/cluster/node"
	"github.com/helm-otlp/helm-otlp/tests/cluster/sandbox"
)

// routerManifest lets kube-router read what its firewall follows from, and what it waits for at its start.
const routerManifest = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: ` + node.Router + `}
rules:
  - {apiGroups: [""], resources: [endpoints, namespaces, nodes, pods, services], verbs: [get, list, watch]}
  - {apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [list, watch]}
  - {apiGroups: [networking.k8s.io], resources: [networkpolicies], verbs: [list, watch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: ` + node.Router + `}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: ` + node.Router + `}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: ` + node.Router + `}]
`

// policed tells that NetworkPolicies are enforced on the node, which they are from when kube-router has its chains.
func (n *Node) policed() error {
	if n.spec.RouterConfig == "" {
		return nil
	}

	return sandbox.Run("nsenter", "--net="+n.NetworkNamespace(), "iptables", "--list-rules", "KUBE-ROUTER-FORWARD")
}
