// Package cluster runs a real Kubernetes for tests.
//
// [Main] runs etcd, the API server and the controller manager as child processes on loopback ports. RBAC, Pod
// Security admission, mutating admission policies, service accounts and garbage collection are on, as in a cluster in
// production. There is no node: Deployments get their ReplicaSets and Pods, and the Pods stay Pending.
//
// [MainWithNodes] adds the scheduler, DNS and nodes that run Pods: containerd, the kubelet and kube-proxy, each node in
// namespaces of its own, the whole in a sandbox without a way out. It needs root, and Debian's packages iproute2,
// iptables, libseccomp-dev and pkg-config, and ipset where NetworkPolicies are enforced.
//
// [MainSimulated] adds the scheduler and KWOK, which simulates nodes by the thousand: their Pods run as far as the API
// tells, and no container does.
//
// The programs are built from their Go modules on first use, which takes longer than the ten minutes that go test allows
// by default. From the root of the checkout, run once:
//
//	go run ./tests/binaries/build all
package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/clientcmd"
)

// A Cluster is a running control plane and the administrator's clients to it. Callers don't change its fields.
type Cluster struct {
	// Kubeconfig is the path of the administrator's kubeconfig.
	Kubeconfig string
	// Config is what Kubeconfig says, for further clients.
	Config *rest.Config
	// Client reaches the built-in kinds by type.
	Client kubernetes.Interface
	// Dynamic reaches every kind.
	Dynamic dynamic.Interface
	// Discovery knows which kinds there are.
	Discovery discovery.DiscoveryInterface

	dir       string
	nodes     []*Node
	mapper    *restmapper.DeferredDiscoveryRESTMapper
	processes []*process
	helms     helms
}

// Main is for a package's TestMain: it runs a cluster, stores it, runs the tests and returns their exit code.
//
//	var shared *cluster.Cluster
//
//	func TestMain(m *testing.M) { os.Exit(cluster.Main(m, &shared)) }
//
// Tests that share a cluster keep to namespaces of their own: see Namespace.
func Main(m *testing.M, shared **Cluster) int { return mainWith(m, shared, Nodes{}) }

// mainWith is Main for a cluster that needs no sandbox.
func mainWith(m *testing.M, shared **Cluster, nodes Nodes) int {
	sweep()
	dir, err := claimFolder()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)

		return 1
	}
	defer removeFolder(dir)

	c, err := start(context.Background(), dir, nodes)
	if err != nil {
		fmt.Fprintln(os.Stderr, "start a cluster:", err)

		return 1
	}
	defer c.stop()
	*shared = c

	return m.Run()
}

// start runs the servers with their data, keys and logs in the folder, and waits until the API can be used.
func start(ctx context.Context, dir string, nodes Nodes) (_ *Cluster, err error) {
	programs, err := Programs(ctx, nodes.programs()...)
	if err != nil {
		return nil, err
	}
	if nodes.Count > 0 {
		if err := layBridge(); err != nil {
			return nil, err
		}
	}
	layout, err := newLayout(dir, nodes)
	if err != nil {
		return nil, err
	}
	c := &Cluster{
		dir: dir, Kubeconfig: layout.adminKubeconfig,
		helms: helms{mu: &sync.Mutex{}, programs: map[string]string{}, homes: map[string]string{}},
	}
	defer func() {
		if err != nil {
			c.stop()
		}
	}()
	if err := c.connect(); err != nil {
		return nil, err
	}

	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	for _, command := range layout.commands(programs) {
		process, err := startProcess(command, dir)
		if err != nil {
			return nil, err
		}
		c.processes = append(c.processes, process)
		if err := c.waitFor(ctx, command.ready); err != nil {
			return nil, fmt.Errorf("wait for %s: %w", command.name, err)
		}
	}

	if nodes.Count > 0 {
		return c, c.startNodes(ctx, layout, nodes, programs)
	}

	return c, nil
}

func (c *Cluster) connect() (err error) {
	c.Config, err = clientcmd.BuildConfigFromFlags("", c.Kubeconfig)
	if err != nil {
		return fmt.Errorf("read the administrator's kubeconfig: %w", err)
	}
	// Tests wait for the cluster, not for the client's own throttle.
	c.Config.QPS, c.Config.Burst = -1, 0
	c.Config.WarningHandler = rest.NoWarnings{}

	c.Client, err = kubernetes.NewForConfig(c.Config)
	if err != nil {
		return fmt.Errorf("make a client: %w", err)
	}
	c.Dynamic, err = dynamic.NewForConfig(c.Config)
	if err != nil {
		return fmt.Errorf("make a dynamic client: %w", err)
	}
	c.Discovery = c.Client.Discovery()
	c.mapper = newMapper(c.Discovery)

	return nil
}

// waitFor polls until the condition holds, the context ends or a server dies.
func (c *Cluster) waitFor(ctx context.Context, ready func(context.Context, *Cluster) error) error {
	for {
		err := ready(ctx, c)
		if err == nil {
			return nil
		}
		processes := slices.Clone(c.processes)
		for _, n := range c.nodes {
			processes = append(processes, n.process)
		}
		for _, process := range processes {
			if process.ended() {
				return errors.Join(fmt.Errorf("%s ended by itself", process.name), process.logTail())
			}
		}
		select {
		case <-ctx.Done():
			reasons := []error{context.Cause(ctx), err, c.processes[len(c.processes)-1].logTail()}
			for _, n := range c.nodes {
				reasons = append(reasons, n.process.logTail())
			}

			return errors.Join(reasons...)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// stop ends the nodes and the servers, the last one started first.
func (c *Cluster) stop() {
	for _, n := range c.nodes {
		_ = n.process.cmd.Process.Kill()
	}
	for i := len(c.processes) - 1; i >= 0; i-- {
		c.processes[i].stop()
	}
}

// LogFolder is the folder of the servers' logs, one file NAME.log each. It is gone when the cluster has stopped.
func (c *Cluster) LogFolder() string { return filepath.Join(c.dir, "logs") }
