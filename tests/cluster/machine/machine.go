// Package machine says what a machine lacks for the nodes of the test cluster, before anything is built for them.
package machine

import (
	"os"
	"os/exec"
)

// A need is something that the nodes do not run without.
type need struct {
	what string
	// mend says how one comes by it.
	mend string
	met  func() bool
}

func needs() []need {
	return []need{
		{"root", "for namespaces, mounts and firewall rules: run it as root", func() bool { return os.Geteuid() == 0 }},
		{"cgroups of version 1", "the tests read there what Pods use, and the nodes know no others: boot with systemd.unified_cgroup_hierarchy=0", exists("/sys/fs/cgroup/memory/tasks")},
		{"the kernel's module br_netfilter", "without it Services can't be reached from a bridge: modprobe br_netfilter", exists("/proc/sys/net/bridge/bridge-nf-call-iptables")},
		{"ip", "apt-get install iproute2", program("ip")},
		{"iptables", "apt-get install iptables", program("iptables")},
		{"ipset", "what enforces NetworkPolicies runs it: apt-get install ipset", program("ipset")},
		{"ps", "apt-get install procps", program("ps")},
		{"libseccomp's headers", "runc is built with them: apt-get install libseccomp-dev pkg-config", func() bool {
			return exec.Command("pkg-config", "--exists", "libseccomp").Run() == nil
		}},
	}
}

// Lacks returns a line for each thing that the machine lacks, with what to do.
func Lacks() []string { return lacks(needs()) }

func lacks(needs []need) (lines []string) {
	for _, n := range needs {
		if !n.met() {
			lines = append(lines, n.what+": "+n.mend)
		}
	}

	return lines
}

func exists(file string) func() bool {
	return func() bool {
		_, err := os.Stat(file)

		return err == nil
	}
}

func program(name string) func() bool {
	return func() bool {
		_, err := exec.LookPath(name)

		return err == nil
	}
}
