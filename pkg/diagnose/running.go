package diagnose

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// storages are extensions that keep state on disk.
const storage = "file_storage"

// unwritable tells the words of a collector that may not write its state.
func unwritable(message string) bool {
	if !containsAny(message, "permission denied", "read-only file system", "no space left on device", "operation not permitted") {
		return false
	}

	return containsAny(message, storage, "exporter_", "receiver_", "processor_", "problem accessing configured directory", "/var/lib/otelcol")
}

// queueDirectory: the collector can't write where its queue is to be kept.
func (p *patient) queueDirectory() {
	for _, pod := range p.open() {
		for _, l := range p.endings(pod.Namespace, pod.Name) {
			if !unwritable(l.message) {
				continue
			}
			cause := p.unwritten(pod, l.message)
			cause.Evidence = append([]Evidence{l.evidence()}, cause.Evidence...)
			p.explain(cause, pod)

			break
		}
	}
}

func (p *patient) unwritten(pod *corev1.Pod, message string) Cause {
	if strings.Contains(message, "no space left on device") {
		return Cause{ID: "queue-disk-full", Summary: "the volume of the queue is full", Mend: "make it larger, and have the backend take what waits", Values: "persistence: {size: 20Gi}\n"}
	}
	cause := Cause{ID: "queue-directory-unwritable", Summary: "the collector may not write into the directory of its queue"}
	directory, uid := p.storageDirectory(pod), "10001"
	if user := userOf(pod); user != nil {
		uid = strconv.FormatInt(*user, 10)
	}
	volume, mounted := mountOf(pod, directory)
	switch {
	case !mounted:
		cause.Mend = "mount a volume there: `persistence` does; the rest of its file system is read-only"
		cause.Values = "persistence: {enabled: true}\n"
	case volume.HostPath != nil:
		cause.Summary = "the collector, uid " + uid + ", may not write into " + volume.HostPath.Path + " of the node, which belongs to root"
		cause.Mend = "fsGroup does not apply to a hostPath: run as uid 0 without capabilities, as the chart does by itself, or give the folder to the uid on each node"
		cause.Values = "podSecurityContext: {runAsUser: 0, runAsGroup: 0, runAsNonRoot: false}\n"
	default:
		group := "no fsGroup"
		if c := pod.Spec.SecurityContext; c != nil && c.FSGroup != nil {
			group = fmt.Sprintf("fsGroup %d", *c.FSGroup)
		}
		cause.Summary = "the collector, uid " + uid + " with " + group + ", may not write into the volume " + volume.Name + " at " + directory
		cause.Mend = "give the volume to the collector's group"
		cause.Values = fmt.Sprintf("podSecurityContext: {fsGroup: %s, fsGroupChangePolicy: OnRootMismatch}\n", uid)
	}
	if directory != "" {
		cause.Evidence = append(cause.Evidence, ofPod(pod, "the directory is "+directory+", the uid "+uid))
	}

	return cause
}

// storageDirectory is where the config keeps state; empty: it is not known.
func (p *patient) storageDirectory(pod *corev1.Pod) string {
	config := p.values(pod)
	for _, id := range sortedIDs(config, "extensions", storage) {
		if directory, ok := at(config, "extensions", id, "directory").(string); ok {
			return directory
		}
	}

	return ""
}

func userOf(pod *corev1.Pod) *int64 {
	if c := CollectorOf(&pod.Spec); c != nil && c.SecurityContext != nil && c.SecurityContext.RunAsUser != nil {
		return c.SecurityContext.RunAsUser
	}
	if c := pod.Spec.SecurityContext; c != nil {
		return c.RunAsUser
	}

	return nil
}

// mountOf is the volume that is mounted at a directory or above it.
func mountOf(pod *corev1.Pod, directory string) (corev1.Volume, bool) {
	c := CollectorOf(&pod.Spec)
	if c == nil || directory == "" {
		return corev1.Volume{}, false
	}
	for _, mount := range c.VolumeMounts {
		if directory != mount.MountPath && !strings.HasPrefix(directory, strings.TrimSuffix(mount.MountPath, "/")+"/") {
			continue
		}
		for _, volume := range pod.Spec.Volumes {
			if volume.Name == mount.Name {
				return volume, true
			}
		}
	}

	return corev1.Volume{}, false
}

var inUse = regexp.MustCompile(`listen (?:tcp|udp)[46]? (\S+): bind: address already in use`)

