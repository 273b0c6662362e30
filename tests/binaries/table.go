package binaries

import "strings"

// kubernetesVersion is also the version of k8s.io/kubernetes in tests/cluster/servers/go.mod.
const kubernetesVersion = "v1.37.2"

// All returns the description of every program, the quick ones to build first.
func All() []Binary {
	stripped := []string{"-s", "-w"}

	return []Binary{
		{
			Name: "kube-score", Version: "v1.20.0", Package: "github.com/zegl/kube-score/cmd/kube-score",
			LDFlags: append(sets("main.version=v1.20.0"), stripped...),
			Purpose: "a second opinion on rendered manifests",
		},
		{
			// Without these flags Helm 3 takes an unreachable cluster for Kubernetes 1.20.
			Name: "helm3", Version: "v3.22.0", Package: "helm.sh/helm/v3/cmd/helm",
			LDFlags: append(sets(
				"helm.sh/helm/v3/internal/version.version=v3.22.0",
				"helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor=1", "helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor=37",
				"helm.sh/helm/v3/pkg/lint/rules.k8sVersionMajor=1", "helm.sh/helm/v3/pkg/lint/rules.k8sVersionMinor=37",
			), stripped...),
			Purpose: "the Helm 3 command line",
		},
		{
			Name: "helm4", Version: "v4.3.1", Package: "helm.sh/helm/v4/cmd/helm",
			LDFlags: append(sets("helm.sh/helm/v4/internal/version.version=v4.3.1"), stripped...),
			Purpose: "the Helm 4 command line",
		},
		{
			Name: "etcd", Version: "v3.7.0", Module: "tests/cluster/servers", Package: "./etcd",
			LDFlags: stripped, Purpose: "the test cluster's store",
		},
		kubernetes("kube-apiserver"),
		kubernetes("kube-controller-manager"),
		collector("0.149"),
		collector("0.161"),
		{
			Name: "golangci-lint", Version: "v2.15.0", Package: "github.com/golangci/golangci-lint/v2/cmd/golangci-lint",
			LDFlags: append(sets("main.version=2.15.0"), stripped...),
			Purpose: "make lint",
		},
	}
}

// kubernetes describes a server of Kubernetes. Without a version set at link time it calls itself
// v0.0.0-master+$Format:%H$, which clients can't parse.
func kubernetes(name string) Binary {
	major, minor, _ := strings.Cut(strings.TrimPrefix(kubernetesVersion, "v"), ".")
	minor, _, _ = strings.Cut(minor, ".")

	flags := []string{"-s", "-w"}
	for _, pkg := range []string{"k8s.io/component-base/version", "k8s.io/client-go/pkg/version"} {
		flags = append(flags, sets(pkg+".gitVersion="+kubernetesVersion, pkg+".gitMajor="+major, pkg+".gitMinor="+minor)...)
	}

	return Binary{
		Name: name, Version: kubernetesVersion, Module: "tests/cluster/servers", Package: "k8s.io/kubernetes/cmd/" + name,
		LDFlags: flags, Purpose: "the test cluster",
	}
}

// collector describes the collector distribution of one minor release.
func collector(minor string) Binary {
	return Binary{
		Name: "otelcol-" + minor, Version: "v" + minor + ".0", Module: "tests/otelcol/v" + minor, Package: ".", File: "otelcol",
		LDFlags: []string{"-s", "-w"}, Env: []string{"GOFLAGS=-trimpath"}, Purpose: "a real collector",
	}
}

// sets turns assignments of package variables into linker flags.
func sets(assignments ...string) []string {
	var flags []string
	for _, assignment := range assignments {
		flags = append(flags, "-X", assignment)
	}

	return flags
}
