package deployment

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// What the chart's sidecars are known by.
const (
	configVariable   = "OTELCOL_CONFIG"
	hashDigits       = 10
	podsAtOnce       = 500
	replicaSet       = "ReplicaSet"
	deploymentKind   = "Deployment"
	statefulSetKind  = "StatefulSet"
	daemonSetKind    = "DaemonSet"
	jobKind          = "Job"
	cronJobKind      = "CronJob"
	onDeleteStrategy = "OnDelete"
)

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

// list reads the Pods of a namespace, some at a time.
func (s *sidecars) list(ctx context.Context, namespace string) error {
	options := metav1.ListOptions{LabelSelector: injectedLabel + "=" + s.wanted.Release, Limit: podsAtOnce}
	for {
		pods, err := s.core.Pods(namespace).List(ctx, options)
		if err != nil {
			where := "namespace " + namespace
			if namespace == metav1.NamespaceAll {
				where = "whole cluster"
			}

			return workloadError(err, "list Pods in the "+where)
		}
		for i := range pods.Items {
			if err := s.pod(ctx, &pods.Items[i]); err != nil {
				return err
			}
		}
		if options.Continue = pods.Continue; options.Continue == "" {
			return nil
		}
	}
}

// pod counts a Pod for its workload.
func (s *sidecars) pod(ctx context.Context, pod *corev1.Pod) error {
	ended := pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed
	n := slices.IndexFunc(pod.Spec.InitContainers, func(c corev1.Container) bool { return c.Name == s.wanted.Container })
	if ended || pod.DeletionTimestamp != nil || n < 0 {
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
			sum := sha256.Sum256([]byte(strings.ReplaceAll(variable.Value, "$$", "$")))

			return hex.EncodeToString(sum[:])[:hashDigits]
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
	direct := podOwner{controller.Kind, controller.Name}
	between := map[string]runtime.Object{replicaSet: &appsv1.ReplicaSet{}, jobKind: &batchv1.Job{}}[controller.Kind]
	if between == nil {
		return direct, nil
	}
	key := pod.Namespace + "/" + controller.Kind + "/" + controller.Name
	if known, ok := s.owners[key]; ok {
		return known, nil
	}
	err := s.getOwner(ctx, direct, pod.Namespace, between)
	if err != nil && !apierrors.IsNotFound(err) {
		return podOwner{}, workloadError(err, fmt.Sprintf("get the %s %s/%s", controller.Kind, pod.Namespace, controller.Name))
	}
	found := direct
	if object, ok := between.(metav1.Object); ok {
		if above := metav1.GetControllerOf(object); above != nil {
			found = podOwner{above.Kind, above.Name}
		}
	}
	s.owners[key] = found

	return found, nil
}

// paths of the kinds that own Pods.
func pathOf(of podOwner, namespace string) string {
	group := map[string]string{
		replicaSet: "apps", deploymentKind: "apps", statefulSetKind: "apps", daemonSetKind: "apps", jobKind: "batch", cronJobKind: "batch",
	}[of.kind]

	return fmt.Sprintf("/apis/%s/v1/namespaces/%s/%ss/%s", group, namespace, strings.ToLower(of.kind), of.name)
}

func (c *Cluster) getOwner(ctx context.Context, of podOwner, namespace string, into runtime.Object) error {
	return c.core.RESTClient().Get().AbsPath(pathOf(of, namespace)).Do(ctx).Into(into) //nolint:wrapcheck // workloadError does.
}

// stays finds why a restart would not bring a workload up to date.
func (s *sidecars) stays(ctx context.Context, w *SidecarWorkload) error {
	switch w.Kind {
	case cronJobKind:
		w.Stays = "its next run gets the new one"

		return nil
	case jobKind:
		w.Stays = "it ends by itself"

		return nil
	case deploymentKind, statefulSetKind, daemonSetKind:
	default:
		w.Stays = "no controller that is known here makes its Pods anew: create them anew"

		return nil
	}
	r, err := s.restarted(ctx, w)
	if err != nil {
		return workloadError(err, "get the "+w.String())
	}
	switch {
	case r.template.Labels[injectedLabel] == s.wanted.Release:
		w.Stays = "its manifest has the sidecar: put the new one in (helm otlp inject), and apply it"
	case r.held != "":
		w.Stays = r.held
	}

	return nil
}

// workloadError is the error of a request about workloads.
func workloadError(err error, request string) error {
	if apierrors.IsForbidden(err) {
		return fmt.Errorf("the cluster forbids to %s: ask for that right, or for other namespaces: %w", request, err)
	}

	return fmt.Errorf("ask the cluster to %s: %w", request, err)
}
