package deployment

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"helm.sh/helm/v3/pkg/release"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/charts"
	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/diagnose"
)

// A record is what Helm keeps of the last revision of a release, and what of its objects matters here.
type record struct {
	release *release.Release
	// object is the name of what Helm keeps it in, and version its resourceVersion.
	object, version string
	workloads       []owned
	// sidecar is the ConfigMap of a release that injects; nil: it does not.
	sidecar     *named
	autoscalers []named
}

type named struct{ namespace, name string }

// An owned object is a workload of the release's, as its manifest has it.
type owned struct {
	named
	kind      string
	configMap string
	// replicas that the manifest asks for; nil: an autoscaler or the nodes say.
	replicas *int32
}

// most is how large a release's record may be once it is unpacked: Helm keeps no larger ones.
const most = 64 << 20

// record finds the last revision among the labels of all, and reads that one.
func (c *Cluster) record(ctx context.Context, name string) (*record, error) {
	resource := schema.GroupVersionResource{Version: "v1", Resource: c.driver}
	list, err := c.metadata.Resource(resource).Namespace(c.Namespace).List(ctx, metav1.ListOptions{LabelSelector: "owner=helm,name=" + name})
	if err != nil {
		return nil, c.refused(err, fmt.Sprintf("list %s in the namespace %s", c.driver, c.Namespace))
	}
	last, highest := newest(list.Items)
	if last == nil {
		return nil, c.noRelease(name)
	}
	if known := c.last; known != nil && known.object == last.Name && known.version == last.ResourceVersion {
		return known, nil
	}
	data, err := c.kept(ctx, last.Name)
	if err != nil {
		return nil, err
	}
	found := &record{object: last.Name, version: last.ResourceVersion, release: &release.Release{}}
	if err := decode(data, found.release); err != nil || found.release.Info == nil || found.release.Chart == nil || found.release.Chart.Metadata == nil {
		return nil, fmt.Errorf("revision %d of the release %s in the namespace %s can't be read: Helm has written it in a form that is not known here", highest, name, c.Namespace)
	}
	if err := found.read(); err != nil {
		return nil, fmt.Errorf("read the manifest of the release %s: %w", name, err)
	}
	c.last = found
	if c.Told != nil {
		c.Told(found.release.Config, found.release.Manifest)
	}

	return found, nil
}

// newest is the one of the highest revision, as labels say; nil: there is none.
func newest(records []metav1.PartialObjectMetadata) (last *metav1.PartialObjectMetadata, highest int) {
	for i := range records {
		if revision, err := strconv.Atoi(records[i].Labels["version"]); err == nil && revision > highest {
			last, highest = &records[i], revision
		}
	}

	return last, highest
}

// kept is the text in which Helm keeps a revision.
func (c *Cluster) kept(ctx context.Context, object string) ([]byte, error) {
	request := fmt.Sprintf("get %s/%s in the namespace %s", c.driver, object, c.Namespace)
	if c.driver == configMaps {
		found, err := c.core.ConfigMaps(c.Namespace).Get(ctx, object, metav1.GetOptions{})
		if err != nil {
			return nil, c.refused(err, request)
		}

		return []byte(found.Data["release"]), nil
	}
	found, err := c.core.Secrets(c.Namespace).Get(ctx, object, metav1.GetOptions{})
	if err != nil {
		return nil, c.refused(err, request)
	}

	return found.Data["release"], nil
}

// decode reads what Helm has written: JSON, compressed but by old Helms, in base64.
func decode(text []byte, into *release.Release) error {
	data := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := base64.StdEncoding.Decode(data, text)
	if err != nil {
		return err //nolint:wrapcheck // The caller has words for all of these.
	}
	data = data[:n]
	if bytes.HasPrefix(data, []byte{0x1f, 0x8b, 0x08}) {
		unpack, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			return err //nolint:wrapcheck // The caller has words for all of these.
		}
		if data, err = io.ReadAll(io.LimitReader(unpack, most)); err != nil {
			return err //nolint:wrapcheck // The caller has words for all of these.
		}
	}

	return json.Unmarshal(data, into) //nolint:wrapcheck // The caller has words for all of these.
}

// read looks through the manifest for collectors.
func (r *record) read() error {
	for _, text := range strings.Split("\n"+r.release.Manifest, "\n---") {
		var object struct {
			metav1.TypeMeta   `json:",inline"`
			metav1.ObjectMeta `json:"metadata"`
		}
		if !ofInterest(text) {
			continue
		}
		if err := yaml.Unmarshal([]byte(text), &object); err != nil {
			return err //nolint:wrapcheck // The caller names the release.
		}
		at := named{object.Namespace, object.Name}
		if at.namespace == "" {
			at.namespace = r.release.Namespace
		}
		switch object.Kind {
		case "Deployment", "StatefulSet", "DaemonSet":
			// The three have their Pod template at the same place.
			var workload appsv1.Deployment
			if err := yaml.Unmarshal([]byte(text), &workload); err != nil {
				return err //nolint:wrapcheck // The caller names the release.
			}
			if spec := &workload.Spec.Template.Spec; isCollector(spec) {
				r.workloads = append(r.workloads, owned{named: at, kind: object.Kind, configMap: configMapOf(spec), replicas: workload.Spec.Replicas})
			}
		case "ConfigMap":
			// The config of a sidecar has the full name alone: it changes in place.
			if object.Labels[collectorconfig.ConfigMapLabel] == object.Name {
				r.sidecar = &at
			}
		case "HorizontalPodAutoscaler":
			r.autoscalers = append(r.autoscalers, at)
		case "ScaledObject":
			// KEDA makes this one of it.
			r.autoscalers = append(r.autoscalers, named{at.namespace, "keda-hpa-" + at.name})
		}
	}

	return nil
}

// ofInterest spares most objects of a manifest the parser.
func ofInterest(text string) bool {
	for _, kind := range []string{"Deployment", "StatefulSet", "DaemonSet", "ConfigMap", "HorizontalPodAutoscaler", "ScaledObject"} {
		if strings.Contains(text, "kind: "+kind) {
			return true
		}
	}

	return false
}

func isCollector(spec *corev1.PodSpec) bool {
	return diagnose.CollectorOf(spec) != nil && configMapOf(spec) != ""
}

// info is what the record says of the revision.
func (r *record) info() Info {
	metadata := r.release.Chart.Metadata

	return Info{
		Name: r.release.Name, Namespace: r.release.Namespace, Revision: r.release.Version,
		Status: string(r.release.Info.Status), Description: r.release.Info.Description,
		Chart: metadata.Name, ChartVersion: metadata.Version, AppVersion: metadata.AppVersion,
	}
}

// ours tells whether the chart itself is this project's, and not one around it.
func (r *record) ours() bool { return r.release.Chart.Metadata.Name == charts.Collector }
