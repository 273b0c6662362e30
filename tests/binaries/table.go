package binaries

import (
	"path"
	"slices"
	"strings"
)

// kubernetesVersion is also the version of k8s.io/kubernetes in tests/cluster/servers/go.mod.
const kubernetesVersion = "v1.37.2"

// stripped leaves out what debuggers read.
func stripped() []string { return []string{"-s", "-w"} }

// All returns the description of every program, the quick ones to build first.
func All() []Binary {
	return slices.Concat(commandLines(), clusters(), []Binary{
		collector("0.149"),
		collector("0.161"),
		judge("0.161"),
		{
			Name: "golangci-lint", Version: "v2.15.0", Package: "github.com/golangci/golangci-lint/v2/cmd/golangci-lint",
			LDFlags: append(sets("main.version=2.15.0"), stripped()...),
			Purpose: "make lint",
		},
	})
}

// commandLines returns the programs that are run beside ours.
func commandLines() []Binary {
	return []Binary{
		{
			Name: "kube-score", Version: "v1.20.0", Package: "github.com/zegl/kube-score/cmd/kube-score",
			LDFlags: append(sets("main.version=v1.20.0"), stripped()...),
			Purpose: "a second opinion on rendered manifests",
		},
		{
			Name: "kubeconform", Version: "v0.8.0", Package: "github.com/yannh/kubeconform/cmd/kubeconform",
			LDFlags: stripped(), Purpose: "measured beside lint by make bench",
		},
		{
			Name: "actionlint", Version: "v1.7.12", Package: "github.com/rhysd/actionlint/cmd/actionlint",
			LDFlags: stripped(), Purpose: "proves the workflows",
		},
		{
			Name: "kustomize", Version: "v5.8.2", Package: "sigs.k8s.io/kustomize/kustomize/v5", File: "kustomize",
			LDFlags: stripped(), Purpose: "a recipe of docs/ci.md",
		},
		prometheus("prometheus"),
		prometheus("promtool"),
		{
			Name: "oras", Version: "v1.3.6", Package: "oras.land/oras/cmd/oras",
			LDFlags: stripped(), Purpose: "pushes the plugin to a registry, which Helm can't",
		},
		{
			// Without these flags Helm 3 takes an unreachable cluster for Kubernetes 1.20.
			Name: "helm3", Version: "v3.22.0", Package: "helm.sh/helm/v3/cmd/helm",
			LDFlags: append(sets(
				"helm.sh/helm/v3/internal/version.version=v3.22.0",
				"helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor=1", "helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor=37",
				"helm.sh/helm/v3/pkg/lint/rules.k8sVersionMajor=1", "helm.sh/helm/v3/pkg/lint/rules.k8sVersionMinor=37",
			), stripped()...),
			Purpose: "the Helm 3 command line",
		},
		{
			Name: "helm4", Version: "v4.3.1", Package: "helm.sh/helm/v4/cmd/helm",
			LDFlags: append(sets("helm.sh/helm/v4/internal/version.version=v4.3.1"), stripped()...),
			Purpose: "the Helm 4 command line",
		},
	}
}

// prometheus describes a program of Prometheus, 3.16, without what finds targets at cloud providers.
func prometheus(name string) Binary {
	return Binary{
		Name: name, Version: "v0.316.0", Package: "github.com/prometheus/prometheus/cmd/" + name,
		LDFlags: stripped(), Tags: []string{"remove_all_sd"}, Purpose: "proves the chart's alerts and dashboards",
	}
}

