// Package apiversionremoved has the rule api-version-removed.
package apiversionremoved

import (
	"cmp"
	_ "embed"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: an object is of a version of its API that the cluster no longer serves.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "api-version-removed",
		Severity: lint.Error,
		Summary:  "An object is of a version of its API that the cluster no longer serves.",
		Why:      "The API server knows no such kind, and the installation or the upgrade fails as a whole. A chart is judged for --kube-version; manifests, of which nobody says what cluster they are for, for 1.30.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/reference/using-api/deprecation-guide/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	// The oldest cluster that this project's chart supports.
	cluster := cmp.Or(p.Kubernetes, "1.30")
	for _, object := range p.Objects {
		for _, api := range removed() {
			if object.Ref.APIVersion != api.version || !slices.Contains(strings.Fields(api.kinds), object.Ref.Kind) || older(cluster, api.gone) {
				continue
			}
			instead := "use " + api.instead
			if api.instead == "" {
				instead = "take it out, since nothing has its place"
			}
			at := lint.Place{Object: object, Field: object.At("apiVersion")}
			finding := p.Report(at,
				"Kubernetes %s and newer serve no %s of %s: %s", api.gone, object.Ref.Kind, api.version, instead)
			if slices.Contains(alike(), object.Ref.Kind+" "+api.instead) {
				finding.Set(at, api.instead)
			}
		}
	}
}

// older tells whether a cluster's version is older than a minor one. One that can't be read is.
func older(cluster, than string) bool {
	return semver.Compare(semver.MajorMinor("v"+strings.TrimPrefix(cluster, "v")), "v"+than) < 0
}

// api is a version of kinds that is served no longer from a version of Kubernetes on.
type api struct{ version, kinds, gone, instead string }

// alike are kinds that a newer version writes as the removed one did.
func alike() []string {
	return []string{
		"PodDisruptionBudget policy/v1", "CronJob batch/v1", "PriorityClass scheduling.k8s.io/v1", "StorageClass storage.k8s.io/v1",
		"ClusterRole rbac.authorization.k8s.io/v1", "ClusterRoleBinding rbac.authorization.k8s.io/v1",
		"Role rbac.authorization.k8s.io/v1", "RoleBinding rbac.authorization.k8s.io/v1", "Lease coordination.k8s.io/v1",
	}
}

// removed are those of Kubernetes' guide, from 1.16 on.
func removed() []api {
	return []api{
		{"extensions/v1beta1", "DaemonSet Deployment ReplicaSet", "1.16", "apps/v1"},
		{"apps/v1beta1", "Deployment StatefulSet ReplicaSet", "1.16", "apps/v1"},
		{"apps/v1beta2", "DaemonSet Deployment StatefulSet ReplicaSet", "1.16", "apps/v1"},
		{"extensions/v1beta1", "NetworkPolicy", "1.16", "networking.k8s.io/v1"},
		{"extensions/v1beta1", "PodSecurityPolicy", "1.16", ""},
		{"admissionregistration.k8s.io/v1beta1", "MutatingWebhookConfiguration ValidatingWebhookConfiguration", "1.22", "admissionregistration.k8s.io/v1"},
		{"apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", "1.22", "apiextensions.k8s.io/v1"},
		{"apiregistration.k8s.io/v1beta1", "APIService", "1.22", "apiregistration.k8s.io/v1"},
		{"certificates.k8s.io/v1beta1", "CertificateSigningRequest", "1.22", "certificates.k8s.io/v1"},
		{"coordination.k8s.io/v1beta1", "Lease", "1.22", "coordination.k8s.io/v1"},
		{"extensions/v1beta1", "Ingress", "1.22", "networking.k8s.io/v1"},
		{"networking.k8s.io/v1beta1", "Ingress IngressClass", "1.22", "networking.k8s.io/v1"},
		{"rbac.authorization.k8s.io/v1beta1", "ClusterRole ClusterRoleBinding Role RoleBinding", "1.22", "rbac.authorization.k8s.io/v1"},
		{"scheduling.k8s.io/v1beta1", "PriorityClass", "1.22", "scheduling.k8s.io/v1"},
		{"storage.k8s.io/v1beta1", "CSIDriver CSINode StorageClass VolumeAttachment", "1.22", "storage.k8s.io/v1"},
		{"batch/v1beta1", "CronJob", "1.25", "batch/v1"},
		{"discovery.k8s.io/v1beta1", "EndpointSlice", "1.25", "discovery.k8s.io/v1"},
		{"events.k8s.io/v1beta1", "Event", "1.25", "events.k8s.io/v1"},
		{"autoscaling/v2beta1", "HorizontalPodAutoscaler", "1.25", "autoscaling/v2"},
		{"policy/v1beta1", "PodDisruptionBudget", "1.25", "policy/v1"},
		{"policy/v1beta1", "PodSecurityPolicy", "1.25", ""},
		{"node.k8s.io/v1beta1", "RuntimeClass", "1.25", "node.k8s.io/v1"},
		{"flowcontrol.apiserver.k8s.io/v1beta1", "FlowSchema PriorityLevelConfiguration", "1.26", "flowcontrol.apiserver.k8s.io/v1"},
		{"autoscaling/v2beta2", "HorizontalPodAutoscaler", "1.26", "autoscaling/v2"},
		{"storage.k8s.io/v1beta1", "CSIStorageCapacity", "1.27", "storage.k8s.io/v1"},
		{"flowcontrol.apiserver.k8s.io/v1beta2", "FlowSchema PriorityLevelConfiguration", "1.29", "flowcontrol.apiserver.k8s.io/v1"},
		{"flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema PriorityLevelConfiguration", "1.32", "flowcontrol.apiserver.k8s.io/v1"},
	}
}
