package valuewithouteffect

// Idle are the keys of the chart's values that change nothing that is rendered with a mode,
// sorted. A test renders the chart with each.
func Idle(mode string) []string {
	switch mode {
	case "gateway":
		return []string{"sidecar"}
	case "daemonset":
		return []string{
			"autoscaling",
			"persistence.accessModes", "persistence.annotations", "persistence.scaleDown", "persistence.size",
			"persistence.storageClassName", "persistence.whenDeleted", "persistence.whenScaled",
			"podDisruptionBudget", "replicas", "sidecar",
		}
	case "sidecar":
		return []string{
			"affinity", "auth", "autoscaling", "dnsPolicy", "extraContainers", "grpcRoute", "hostNetwork", "httpRoute",
			"imagePullSecrets", "ingress", "initContainers", "minReadySeconds", "networkPolicy", "nodeSelector", "persistence",
			"podAnnotations", "podDisruptionBudget", "podLabels", "podSecurityContext", "priorityClassName",
			// rbac.profile can say that a sidecar asks for nothing.
			"rbac.create", "rbac.extraRules",
			"readinessProbe", "replicas", "revisionHistoryLimit",
			"service", "serviceAccount", "terminationGracePeriodSeconds", "test", "tls", "tolerations",
			"topologySpreadConstraints", "updateStrategy", "verticalPodAutoscaler",
		}
	default:
		return nil
	}
}
