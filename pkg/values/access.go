package values

import (
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ServiceAccount is the account that the Pods run as.
type ServiceAccount struct {
	// Creates the account.
	Create *bool `json:"create,omitempty" jsonschema_extras:"nullable=false"`
	// Empty: the release's full name (or `default` when not created).
	Name Hostname `json:"name,omitempty"`
	// Annotations of the account, such as a cloud role.
	Annotations map[string]string `json:"annotations,omitempty"`
}

// RBAC is what the account may do.
type RBAC struct {
	// Creates roles and bindings.
	Create *bool `json:"create,omitempty"`
	// auto (the least that the compiled config needs), node, cluster or pod.
	Profile string `json:"profile,omitempty" jsonschema:"enum=auto,enum=node,enum=cluster,enum=pod" jsonschema_extras:"nullable=false"`
	// PolicyRules added to the ClusterRole.
	ExtraRules []rbacv1.PolicyRule `json:"extraRules,omitempty"`
}

// Service is what the collector is reached through.
type Service struct {
	// Creates the Service.
	Enabled *bool `json:"enabled,omitempty"`
	// ClusterIP, NodePort or LoadBalancer.
	Type string `json:"type,omitempty" jsonschema:"enum=ClusterIP,enum=NodePort,enum=LoadBalancer" jsonschema_extras:"nullable=false"`
	// Annotations of the Service.
	Annotations map[string]string `json:"annotations,omitempty"`
	// Labels of the Service.
	Labels map[string]string `json:"labels,omitempty"`
	// Local or Cluster. Empty: Local for a DaemonSet, else Cluster.
	InternalTrafficPolicy string `json:"internalTrafficPolicy,omitempty" jsonschema:"enum=,enum=Local,enum=Cluster"`
	// Local (keeps the client's address) or Cluster, for NodePort and LoadBalancer. Empty: the cluster's default.
	ExternalTrafficPolicy string `json:"externalTrafficPolicy,omitempty" jsonschema:"enum=,enum=Local,enum=Cluster"`
	// The load balancer implementation. Empty: the cluster's default.
	LoadBalancerClass string `json:"loadBalancerClass,omitempty"`
	// Address ranges that may reach a load balancer, such as 10.0.0.0/8. Empty: all.
	LoadBalancerSourceRanges []string `json:"loadBalancerSourceRanges,omitempty" jsonschema:"pattern=^[0-9A-Fa-f.:]+/[0-9]+$"`
	// SingleStack, PreferDualStack or RequireDualStack. Empty: the cluster's default.
	IPFamilyPolicy string `json:"ipFamilyPolicy,omitempty" jsonschema:"enum=,enum=SingleStack,enum=PreferDualStack,enum=RequireDualStack"`
	// IPv4 and IPv6, the first is the collector's own. Empty: the cluster's default.
	IPFamilies []string `json:"ipFamilies,omitempty" jsonschema:"enum=IPv4,enum=IPv6,maxItems=2"`
}

// NetworkPolicy is who may reach the collector and what it may reach.
type NetworkPolicy struct {
	// Creates a NetworkPolicy that opens the ports that the config listens on.
	Enabled *bool `json:"enabled,omitempty"`
	// Peers that may send. Empty: everyone. Ports for metrics and health stay open to all.
	From []networkingv1.NetworkPolicyPeer `json:"from,omitempty"`
	// What the collector may reach.
	Egress NetworkPolicyEgress `json:"egress,omitempty"`
}

// NetworkPolicyEgress is what the collector may reach.
type NetworkPolicyEgress struct {
	// Restricts what the collector may reach to `to` (and DNS): the backend, and the API server and kubelets where the config asks them.
	Enabled *bool `json:"enabled,omitempty"`
	// NetworkPolicyEgressRules. The API server's is its own address, not that of the Service kubernetes.
	To []networkingv1.NetworkPolicyEgressRule `json:"to,omitempty"`
}

// Ingress publishes one port of the Service.
type Ingress struct {
	// Creates the Ingress.
	Enabled *bool `json:"enabled,omitempty"`
	// The ingress controller's class. Empty: the cluster's default.
	ClassName Hostname `json:"className,omitempty"`
	// Annotations of the Ingress, which controllers read.
	Annotations map[string]string `json:"annotations,omitempty"`
	// The Service port that is published.
	Port PortName `json:"port,omitempty"`
	// Hosts that are served: {host, paths: [{path, pathType}]}; without paths, everything below /.
	Hosts []IngressHost `json:"hosts,omitempty"`
	// Certificates by host: {hosts, secretName}.
	TLS []networkingv1.IngressTLS `json:"tls,omitempty"`
}

// IngressHost is a host and what is served below it.
type IngressHost struct {
	// The host's name; a first label `*` stands for any.
	Host string `json:"host,omitempty"`
	// Paths that are served. Empty: everything below /.
	Paths []IngressPath `json:"paths,omitempty"`
}

// IngressPath is a path of a host.
type IngressPath struct {
	// The path; / when left out.
	Path string `json:"path,omitempty" jsonschema:"pattern=^/"`
	// Prefix (when left out), Exact or ImplementationSpecific.
	PathType string `json:"pathType,omitempty" jsonschema:"enum=Prefix,enum=Exact,enum=ImplementationSpecific"`
}

// SidecarInjection is which Pods get a sidecar, and how.
type SidecarInjection struct {
	// Install the policy that injects Pods as they come. false: `helm otlp inject`, or the templates of other charts, do it.
	Policy *bool `json:"policy,omitempty"`
	// The API version of the MutatingAdmissionPolicy: v1, v1beta1 or v1alpha1. Empty: the newest that the cluster has.
	APIVersion string `json:"apiVersion,omitempty" jsonschema:"enum=,enum=v1,enum=v1beta1,enum=v1alpha1"`
	// Ignore: a collector never stops an application from starting. Or Fail.
	FailurePolicy string `json:"failurePolicy,omitempty" jsonschema:"enum=Ignore,enum=Fail" jsonschema_extras:"nullable=false"`
	// Allow or Deny Pods while the release's config is missing.
	ParameterNotFoundAction string `json:"parameterNotFoundAction,omitempty" jsonschema:"enum=Allow,enum=Deny" jsonschema_extras:"nullable=false"`
	// Namespaces to inject into. Empty: all where a Pod asks for it.
	NamespaceSelector metav1.LabelSelector `json:"namespaceSelector,omitempty"`
	// Inject Pods that share the node's network.
	HostNetwork *bool `json:"hostNetwork,omitempty"`
	// OTEL_EXPORTER_OTLP_ENDPOINT of the application's containers that do not set it themselves. Empty: not set.
	Endpoint string `json:"endpoint,omitempty" jsonschema:"pattern=^(https?://.+)?$"`
	// Set OTEL_RESOURCE_ATTRIBUTES (Pod, namespace, node) on those that do not.
	ResourceAttributes *bool `json:"resourceAttributes,omitempty"`
}
