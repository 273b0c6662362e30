package diagnose

import (
	"fmt"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
)

const (
	// longAgo is for how long what has happened once counts.
	longAgo = time.Hour
	// startTime is for how long a startup probe may go unanswered: a collector on a busy node listens after some seconds.
	startTime = 30 * time.Second
	liveness  = "Liveness"
)

var (
	probeFailed = regexp.MustCompile(`^(Startup|Liveness|Readiness) probe failed: (.*)`)
	variable    = regexp.MustCompile(`\$\{[^}]*\}`)
	statusCode  = regexp.MustCompile(`HTTP probe failed with statuscode: (\d+)`)
)

// probes: the collector runs, and does not answer where the kubelet asks. One that ends by itself does not answer either:
// its end is the cause.
func (p *patient) probes() {
	for _, pod := range p.open() {
		status := StatusOf(pod)
		if status == nil || pod.Spec.NodeName == "" || !runsOrWasStopped(p, pod, status) {
			continue
		}
		for _, e := range p.unhealthy(pod) {
			m := probeFailed.FindStringSubmatch(e.Message)
			if m == nil || p.Taken.Sub(Seen(e)) > recently || m[1] != liveness && p.starts(status) {
				continue
			}
			cause := p.unanswered(pod, m[1], m[2])
			cause.Evidence = append([]Evidence{ofEvent(e)}, cause.Evidence...)
			p.explain(cause, pod)

			break
		}
	}
}

// unhealthy are the events of a Pod's probes, those of a liveness probe first: it ends a collector, which then answers no
// other either.
func (p *patient) unhealthy(pod *corev1.Pod) []corev1.Event {
	events := p.podEvents(pod, "Unhealthy")
	slices.SortStableFunc(events, func(a, b corev1.Event) int {
		return strings.Index(b.Message, liveness+" probe") - strings.Index(a.Message, liveness+" probe")
	})

	return events
}

// runsOrWasStopped tells a collector that runs, or that the kubelet has ended for its probes, from one that ends by itself.
func runsOrWasStopped(p *patient, pod *corev1.Pod, status *corev1.ContainerStatus) bool {
	for _, e := range p.podEvents(pod, "Killing") {
		if containsAny(e.Message, "failed liveness probe", "failed startup probe") && strings.Contains(e.Message, Container) {
			return true
		}
	}

	return status.State.Running != nil && status.LastTerminationState.Terminated == nil
}

// starts tells a collector that runs since a moment ago.
func (p *patient) starts(status *corev1.ContainerStatus) bool {
	return status.State.Running != nil && p.Taken.Sub(status.State.Running.StartedAt.Time) < startTime
}

// unanswered is what a failed probe means.
func (p *patient) unanswered(pod *corev1.Pod, kind, says string) Cause {
	asked := probeOf(pod, kind)
	where := "port " + asked.port + ", path " + asked.path
	listens, enabled := p.healthCheck(pod)
	evidence := []Evidence{}
	if enabled != "" {
		evidence = append(evidence, ofPod(pod, enabled))
	}
	code := statusCode.FindStringSubmatch(says)
	switch {
	case code != nil && code[1] == "503":
		return Cause{
			ID: "collector-unavailable", Summary: "the collector answers that it is not available yet, or that a component of it has failed", Evidence: evidence,
			Mend: "its log says which component: `kubectl logs -n " + pod.Namespace + " " + pod.Name + " -c " + Container + "`",
		}
	case code != nil && code[1] == "404":
		return Cause{
			ID: "probe-unanswered", Summary: fmt.Sprintf("the %s probe asks for a path that health_check does not serve: %s", strings.ToLower(kind), where),
			Evidence: evidence, Mend: "leave `path` of the extension health_check out of `config`: the chart's probes follow it",
		}
	case containsAny(says, "deadline exceeded", "Client.Timeout"):
		return Cause{
			ID: "probe-too-slow", Summary: fmt.Sprintf("the collector does not answer the %s probe in time (%s): it lacks CPU, or hangs", strings.ToLower(kind), where),
			Evidence: evidence, Mend: "give it more CPU, or the probe more time",
			Values: "resources: {limits: {cpu: \"2\"}}\nlivenessProbe: {timeoutSeconds: 10}\n",
		}
	}
	cause := Cause{
		ID: "probe-unanswered", Summary: fmt.Sprintf("nothing answers the %s probe at %s", strings.ToLower(kind), where), Evidence: evidence,
		Mend: "leave the extension health_check to the chart, whose probes follow its endpoint",
	}
	host, port, err := net.SplitHostPort(variable.ReplaceAllString(listens, "variable"))
	switch {
	case enabled == "":
	case listens == "":
		cause.Summary += ": the config enables no health_check"
		cause.Mend = "enable it"
		cause.Values = "config:\n  extensions: {health_check: {endpoint: \"[${env:POD_IP}]:13133\"}}\n  service: {extensions: [health_check]}\n"
	case err == nil && port != asked.port:
		cause.Summary += ": health_check listens on port " + port
		cause.Mend = "`helm upgrade` of the same values has the chart's probes ask there; where the collector is not the chart's own, mend either"
	case err == nil && (host == "localhost" || host == "127.0.0.1" || host == "::1"):
		cause.Summary += ": health_check listens on " + host + " alone, which the kubelet does not reach"
		cause.Values = "config:\n  extensions: {health_check: {endpoint: \"[${env:POD_IP}]:" + asked.port + "\"}}\n"
	}

	return cause
}

type probed struct{ port, path string }

func probeOf(pod *corev1.Pod, kind string) probed {
	c := CollectorOf(&pod.Spec)
	if c == nil {
		return probed{"?", "?"}
	}
	probe := map[string]*corev1.Probe{"Startup": c.StartupProbe, "Liveness": c.LivenessProbe, "Readiness": c.ReadinessProbe}[kind]
	if probe == nil || probe.HTTPGet == nil {
		return probed{"?", "?"}
	}
	port := probe.HTTPGet.Port.String()
	for _, named := range c.Ports {
		if named.Name == port {
			port = strconv.Itoa(int(named.ContainerPort))
		}
	}

	return probed{port, "/" + strings.TrimPrefix(probe.HTTPGet.Path, "/")}
}

// healthCheck is where the config serves its health, and says so; both empty: the config is not known.
func (p *patient) healthCheck(pod *corev1.Pod) (endpoint, says string) {
	config := p.values(pod)
	if config == nil {
		return "", ""
	}
	enabled, _ := at(config, "service", "extensions").([]any)
	for _, item := range enabled {
		id := fmt.Sprint(item)
		kind, _, _ := strings.Cut(id, "/")
		if kind != "health_check" && kind != "healthcheckv2" {
			continue
		}
		endpoint, _ = at(config, "extensions", id, "endpoint").(string)
		if endpoint == "" {
			endpoint = "localhost:13133" // Its default.
		}

		return endpoint, "its config enables " + id + " at " + endpoint
	}

	return "", "its config enables no health_check"
}
