package reliability

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

// process finds the collector of a Pod among the processes in its cgroup.
func (tr *trial) process(pod corev1.Pod) (int, error) {
	lists, err := filepath.Glob(tr.cgroups(pod, "memory", "*", "cgroup.procs"))
	if err != nil {
		return 0, err
	}
	for _, list := range lists {
		content, err := os.ReadFile(list)
		if err != nil {
			continue
		}
		for _, line := range strings.Fields(string(content)) {
			program, _ := os.Readlink(filepath.Join("/proc", line, "exe"))
			if filepath.Base(program) == "otelcol" {
				return strconv.Atoi(line)
			}
		}
	}

	return 0, fmt.Errorf("no process otelcol in the cgroups of %s", pod.Name)
}

// cgroups is a pattern for files of the Pod's own cgroup in a hierarchy of version 1.
func (tr *trial) cgroups(pod corev1.Pod, controller string, elements ...string) string {
	class := map[corev1.PodQOSClass]string{corev1.PodQOSBurstable: "burstable", corev1.PodQOSBestEffort: "besteffort"}[pod.Status.QOSClass]
	node := tr.cluster.NodeOf(&pod)
	if node == nil {
		return ""
	}
	parent := []string{"/sys/fs/cgroup", controller, node.Cgroup(), "kubepods", class, "pod" + string(pod.UID)}

	return filepath.Join(append(parent, elements...)...)
}

// cpuTime is what the Pods of the trial have used so far.
func (tr *trial) cpuTime() (total time.Duration) {
	tr.t.Helper()
	for _, pod := range tr.pods() {
		content, err := os.ReadFile(tr.cgroups(pod, "cpuacct", "cpuacct.usage"))
		require.NoError(tr.t, err)
		nanoseconds, err := strconv.ParseInt(strings.TrimSpace(string(content)), 10, 64)
		require.NoError(tr.t, err)
		total += time.Duration(nanoseconds)
	}

	return total
}

// peakMemory is the most that one of the Pods has taken, in bytes.
func (tr *trial) peakMemory() (peak int64) {
	tr.t.Helper()
	for _, pod := range tr.pods() {
		content, err := os.ReadFile(tr.cgroups(pod, "memory", "memory.max_usage_in_bytes"))
		require.NoError(tr.t, err)
		bytes, err := strconv.ParseInt(strings.TrimSpace(string(content)), 10, 64)
		require.NoError(tr.t, err)
		peak = max(peak, bytes)
	}

	return peak
}

// memoryCgroup is the folder of the cgroup that the process' memory is counted in.
func memoryCgroup(pid int) (string, error) {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/cgroup", pid))
	if err != nil {
		return "", err
	}
	for _, line := range strings.Split(string(content), "\n") {
		if _, path, found := strings.Cut(line, ":memory:"); found {
			return filepath.Join("/sys/fs/cgroup/memory", path), nil
		}
	}

	return "", fmt.Errorf("process %d is in no cgroup for memory", pid)
}