// ports: something else listens there.
func (p *patient) ports() {
	for _, pod := range p.open() {
		for _, l := range p.endings(pod.Namespace, pod.Name) {
			m := inUse.FindStringSubmatch(l.message)
			if m == nil {
				continue
			}
			who := "a component"
			if started := notStarted.FindStringSubmatch(l.message); started != nil && started[1] != "" {
				who = "the " + started[2] + " " + started[1]
			}
			cause := Cause{
				ID: "port-taken", Summary: who + " can't listen at " + m[1] + ": another one of the Pod does", Evidence: []Evidence{l.evidence()},
				Mend: "give each component, and each container of the Pod, a port of its own: `helm otlp lint` names the two (port-conflict)",
			}
			if pod.Spec.HostNetwork {
				cause.Summary = who + " can't listen at " + m[1] + ": with hostNetwork the port is the node's, and another process of the node " + pod.Spec.NodeName + " has it"
				cause.Mend, cause.Values = "leave the node's network, or take another port in `config`", "hostNetwork: false\n"
			}
			p.explain(cause, pod)

			break
		}
	}
}

// memory: the kernel has killed the collector for its memory.
func (p *patient) memory() {
	for i := range p.Pods {
		pod := &p.Pods[i]
		ended := endedOf(pod)
		if ended == nil || ended.Reason != "OOMKilled" || p.explained[key(pod)] || p.Taken.Sub(ended.FinishedAt.Time) > longAgo {
			continue
		}
		p.explain(p.killed(pod, ended), pod)
	}
}

const mebi = 1 << 20

func (p *patient) killed(pod *corev1.Pod, ended *corev1.ContainerStateTerminated) Cause {
	cause := Cause{
		ID: "out-of-memory", Summary: "the kernel has killed the collector: it used more memory than its limit",
		Evidence: []Evidence{ofPod(pod, fmt.Sprintf("the container ended as %s, exit code %d", ended.Reason, ended.ExitCode))},
	}
	c := CollectorOf(&pod.Spec)
	if c == nil {
		return cause
	}
	limit, limited := c.Resources.Limits[corev1.ResourceMemory]
	if !limited {
		cause.Summary = "the kernel has killed the collector: it has no limit, and its node ran out of memory"
		cause.Mend = "give it a limit: the chart sets memory_limiter and GOMEMLIMIT by it"
		cause.Values = "resources: {limits: {memory: 1Gi}, requests: {memory: 512Mi}}\n"

		return cause
	}
	cause.Summary += ", " + limit.String()
	double := resource.NewQuantity(2*limit.Value(), resource.BinarySI)
	cause.Mend = fmt.Sprintf("raise the limit: with %s the chart sets GOMEMLIMIT to %dMiB, and memory_limiter refuses data at 80 %%", double, 2*limit.Value()*8/10/mebi)
	cause.Values = fmt.Sprintf("resources: {limits: {memory: %s}}\n", double)
	memory := environment(c, "GOMEMLIMIT")
	cause.Evidence = append(cause.Evidence, ofPod(pod, fmt.Sprintf("limit %s, GOMEMLIMIT %s", limit.String(), orNone(memory))))
	config := p.values(pod)
	if config == nil {
		return cause
	}
	limiters := sortedIDs(config, "processors", "memory_limiter")
	if len(limiters) == 0 {
		cause.Mend += "; its config has no memory_limiter, which refuses data in time: leave the chart's in place (`without.processors.memory_limiter: false`)"

		return cause
	}
	says := "memory_limiter"
	for _, key := range []string{"limit_mib", "limit_percentage", "spike_limit_mib", "spike_limit_percentage", "check_interval"} {
		if value := at(config, "processors", limiters[0], key); value != nil {
			says += fmt.Sprintf(" %s=%v", key, value)
		}
	}
	if mib, ok := at(config, "processors", limiters[0], "limit_mib").(int); ok && int64(mib)*mebi >= limit.Value() {
		cause.Mend += fmt.Sprintf("; its memory_limiter acts at %d MiB, above the limit: leave limit_mib out, and it acts at 80 %% of the limit", mib)
	}
	if configMap := p.configOf(pod); configMap != nil {
		cause.Evidence = append(cause.Evidence, Evidence{Object: "ConfigMap " + configMap.Namespace + "/" + configMap.Name, Says: says})
	}

	return cause
}

// environment is the value of a container's variable; empty: it has none of its own.
func environment(c *corev1.Container, name string) string {
	for _, v := range c.Env {
		if v.Name == name {
			return v.Value
		}
	}

	return ""
}

func orNone(text string) string {
	if text == "" {
		return "not set"
	}

	return text
}
