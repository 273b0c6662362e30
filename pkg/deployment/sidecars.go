package deployment

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/diagnose"
)

// configVariable of a sidecar holds its config.
const configVariable = "OTELCOL_CONFIG"

// A Wanted is the sidecar that Pods should have.
type Wanted struct {
	// Release is whose it is, and Container its name.
	Release, Container string
	// ConfigHash and Image tell it from older ones.
	ConfigHash, Image string
}

// A SidecarWorkload is a workload with Pods that have a release's sidecar: a Deployment, StatefulSet, DaemonSet, CronJob or
// Job, any other owner of Pods, or a Pod that nobody owns.
type SidecarWorkload struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	// Pods have the sidecar and are not at their end; Outdated of them have an older one.
	Pods     int `json:"pods"`
	Outdated int `json:"outdated"`
	// ConfigHashes and Images of the outdated ones, sorted.
	ConfigHashes []string `json:"configHashes,omitempty"`
	Images       []string `json:"images,omitempty"`
	// Stays is why a restart does not bring it up to date; empty: it does.
	Stays string `json:"stays,omitempty"`
}

// String is the workload as people name it.
func (w SidecarWorkload) String() string { return w.Kind + " " + w.Namespace + "/" + w.Name }

// Sidecars are the workloads of namespaces with Pods that have the sidecar of a release, sorted; with no namespace named,
// those of all.
func (c *Cluster) Sidecars(ctx context.Context, wanted Wanted, namespaces []string) ([]SidecarWorkload, error) {
	if len(namespaces) == 0 {
		namespaces = []string{metav1.NamespaceAll}
	}
	s := sidecars{Cluster: c, wanted: wanted, owners: map[string]podOwner{}, found: map[string]*SidecarWorkload{}}
	for _, namespace := range namespaces {
		if err := s.list(ctx, namespace); err != nil {
			return nil, err
		}
	}
	var all []SidecarWorkload
	for _, w := range s.found {
		slices.Sort(w.ConfigHashes)
		slices.Sort(w.Images)
		if w.Outdated > 0 {
			if err := s.stays(ctx, w); err != nil {
				return nil, err
			}
		}
		all = append(all, *w)
	}
	slices.SortFunc(all, func(a, b SidecarWorkload) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	})

	return all, nil
}

// sidecars gathers workloads.
type sidecars struct {
	*Cluster
	wanted Wanted
	// owners are those of ReplicaSets and Jobs, which are asked for once.
	owners map[string]podOwner
	found  map[string]*SidecarWorkload
}

type podOwner struct{ kind, name string }

// list reads the Pods of a namespace.
func (s *sidecars) list(ctx context.Context, namespace string) error {
	pods, err := s.injected(ctx, namespace, s.wanted.Release)
	if err != nil {
		return err
	}
	for i := range pods {
		if err := s.pod(ctx, &pods[i]); err != nil {
			return err
		}
	}

	return nil
}

// pod counts a Pod for its workload.
func (s *sidecars) pod(ctx context.Context, pod *corev1.Pod) error {
	n := slices.IndexFunc(pod.Spec.InitContainers, func(c corev1.Container) bool { return c.Name == s.wanted.Container })
	if pod.DeletionTimestamp != nil || n < 0 {
		return nil
	}
	of, err := s.ownerOf(ctx, pod)
	if err != nil {
		return err
	}
	key := pod.Namespace + "/" + of.kind + "/" + of.name
	w := s.found[key]
	if w == nil {
		w = &SidecarWorkload{Kind: of.kind, Namespace: pod.Namespace, Name: of.name}
		s.found[key] = w
	}
	w.Pods++
	hash, image := configHash(pod, pod.Spec.InitContainers[n]), pod.Spec.InitContainers[n].Image
	if hash == s.wanted.ConfigHash && image == s.wanted.Image {
		return nil
	}
	w.Outdated++
	if hash != s.wanted.ConfigHash && !slices.Contains(w.ConfigHashes, hash) {
		w.ConfigHashes = append(w.ConfigHashes, hash)
	}
	if image != s.wanted.Image && !slices.Contains(w.Images, image) {
		w.Images = append(w.Images, image)
	}

	return nil
}

// configHash is that of the config that a Pod's sidecar has: as the Pod says, else as the chart makes it of the config.
func configHash(pod *corev1.Pod, sidecar corev1.Container) string {
	if hash := pod.Annotations[injectedHash]; hash != "" {
		return hash
	}
	for _, variable := range sidecar.Env {
		if variable.Name == configVariable {
			return collectorconfig.HashOf(strings.ReplaceAll(variable.Value, "$$", "$"))
		}
	}

	return "unknown"
}

// ownerOf is the workload of a Pod: that of its ReplicaSet or Job, where these have one.
func (s *sidecars) ownerOf(ctx context.Context, pod *corev1.Pod) (podOwner, error) {
	controller := metav1.GetControllerOf(pod)
	if controller == nil {
		return podOwner{"Pod", pod.Name}, nil
	}
	found := podOwner{controller.Kind, controller.Name}
	resource, ok := between(controller.Kind)
	if !ok {
		return found, nil
	}
	key := pod.Namespace + "/" + controller.Kind + "/" + controller.Name
	if known, ok := s.owners[key]; ok {
		return known, nil
	}
	object, err := s.metadata.Resource(resource).Namespace(pod.Namespace).Get(ctx, controller.Name, metav1.GetOptions{})
	if err != nil && !apierrors.IsNotFound(err) {
		return podOwner{}, s.refused(err, fmt.Sprintf("get %s.%s/%s in the namespace %s", resource.Resource, resource.Group, controller.Name, pod.Namespace))
	}
	if err == nil {
		if above := metav1.GetControllerOf(object); above != nil {
			found = podOwner{above.Kind, above.Name}
		}
	}
	s.owners[key] = found

	return found, nil
}

// between are the kinds that stand between Pods and a workload.
func between(kind string) (schema.GroupVersionResource, bool) {
	resource, ok := map[string]schema.GroupVersionResource{
		"ReplicaSet": {Group: "apps", Version: "v1", Resource: "replicasets"},
		"Job":        {Group: "batch", Version: "v1", Resource: "jobs"},
	}[kind]

	return resource, ok
}

// stays finds why a restart would not bring a workload up to date.
func (s *sidecars) stays(ctx context.Context, w *SidecarWorkload) error {
	switch w.Kind {
	case "CronJob":
		w.Stays = "its next run gets the new one"

		return nil
	case "Job":
		w.Stays = "it ends by itself"

		return nil
	case "Deployment", "StatefulSet", "DaemonSet":
	default:
		w.Stays = "no controller that is known here makes its Pods anew: create them anew"

		return nil
	}
	live, err := s.rollout(ctx, w.owned())
	if err != nil {
		return s.refused(err, "get "+w.request())
	}
	switch held := live.held(); {
	case live.template.Labels[diagnose.InjectedLabel] == s.wanted.Release:
		w.Stays = "its manifest has the sidecar: put the new one in (helm otlp inject), and apply it"
	case held != "":
		w.Stays = held
	}

	return nil
}

// owned is the workload as rollout knows it.
func (w SidecarWorkload) owned() owned { return owned{named: named{w.Namespace, w.Name}, kind: w.Kind} }

// request names the workload as errors of requests do.
func (w SidecarWorkload) request() string {
	return fmt.Sprintf("%s/%s in the namespace %s", resourceOf(w.Kind), w.Name, w.Namespace)
}
