// Package node is one node of a test cluster: containerd, the kubelet and kube-proxy in a sandbox of their own, with an
// address on the cluster's bridge. Ending the sandbox's first process is the loss of the node: everything on it is gone
// at once, its Pods too.
package node

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/helm-otlp/helm-otlp/tests/cluster/sandbox"
)

const (
	// Role is the role that the program must hand to [Main].
	Role = "node"
	// Router is the program that enforces NetworkPolicies. It runs Debian's ipset.
	Router = "kube-router"
)

// A Node says what its sandbox runs. It is plain data.
type Node struct {
	// Name is the node's, Address its own on the bridge, and Gateway that of the bridge.
	Name, Address, Gateway string
	// PodRange is the addresses of its Pods, ClusterRange those of all Pods.
	PodRange, ClusterRange string
	// DNS is the address of the Service of the cluster's DNS.
	DNS string
	// Zone is its topology.kubernetes.io/zone.
	Zone string
	// Dir is the node's disk: what is there when the node comes back.
	Dir string
	// Cgroup is the parent of the node's cgroups, from the root of each hierarchy.
	Cgroup string
	// ClientCA is the path of the authority whose clients the kubelet knows; Certificate and Key are what it serves with.
	ClientCA, Certificate, Key string
	// KubeletConfig and ProxyConfig are the kubeconfigs, and RouterConfig that of what enforces NetworkPolicies. Empty:
	// nothing does.
	KubeletConfig, ProxyConfig, RouterConfig string
	// Programs are paths by name.
	Programs map[string]string
	// Images are archives that containerd gets before the kubelet starts.
	Images []string
	// Logs is the folder of the programs' logs.
	Logs string
}

// Programs names what a node runs.
func Programs() []string {
	return []string{"kubelet", "kube-proxy", "containerd", "containerd-shim-runc-v2", "ctr", "runc", "bridge", "loopback", "host-local", "portmap"}
}

// Main is the node's first process. It returns only when the node has failed, the exit code.
func Main() int {
	var n Node
	if err := sandbox.Task(&n); err != nil {
		fmt.Fprintln(os.Stderr, err)

		return 1
	}
	fmt.Fprintf(os.Stderr, "%s: %v\n", n.Name, n.run())

	return 1
}

// run returns what the node has failed of.
func (n Node) run() error {
	if err := sandbox.SetUp(n.Name); err != nil {
		return err
	}
	for _, prepare := range []func() error{n.mountDisk, n.makeCgroups, n.joinNetwork, n.writeConfigs} {
		if err := prepare(); err != nil {
			return err
		}
	}

	running := map[int]string{}
	start := func(name string, args ...string) error {
		pid, err := n.start(name, args...)
		running[pid] = name

		return err
	}
	if err := start("containerd", "--config", n.path("containerd.toml")); err != nil {
		return err
	}
	if err := n.importImages(); err != nil {
		return err
	}
	if err := start("kube-proxy", n.proxyFlags()...); err != nil {
		return err
	}
	if err := start("kubelet", n.kubeletFlags()...); err != nil {
		return err
	}
	router := func() error {
		if n.RouterConfig == "" {
			return nil
		}

		return start(Router, n.routerFlags()...)
	}
	if err := router(); err != nil {
		return err
	}
	for {
		pid, status, err := sandbox.Bury()
		if err != nil {
			return err
		}
		name, ours := running[pid]
		switch {
		case name == Router:
			delete(running, pid)
			// It ends where the kubelet has not registered the node yet. A DaemonSet would start it again.
			time.Sleep(200 * time.Millisecond)
			if err := router(); err != nil {
				return err
			}
		case ours:
			return fmt.Errorf("%s ended by itself with status %d, see its log", name, status)
		}
	}
}

// start runs a program in the background with its output in the logs.
func (n Node) start(name string, args ...string) (int, error) {
	log, err := os.OpenFile(filepath.Join(n.Logs, n.Name+"-"+name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return 0, fmt.Errorf("open the log of %s: %w", name, err)
	}
	defer func() { _ = log.Close() }()

	cmd := exec.Command(n.Programs[name], args...)
	cmd.Stdout, cmd.Stderr = log, log
	// containerd looks for its shim on PATH.
	cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(n.Programs["containerd-shim-runc-v2"])+":"+os.Getenv("PATH"))
	if err := cmd.Start(); err != nil {
		return 0, fmt.Errorf("start %s: %w", name, err)
	}

	return cmd.Process.Pid, nil
}

// path is that of a file of the node's own.
func (n Node) path(elements ...string) string {
	return filepath.Join(append([]string{n.Dir}, elements...)...)
}

