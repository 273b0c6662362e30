package diagnose

import (
	"fmt"
	"regexp"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// claim: what the Pod's claims lack.
func (p *patient) claim(pod *corev1.Pod) Cause {
	cause := Cause{
		ID: "claim-unbound", Summary: "a PersistentVolumeClaim of it has no volume",
		Mend:   "name a storage class that is there (`kubectl get storageclass`), or ask for what it can give",
		Values: "persistence: {enabled: true, storageClassName: standard}\n",
	}
	for _, volume := range pod.Spec.Volumes {
		if volume.PersistentVolumeClaim == nil {
			continue
		}
		name := volume.PersistentVolumeClaim.ClaimName
		claim, found := p.claimNamed(pod.Namespace, name)
		if !found {
			if len(p.Claims) > 0 {
				cause.Evidence = append(cause.Evidence, Evidence{Object: "PersistentVolumeClaim " + pod.Namespace + "/" + name, Says: "not found"})
			}

			continue
		}
		if claim.Status.Phase == corev1.ClaimBound {
			continue
		}
		class := "the default storage class, and there may be none"
		if claim.Spec.StorageClassName != nil {
			class = fmt.Sprintf("the storage class %q", *claim.Spec.StorageClassName)
		}
		cause.Summary = fmt.Sprintf("the PersistentVolumeClaim %s has no volume: it asks for %s of %s", name, claim.Spec.Resources.Requests.Storage(), class)
		for _, e := range p.eventsOf("PersistentVolumeClaim", pod.Namespace, name) {
			cause.Evidence = append(cause.Evidence, ofEvent(e))

			break
		}
	}

	return cause
}

func (p *patient) claimNamed(namespace, name string) (corev1.PersistentVolumeClaim, bool) {
	for _, claim := range p.Claims {
		if claim.Namespace == namespace && claim.Name == name {
			return claim, true
		}
	}

	return corev1.PersistentVolumeClaim{}, false
}

var noObject = regexp.MustCompile(`(configmap|secret) "([^"]+)" not found|references non-existent (secret|config) key: (\S+)`)

// volumes: one can't be mounted, so that the containers are not made.
func (p *patient) volumes() {
	for _, pod := range p.open() {
		if _, waits := waitsFor(pod, "ContainerCreating", "PodInitializing"); !waits {
			continue
		}
		for _, e := range p.podEvents(pod, "FailedMount", "FailedAttachVolume", "FailedMapVolume") {
			cause := Cause{
				ID: "volume-not-mounted", Summary: "a volume of it can't be mounted", Evidence: []Evidence{ofEvent(e)},
				Mend: "mend what is said there: `extraVolumes` and `persistence` are the chart's values for volumes",
			}
			if m := noObject.FindStringSubmatch(e.Message); m != nil && m[2] != "" {
				cause.Summary = fmt.Sprintf("it mounts the %s %s, which is not in the namespace %s", map[string]string{"configmap": "ConfigMap", "secret": "Secret"}[m[1]], m[2], pod.Namespace)
				cause.Mend = "make it, or name in `extraVolumes` one that is there"
			}
			p.explain(cause, pod)

			break
		}
	}
}

// containers: the kubelet can't make or start the container.
func (p *patient) containers() {
	for _, pod := range p.open() {
		message, waits := waitsFor(pod, "CreateContainerConfigError", "CreateContainerError", "RunContainerError")
		if ended := endedOf(pod); !waits && ended != nil && ended.Reason == "StartError" {
			message, waits = ended.Message, true
		}
		if !waits {
			continue
		}
		cause := Cause{
			ID: "container-not-started", Summary: "the kubelet can't start the collector's container", Evidence: []Evidence{ofPod(pod, message)}, Mend: "mend what is said there",
		}
		switch m := noObject.FindStringSubmatch(message); {
		case m != nil && m[2] != "":
			cause.Summary = fmt.Sprintf("its environment is read from the %s %s, which is not in the namespace %s", map[string]string{"configmap": "ConfigMap", "secret": "Secret"}[m[1]], m[2], pod.Namespace)
			cause.Mend = "make it, or name in `env` and `envFrom` one that is there"
		case strings.Contains(message, "couldn't find key"):
			cause.Summary, cause.Mend = "its environment is read from a key that the Secret or ConfigMap lacks", "add the key, or name in `env` one that is there"
		case containsAny(message, "runAsNonRoot", "non-numeric user"):
			cause.Summary, cause.Mend = "its image runs as root, or as a user without a number, and runAsNonRoot forbids that", "name a uid"
			cause.Values = "podSecurityContext: {runAsUser: 10001, runAsGroup: 10001, fsGroup: 10001}\n"
		case strings.Contains(message, "OOM-killed"):
			cause.ID, cause.Summary, cause.Mend = "out-of-memory", "the container was killed as it was made: its memory limit is too low even for that", "raise the limit"
			cause.Values = "resources: {limits: {memory: 512Mi}}\n"
		case containsAny(message, "no such file or directory", "executable file not found"):
			cause.Summary, cause.Mend = "its image lacks the program that it is to start", "take an image of a collector, built for the node's processors"
		}
		p.explain(cause, pod)
	}
}

// images: the kubelet does not get the image.
func (p *patient) images() {
	for _, pod := range p.open() {
		message, waits := waitsFor(pod, "ImagePullBackOff", "ErrImagePull", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError", "RegistryUnavailable")
		if !waits {
			continue
		}
		said := ofPod(pod, message)
		// Older kubelets say why in the event alone.
		for _, e := range p.podEvents(pod, "Failed", "ErrImageNeverPull", "InspectFailed") {
			if strings.Contains(e.Message, "pull") || strings.Contains(e.Message, "image") {
				if len(e.Message) > len(message) {
					said, message = ofEvent(e), e.Message
				}

				break
			}
		}
		image := ""
		if c := CollectorOf(&pod.Spec); c != nil {
			image = c.Image
		}
		cause := p.pull(pod, image, message)
		cause.Evidence = append([]Evidence{said}, cause.Evidence...)
		p.explain(cause, pod)
	}
}

// pull is the cause that a registry's or a kubelet's words stand for.
func (p *patient) pull(pod *corev1.Pod, image, message string) Cause {
	lower := strings.ToLower(message)
	secrets := p.podEvents(pod, "FailedToRetrieveImagePullSecret")
	switch {
	case containsAny(lower, "unauthorized", "authentication required", "access denied", "authorization failed", "no basic auth", "insufficient_scope", "403 forbidden", "denied:"):
		cause := Cause{
			ID: "image-pull-secret", Summary: "the registry wants credentials for " + image + ", and the Pod gives none that it takes",
			Mend:   "make a Secret of type kubernetes.io/dockerconfigjson in the namespace " + pod.Namespace + ", and name it",
			Values: "imagePullSecrets: [{name: registry}]\n",
		}
		for _, e := range secrets {
			cause.Summary = "the registry wants credentials for " + image + ", and a Secret that imagePullSecrets names is not there"
			cause.Evidence = append(cause.Evidence, ofEvent(e))

			break
		}

		return cause
	case containsAny(lower, "not found", "manifest unknown", "name unknown", "no match for platform", "does not exist"):
		return Cause{
			ID: "image-not-found", Summary: "the registry has no image " + image, Mend: "name a repository and a tag that are there, for the node's processors",
			Values: "image: {repository: open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-k8s, tag: \"\"}\n",
		}
	case containsAny(lower, "toomanyrequests", "429 too many", "rate limit"):
		return Cause{
			ID: "image-rate-limit", Summary: "the registry gives no more images for now", Mend: "log in by imagePullSecrets, or take a mirror",
			Values: "image: {registry: mirror.example.com}\n",
		}
	case containsAny(lower, "x509", "tls:", "server gave http response"):
		return Cause{ID: "registry-tls", Summary: "the node does not trust the registry of " + image, Mend: "give the nodes' container runtime the registry's CA"}
	case containsAny(lower, "no such host", "connection refused", "i/o timeout", "dial tcp", "deadline exceeded", "server misbehaving", "connection reset"):
		return Cause{
			ID: "registry-unreachable", Summary: "the node does not reach the registry of " + image, Mend: "take a registry that the nodes reach, or mend their network",
			Values: "image: {registry: mirror.example.com}\n",
		}
	case containsAny(message, "InvalidImageName", "couldn't parse image"):
		return Cause{ID: "image-name", Summary: "the image's name " + image + " can't be read", Mend: "mend `image.registry`, `image.repository`, `image.tag` or `image.digest`"}
	case containsAny(message, "Never", "not present with pull policy"):
		return Cause{
			ID: "image-never-pulled", Summary: "the node lacks the image " + image + ", and its pull policy is Never", Mend: "let it be pulled, or put it on the nodes",
			Values: "image: {pullPolicy: IfNotPresent}\n",
		}
	default:
		return Cause{ID: "image-pull", Summary: "the image " + image + " can't be pulled", Mend: "mend what is said there: `image` has its name"}
	}
}
