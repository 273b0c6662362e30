package values

import (
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// longestLabel is what Kubernetes allows for the value of a label.
const longestLabel = 63

// Metadata is what the chart's objects have in common, from coalesced values: labels, and
// annotations where the values give some.
func Metadata(raw map[string]any, release Release) (metav1.ObjectMeta, error) {
	settings, err := Resolve(raw)
	if err != nil {
		return metav1.ObjectMeta{}, err
	}
	chart := strings.ReplaceAll(release.Chart+"-"+release.ChartVersion, "+", "_")
	labels := texts(section(settings, "commonLabels"))
	for name, value := range map[string]string{
		"app.kubernetes.io/name":       shortened(first(text(raw["nameOverride"]), release.Chart)),
		"app.kubernetes.io/instance":   release.Name,
		"app.kubernetes.io/component":  text(raw["mode"]),
		"app.kubernetes.io/managed-by": "Helm",
		"helm.sh/chart":                strings.TrimSuffix(chart[:min(len(chart), longestLabel)], "-"),
	} {
		labels[name] = value
	}
	// A version that is only assumed is no fact to label with.
	if version, stated := imageVersion(section(settings, "image"), release.AppVersion); stated {
		labels["app.kubernetes.io/version"] = version
	}
	common := metav1.ObjectMeta{Labels: labels}
	if annotations := texts(section(settings, "commonAnnotations")); len(annotations) > 0 {
		common.Annotations = annotations
	}

	return common, nil
}

func texts(m map[string]any) map[string]string {
	out := map[string]string{}
	for key, value := range m {
		out[key] = text(value)
	}

	return out
}
