package cluster

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/tests/cluster/node"
	"github.com/helm-otlp/helm-otlp/tests/cluster/sandbox"
)

const (
	// HostAddress is where the tests and the control plane are on the network that the nodes are connected by.
	HostAddress = "10.77.0.1"

	bridge     = "cluster0"
	podRange   = "10.88.0.0/16"
	dnsAddress = "10.96.0.10"

	// directoryVariable tells the program inside the sandbox where the one outside, which cleans up, has made its folder.
	directoryVariable = "HELM_OTLP_CLUSTER_DIR"
)

// Nodes says what runs Pods.
type Nodes struct {
	// Count is how many nodes there are, named node-1 and so on, each in a zone of its own.
	Count int
	// Images are those that the nodes have. Nothing can be pulled.
	Images []Image
	// Metrics tells that metrics-server runs, for autoscalers.
	Metrics bool
	// Exposed tells that the API server can be reached from outside of the sandbox too: a kubeconfig for that is printed.
	Exposed bool
	// NetworkPolicies are enforced, by kube-router. Without it, they are objects and nothing else.
	NetworkPolicies bool

	// simulated has KWOK run instead of them.
	simulated bool
	// apiServer are further flags of the API server's.
	apiServer []string
}

// programs names all that a cluster with these nodes runs.
func (n Nodes) programs() []string {
	names := []string{"etcd", "kube-apiserver", "kube-controller-manager"}
	if n.simulated {
		return append(names, "kube-scheduler", "kwok")
	}
	if n.Count == 0 {
		return names
	}
	names = append(append(names, "kube-scheduler"), node.Programs()...)
	if n.Metrics {
		names = append(names, metricsServer)
	}
	if n.NetworkPolicies {
		names = append(names, node.Router)
	}
	for _, image := range n.allImages() {
		names = append(names, image.Program)
	}

	return names
}

// A Node is a running node.
type Node struct {
	// Name and Address are as the API has them.
	Name, Address string

	spec    node.Node
	process *process
}

func nodeName(i int) string    { return fmt.Sprintf("node-%d", i+1) }
func nodeAddress(i int) string { return fmt.Sprintf("10.77.0.%d", i+11) }

// MainWithNodes is Main for a cluster that runs Pods. The tests run inside its sandbox: they see the Pods' network and
// no other.
func MainWithNodes(m *testing.M, shared **Cluster, nodes Nodes) int {
	return RunWithNodes(nodes, func(c *Cluster) int {
		*shared = c

		return m.Run()
	})
}

// RunWithNodes runs a cluster with nodes, calls use inside of its sandbox and returns what that does, or 1 after an
// error, which it has printed.
func RunWithNodes(nodes Nodes, use func(*Cluster) int) int {
	if sandbox.Role() == node.Role {
		return node.Main()
	}
	code, err := runWithNodes(nodes, use)
	if err != nil {
		fmt.Fprintln(os.Stderr, "run a cluster:", err)

		return 1
	}

	return code
}

func runWithNodes(nodes Nodes, use func(*Cluster) int) (int, error) {
	dir := os.Getenv(directoryVariable)
	if !sandbox.Within() {
		// What must be built may have to be downloaded first, which can't be done inside.
		if _, err := Programs(context.Background(), append(nodes.programs(), "helm3", "helm4")...); err != nil {
			return 1, err
		}
		sweep()
		var err error
		dir, err = claimFolder()
		if err != nil {
			return 1, err
		}
		defer removeFolder(dir)
	}

	var outside func(int)
	if nodes.Exposed {
		outside = func(pid int) { go expose(dir, pid) }
	}
	inside, code, err := sandbox.Enter(outside, directoryVariable+"="+dir)
	if !inside {
		return code, err
	}
	c, err := start(context.Background(), dir, nodes)
	if err != nil {
		return 1, err
	}
	defer c.stop()

	return use(c), nil
}

