package deployment

import (
	"context"
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
)

// namesakes are the releases of sidecars that have a release's name in other namespaces: all of them have one label on
// their Pods.
type namesakes struct {
	namespaces []string
	// hashes are those of the configs that they have installed.
	hashes map[string]bool
}

// namesakesOf finds them by their ConfigMaps.
func (c *Cluster) namesakesOf(ctx context.Context, release, namespace string) (namesakes, error) {
	found := namesakes{hashes: map[string]bool{}}
	options := metav1.ListOptions{LabelSelector: "app.kubernetes.io/component=sidecar,app.kubernetes.io/instance=" + release, Limit: page}
	for {
		list, err := c.core.ConfigMaps(metav1.NamespaceAll).List(ctx, options)
		if err != nil {
			return namesakes{}, c.refused(err, "list configmaps in all namespaces")
		}
		for _, configMap := range list.Items {
			if hash := configMap.Annotations[collectorconfig.ConfigHashAnnotation]; hash != "" && configMap.Namespace != namespace {
				found.namespaces, found.hashes[hash] = append(found.namespaces, configMap.Namespace), true
			}
		}
		if options.Continue = list.Continue; options.Continue == "" {
			break
		}
	}
	slices.Sort(found.namespaces)
	found.namespaces = slices.Compact(found.namespaces)

	return found, nil
}

// has tells whether a Pod is surely one of theirs: it has a config of theirs, and installed is another.
func (n namesakes) has(pod Pod, installed string) bool {
	return installed != "" && pod.ConfigHash != installed && n.hashes[pod.ConfigHash]
}

// note says of the Pods that are counted what is not known of them. leftOut is how many are not.
func (n namesakes) note(release string, leftOut int) string {
	return fmt.Sprintf("a release %s has sidecars in %s too, and a Pod does not say whose it has: %d with the config of another are left out, and those shown may be another's all the same",
		release, strings.Join(n.namespaces, ", "), leftOut)
}
