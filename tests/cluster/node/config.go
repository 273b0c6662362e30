package node

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"text/template"
)

const (
	containerdSocket = "/run/containerd/containerd.sock"
	// PauseImage is what containerd holds a Pod's namespaces with. It is one of the images that tests make.
	PauseImage = "registry.k8s.io/pause:test"
)

// Without CAP_SYS_RESOURCE, which machines for tests may lack, a container can't be shielded from the out-of-memory
// killer any better than its parent.
const containerdConfig = `
version = 3
root = "/var/lib/containerd"
state = "/run/containerd"

[grpc]
address = "` + containerdSocket + `"

[plugins."io.containerd.cri.v1.images".pinned_images]
sandbox = "` + PauseImage + `"

[plugins."io.containerd.cri.v1.runtime"]
restrict_oom_score_adj = true

[plugins."io.containerd.cri.v1.runtime".cni]
bin_dirs = ["{{.Dir}}/cni"]
conf_dir = "/etc/cni"

[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
BinaryName = "{{.Programs.runc}}"
`

const networkConfig = `{
  "cniVersion": "1.0.0", "name": "pods",
  "plugins": [
    {
      "type": "bridge", "bridge": "cni0", "isGateway": true, "hairpinMode": true,
      "ipam": {"type": "host-local", "dataDir": "/run/cni", "ranges": [[{"subnet": "{{.PodRange}}"}]], "routes": [{"dst": "0.0.0.0/0"}]}
    },
    {"type": "portmap", "capabilities": {"portMappings": true}}
  ]
}
`

// Logs rotate early, so that tests see it happen.
const kubeletConfig = `
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: {{.Address}}
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: true}
  x509: {clientCAFile: {{.ClientCA}}}
authorization: {mode: Webhook}
tlsCertFile: {{.Certificate}}
tlsPrivateKeyFile: {{.Key}}
containerRuntimeEndpoint: unix://` + containerdSocket + `
cgroupDriver: cgroupfs
cgroupRoot: {{.Cgroup}}
enforceNodeAllocatable: []
failCgroupV1: false
failSwapOn: false
oomScoreAdj: 0
clusterDNS: [{{.DNS}}]
clusterDomain: cluster.local
resolvConf: {{.Dir}}/resolv.conf
containerLogMaxSize: 2Mi
containerLogMonitorInterval: 3s
evictionHard: {memory.available: 100Mi, nodefs.available: 1%, imagefs.available: 1%}
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
registryPullQPS: 0
serializeImagePulls: false
`

// writeConfigs writes what the node's programs read.
func (n Node) writeConfigs() error {
	for file, text := range map[string]string{
		n.path("containerd.toml"): containerdConfig,
		"/etc/cni/pods.conflist":  networkConfig,
		n.path("kubelet.yaml"):    kubeletConfig,
		n.path("resolv.conf"):     "",
	} {
		var content bytes.Buffer
		if err := template.Must(template.New(file).Parse(text)).Execute(&content, n); err != nil {
			return fmt.Errorf("write %s: %w", file, err)
		}
		if err := os.WriteFile(file, content.Bytes(), 0o644); err != nil {
			return fmt.Errorf("write %s: %w", file, err)
		}
	}
	// CNI plugins are looked for in one folder.
	if err := os.MkdirAll(n.path("cni"), 0o755); err != nil {
		return fmt.Errorf("make the folder of CNI plugins: %w", err)
	}
	for _, plugin := range []string{"bridge", "loopback", "host-local", "portmap"} {
		link := n.path("cni", plugin)
		_ = os.Remove(link)
		if err := os.Symlink(n.Programs[plugin], link); err != nil {
			return fmt.Errorf("link the CNI plugin %s: %w", plugin, err)
		}
	}

	return nil
}

func (n Node) kubeletFlags() []string {
	return []string{
		"--config=" + n.path("kubelet.yaml"), "--kubeconfig=" + n.KubeletConfig,
		"--hostname-override=" + n.Name, "--node-ip=" + n.Address,
		"--root-dir=/var/lib/kubelet", "--cert-dir=" + filepath.Dir(n.Certificate),
		"--node-labels=topology.kubernetes.io/zone=" + n.Zone,
	}
}

// routerFlags leave kube-router the firewall alone: Pods have their network from CNI plugins, Services from kube-proxy.
func (n Node) routerFlags() []string {
	return []string{
		"--kubeconfig=" + n.RouterConfig, "--hostname-override=" + n.Name,
		"--run-firewall=true", "--run-router=false", "--run-service-proxy=false", "--enable-cni=false",
	}
}

func (n Node) proxyFlags() []string {
	return []string{
		"--kubeconfig=" + n.ProxyConfig, "--hostname-override=" + n.Name, "--cluster-cidr=" + n.ClusterRange,
		"--proxy-mode=iptables", "--oom-score-adj=0",
		// Zero leaves the machine's settings alone.
		"--conntrack-max-per-core=0", "--conntrack-tcp-timeout-established=0s", "--conntrack-tcp-timeout-close-wait=0s",
	}
}