// mountDisk lays the node's own folders over those of the machine.
func (n Node) mountDisk() error {
	for _, folder := range []string{"/var/log", "/var/lib", "/etc/cni"} {
		own := n.path("disk", folder)
		if err := os.MkdirAll(own, 0o755); err != nil {
			return fmt.Errorf("make the node's disk: %w", err)
		}
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return fmt.Errorf("make the node's disk: %w", err)
		}
		if err := syscall.Mount(own, folder, "", syscall.MS_BIND, ""); err != nil {
			return fmt.Errorf("mount %s: %w", folder, err)
		}
	}
	// As after a boot.
	if err := syscall.Mount("tmpfs", "/run", "tmpfs", 0, "mode=755"); err != nil {
		return fmt.Errorf("mount /run: %w", err)
	}

	return nil
}

// makeCgroups makes the node's parent in each hierarchy: the kubelet wants to find it.
func (n Node) makeCgroups() error {
	hierarchies, err := filepath.Glob("/sys/fs/cgroup/*/tasks")
	if err != nil {
		return err
	}
	for _, tasks := range hierarchies {
		root := filepath.Dir(tasks)
		folder := root
		for _, element := range strings.Split(strings.Trim(n.Cgroup, "/"), "/") {
			parent := folder
			folder = filepath.Join(folder, element)
			if err := os.MkdirAll(folder, 0o755); err != nil {
				return fmt.Errorf("make a cgroup: %w", err)
			}
			if filepath.Base(root) != "cpuset" {
				continue
			}
			for _, file := range []string{"cpuset.cpus", "cpuset.mems"} {
				if err := copyFile(filepath.Join(parent, file), filepath.Join(folder, file)); err != nil {
					return err
				}
			}
		}
	}

	return nil
}

func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return fmt.Errorf("read %s: %w", from, err)
	}
	if err := os.WriteFile(to, content, 0o644); err != nil {
		return fmt.Errorf("write %s: %w", to, err)
	}

	return nil
}

// joinNetwork waits for the interface that the cluster puts into the node's namespace.
func (n Node) joinNetwork() error {
	var err error
	for range 1000 {
		if err = sandbox.Run("ip", "link", "set", "eth0", "up"); err == nil {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if err != nil {
		return fmt.Errorf("wait for the node's interface: %w", err)
	}
	if err := sandbox.Run("ip", "addr", "add", n.Address+"/16", "dev", "eth0"); err != nil {
		return err
	}
	// Without a route, the node itself could not reach Services: they are rewritten only after one was found.
	if err := sandbox.Run("ip", "route", "add", "default", "via", n.Gateway); err != nil {
		return err
	}
	for setting, value := range map[string]string{
		"net/ipv4/ip_forward": "1", "net/bridge/bridge-nf-call-iptables": "1",
		// Who is refused is told so each time, not only once a second.
		"net/ipv4/icmp_ratelimit": "0",
	} {
		if err := os.WriteFile("/proc/sys/"+setting, []byte(value), 0o644); err != nil {
			return fmt.Errorf("set %s: %w", strings.ReplaceAll(setting, "/", "."), err)
		}
	}

	return nil
}

// importImages hands the archives to containerd once it answers.
func (n Node) importImages() error {
	var err error
	for range 200 {
		if err = n.ctr("version"); err == nil {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if err != nil {
		return fmt.Errorf("wait for containerd: %w", err)
	}
	for _, archive := range n.Images {
		if err := n.ctr("images", "import", "--local", archive); err != nil {
			return fmt.Errorf("import an image: %w", err)
		}
	}

	return nil
}

func (n Node) ctr(args ...string) error {
	return sandbox.Run(n.Programs["ctr"], append([]string{"--address", containerdSocket, "--namespace", "k8s.io"}, args...)...)
}

// Command returns the command that runs the node, not yet started.
func (n Node) Command() (*exec.Cmd, error) { return sandbox.Command(Role, n) }

// Connect lays the cable between the bridge and the node, whose first process has the number.
func (n Node) Connect(bridge string, pid int) error {
	cable := "to-" + n.Name
	// A lost node's end goes with its namespace, in its own time.
	_ = sandbox.Run("ip", "link", "delete", cable)
	for _, command := range [][]string{
		{"link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", strconv.Itoa(pid)},
		{"link", "set", cable, "master", bridge, "up"},
		{"route", "replace", n.PodRange, "via", n.Address},
	} {
		if err := sandbox.Run("ip", command...); err != nil {
			return fmt.Errorf("connect %s: %w", n.Name, err)
		}
	}

	return nil
}
