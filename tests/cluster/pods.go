package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// PodReady says why a Pod does not count as ready: it is not yet, or it is on its way out.
func PodReady(pod *corev1.Pod) error {
	for _, condition := range pod.Status.Conditions {
		if condition.Type == corev1.PodReady && condition.Status == corev1.ConditionTrue && pod.DeletionTimestamp == nil {
			return nil
		}
	}

	return fmt.Errorf("%s is not ready: %s", pod.Name, containers(pod))
}

// containers tells what each container of the Pod does, and why it last ended.
func containers(pod *corev1.Pod) string {
	var told []string
	for _, status := range slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses) {
		does := "runs and is not ready"
		switch state := status.State; {
		case state.Waiting != nil:
			does = fmt.Sprintf("waits (%s %s)", state.Waiting.Reason, state.Waiting.Message)
		case state.Terminated != nil:
			does = fmt.Sprintf("ended with %d", state.Terminated.ExitCode)
		case status.Ready:
			does = "runs and is ready"
		}
		if last := status.LastTerminationState.Terminated; last != nil {
			does += fmt.Sprintf(" after one that ended with %d (%s)", last.ExitCode, last.Reason)
		}
		told = append(told, fmt.Sprintf("%s %s, restarts: %d", status.Name, does, status.RestartCount))
	}

	return strings.Join(told, "; ")
}

// NodeOf is the node that the Pod is on, nil when there is none.
func (c *Cluster) NodeOf(pod *corev1.Pod) *Node {
	for _, n := range c.nodes {
		if n.Name == pod.Spec.NodeName {
			return n
		}
	}

	return nil
}

// WaitInjected waits until the cluster gives an init container to a Pod of this manifest: a policy takes a moment.
func (c *Cluster) WaitInjected(tb testing.TB, namespace, manifest string) {
	tb.Helper()
	Eventually(tb, func(ctx context.Context) error {
		objects, err := c.DryRun(ctx, namespace, []byte(manifest))
		if err != nil {
			return err
		}
		if _, injected := objects[0].Full.Object["spec"].(map[string]any)["initContainers"]; !injected {
			return errors.New("the policy injects nothing")
		}

		return nil
	})
}

// PodLogs is the folder in which the Pod's node keeps the logs of its containers, a folder each.
func (c *Cluster) PodLogs(pod *corev1.Pod) string {
	return filepath.Join(c.dir, pod.Spec.NodeName, "disk", "var", "log", "pods", pod.Namespace+"_"+pod.Name+"_"+string(pod.UID))
}

// PodNetwork is the network namespace of a running Pod, for [sandbox.Dialer]: that of the process which holds it.
func PodNetwork(pod *corev1.Pod) (string, error) {
	process, err := processIn("/pod"+string(pod.UID)+"/", "pause")
	if err != nil {
		return "", fmt.Errorf("look for what holds the network of Pod %s/%s: %w", pod.Namespace, pod.Name, err)
	}

	return filepath.Join(process, "ns", "net"), nil
}

// EndContainer ends the program of a Pod's running container, as the kubelet does.
func EndContainer(status *corev1.ContainerStatus, program string) error {
	_, id, _ := strings.Cut(status.ContainerID, "://")
	process, err := processIn("/"+id, program)
	if err != nil || id == "" {
		return fmt.Errorf("look for %s of container %s %q: %w", program, status.Name, id, err)
	}
	pid, err := strconv.Atoi(filepath.Base(process))
	if err != nil {
		return err
	}

	return syscall.Kill(pid, syscall.SIGTERM)
}

// processIn finds a process of the program by a part of its cgroup's path, and returns its folder in /proc.
func processIn(cgroup, program string) (string, error) {
	lists, err := filepath.Glob("/proc/[0-9]*/cgroup")
	if err != nil {
		return "", err
	}
	for _, list := range lists {
		process := filepath.Dir(list)
		cgroups, err := os.ReadFile(list)
		if err != nil || !strings.Contains(string(cgroups), cgroup) {
			continue
		}
		if executable, _ := os.Readlink(filepath.Join(process, "exe")); filepath.Base(executable) == program {
			return process, nil
		}
	}

	return "", fmt.Errorf("no process %s in a cgroup of %s", program, cgroup)
}