// clusters returns what a test cluster is made of.
func clusters() []Binary {
	return []Binary{
		{
			Name: "etcd", Version: "v3.7.0", Module: "tests/cluster/servers", Package: "./etcd",
			LDFlags: stripped(), Purpose: "the test cluster's store",
		},
		kubernetes("kube-apiserver"),
		kubernetes("kube-controller-manager"),
		kubernetes("kube-scheduler"),
		kubernetes("kubelet"),
		kubernetes("kube-proxy"),
		containerd("containerd"),
		containerd("containerd-shim-runc-v2"),
		containerd("ctr"),
		{
			// It links libseccomp, from the headers of Debian's libseccomp-dev.
			Name: "runc", Version: "v1.4.3", Package: "github.com/opencontainers/runc",
			LDFlags: append(sets("main.version=1.4.3"), stripped()...), Tags: []string{"seccomp"}, Env: []string{"CGO_ENABLED=1"},
			Purpose: "runs the test cluster's containers",
		},
		cni("main/bridge"),
		cni("main/loopback"),
		cni("ipam/host-local"),
		cni("meta/portmap"),
		{
			Name: "metrics-server", Version: "v0.9.0", Package: "sigs.k8s.io/metrics-server/cmd/metrics-server",
			LDFlags: stripped(), Purpose: "tells the test cluster's autoscalers what Pods use",
		},
		{
			// The newest that the module proxy has.
			Name: "kube-router", Version: "v2.1.0", Package: "github.com/cloudnativelabs/kube-router/v2/cmd/kube-router",
			LDFlags: stripped(), Purpose: "enforces NetworkPolicies in the test cluster",
		},
		{
			Name: "telemetrygen", Version: "v0.161.0", Package: "github.com/open-telemetry/opentelemetry-collector-contrib/cmd/telemetrygen",
			LDFlags: stripped(), Purpose: "what `helm test` runs, in the test cluster",
		},
		{
			Name: "pause", Version: "v1", Module: "tests/cluster/pause", Package: ".", File: "pause",
			LDFlags: stripped(), Purpose: "holds the namespaces of the test cluster's Pods",
		},
		{
			Name: "lines", Version: "v1", Module: "tests/telemetry", Package: "./cmd/lines",
			LDFlags: stripped(), Purpose: "writes numbered lines in the test cluster",
		},
		{
			Name: "spans", Version: "v1", Module: "tests/telemetry", Package: "./cmd/spans",
			LDFlags: stripped(), Purpose: "sends numbered spans in the test cluster",
		},
		{
			Name: "coredns", Version: "v1.15.0", Module: "tests/cluster/coredns", Package: ".", File: "coredns",
			LDFlags: stripped(), Purpose: "the test cluster's DNS",
		},
		{
			Name: "kwok", Version: "v0.8.0", Package: "sigs.k8s.io/kwok/cmd/kwok",
			LDFlags: stripped(), Purpose: "simulates nodes by the thousand in the test cluster",
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

// containerd describes a program of containerd.
func containerd(name string) Binary {
	return Binary{
		Name: name, Version: "v2.4.2", Package: "github.com/containerd/containerd/v2/cmd/" + name,
		LDFlags: append(sets("github.com/containerd/containerd/v2/version.Version=v2.4.2"), "-s", "-w"),
		Tags:    []string{"no_btrfs", "no_devmapper", "no_zfs"}, Purpose: "runs the test cluster's containers",
	}
}

// cni describes one of the plugins that give Pods their network.
func cni(plugin string) Binary {
	return Binary{
		Name: path.Base(plugin), Version: "v1.9.1", Package: "github.com/containernetworking/plugins/plugins/" + plugin,
		LDFlags: []string{"-s", "-w"}, Purpose: "the network of the test cluster's Pods",
	}
}

// collector describes the collector distribution of one minor release.
func collector(minor string) Binary {
	return Binary{
		Name: "otelcol-" + minor, Version: "v" + minor + ".0", Module: "tests/otelcol/v" + minor, Package: ".", File: "otelcol",
		LDFlags: []string{"-s", "-w"}, Env: []string{"GOFLAGS=-trimpath"}, Purpose: "a real collector",
	}
}

// judge describes the program that validates as the collector does.
func judge(minor string) Binary {
	b := collector(minor)
	b.Name, b.File, b.Test = "otelcol-"+minor+"-judge", "judge", true
	b.Purpose = "validates many configs as a real collector does"

	return b
}

// sets turns assignments of package variables into linker flags.
func sets(assignments ...string) []string {
	var flags []string
	for _, assignment := range assignments {
		flags = append(flags, "-X", assignment)
	}

	return flags
}