// startNodes lays the bridge and starts nodes and DNS.
func (c *Cluster) startNodes(ctx context.Context, l layout, nodes Nodes, programs map[string]string) error {
	if err := c.mountSmallVolumes(); err != nil {
		return err
	}
	images, err := writeImages(filepath.Join(c.dir, "images"), nodes.allImages(), programs)
	if err != nil {
		return err
	}
	router := ""
	if nodes.NetworkPolicies {
		router = l.kubeconfig(node.Router)
		if _, err := c.Apply(ctx, "", []byte(routerManifest)); err != nil {
			return fmt.Errorf("let %s read: %w", node.Router, err)
		}
	}
	for i := range nodes.Count {
		n := &Node{Name: nodeName(i), Address: nodeAddress(i)}
		pairs := l.keys.nodes[n.Name]
		n.spec = node.Node{
			Name: n.Name, Address: n.Address, Gateway: HostAddress,
			PodRange: fmt.Sprintf("10.88.%d.0/24", i+1), ClusterRange: podRange, DNS: dnsAddress,
			Zone: fmt.Sprintf("zone-%d", i+1), Dir: filepath.Join(c.dir, n.Name),
			Cgroup:   "/" + filepath.Base(c.dir) + "/" + n.Name,
			ClientCA: l.keys.ca, Certificate: pairs.server.certificate, Key: pairs.server.key,
			KubeletConfig: l.kubeconfig(n.Name), ProxyConfig: l.kubeconfig("kube-proxy"), RouterConfig: router,
			Programs: programs, Images: images, Logs: c.LogFolder(),
		}
		if err := n.start(c.dir); err != nil {
			return err
		}
		c.nodes = append(c.nodes, n)
	}
	if _, err := c.Apply(ctx, metav1.NamespaceSystem, []byte(dnsManifest)); err != nil {
		return fmt.Errorf("install the cluster's DNS: %w", err)
	}
	if nodes.Metrics {
		if err := c.startMetricsServer(ctx, l, programs[metricsServer]); err != nil {
			return err
		}
	}

	return c.waitFor(ctx, func(ctx context.Context, c *Cluster) error {
		for _, n := range c.nodes {
			if err := n.ready(ctx, c); err != nil {
				return err
			}
		}

		return c.available(ctx, metav1.NamespaceSystem, "coredns")
	})
}

func (n *Node) start(dir string) error {
	if err := os.MkdirAll(n.spec.Dir, 0o755); err != nil {
		return fmt.Errorf("make the node's folder: %w", err)
	}
	cmd, err := n.spec.Command()
	if err != nil {
		return err
	}
	process, err := runProcess(n.Name, cmd, dir)
	if err != nil {
		return err
	}
	n.process = process

	return n.spec.Connect(bridge, cmd.Process.Pid)
}

func (n *Node) ready(ctx context.Context, c *Cluster) error {
	object, err := c.Client.CoreV1().Nodes().Get(ctx, n.Name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	if !isReady(object) {
		return fmt.Errorf("%s is not ready", n.Name)
	}

	return n.policed()
}

func isReady(node *corev1.Node) bool {
	for _, condition := range node.Status.Conditions {
		if condition.Type == corev1.NodeReady {
			return condition.Status == corev1.ConditionTrue
		}
	}

	return false
}

// available tells whether a Deployment has all its Pods.
func (c *Cluster) available(ctx context.Context, namespace, name string) error {
	deployment, err := c.Client.AppsV1().Deployments(namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	if deployment.Status.AvailableReplicas < *deployment.Spec.Replicas {
		return fmt.Errorf("deployment %s has %d of %d Pods", name, deployment.Status.AvailableReplicas, *deployment.Spec.Replicas)
	}

	return nil
}

// NetworkNamespace is the node's own, for [sandbox.Dialer].
func (n *Node) NetworkNamespace() string {
	return fmt.Sprintf("/proc/%d/ns/net", n.process.cmd.Process.Pid)
}

// Nodes returns the cluster's nodes.
func (c *Cluster) Nodes() []*Node { return c.nodes }

// Volumes is a folder that all nodes see at the same path.
func (c *Cluster) Volumes() string { return filepath.Join(c.dir, "volumes") }

// SmallVolumes is one that has room for 16 MiB in all.
func (c *Cluster) SmallVolumes() string { return filepath.Join(c.Volumes(), "small") }

// mountSmallVolumes does so before there are nodes: each has mounts of its own.
func (c *Cluster) mountSmallVolumes() error {
	if err := os.MkdirAll(c.SmallVolumes(), 0o755); err != nil {
		return fmt.Errorf("make the folder of small volumes: %w", err)
	}
	if err := syscall.Mount("tmpfs", c.SmallVolumes(), "tmpfs", 0, "size=16m"); err != nil {
		return fmt.Errorf("mount small volumes: %w", err)
	}

	return nil
}

// layBridge makes the network that the nodes are connected by.
func layBridge() error {
	for _, command := range [][]string{
		{"link", "add", bridge, "type", "bridge"},
		{"addr", "add", HostAddress + "/16", "dev", bridge},
		{"link", "set", bridge, "up"},
	} {
		if err := sandbox.Run("ip", command...); err != nil {
			return fmt.Errorf("lay the bridge: %w", err)
		}
	}
	if err := os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0o644); err != nil {
		return fmt.Errorf("let the bridge forward: %w", err)
	}

	return nil
}

// Cgroup is the parent of the node's cgroups, from the root of each hierarchy.
func (n *Node) Cgroup() string { return n.spec.Cgroup }
