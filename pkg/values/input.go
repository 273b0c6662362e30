package values

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
)

// Release is what the chart's templates know besides the values.
type Release struct {
	// Name and Namespace are the release's.
	Name, Namespace string
	// Chart, ChartVersion and AppVersion are those of Chart.yaml.
	Chart, ChartVersion, AppVersion string
	// KubeVersion is the API server's version, as Helm's capabilities say it; empty: the newest.
	KubeVersion string
}

// Input is what the chart's templates hand to their interpreter, worked out from the
// same values: the coalesced ones, with the chart's defaults in them.
func Input(raw map[string]any, release Release) (collectorconfig.Input, error) {
	settings, err := Resolve(raw)
	if err != nil {
		return collectorconfig.Input{}, err
	}
	mode := text(raw["mode"])
	image := section(settings, "image")
	version, _ := imageVersion(image, release.AppVersion)
	in := collectorconfig.Input{
		Mode:         mode,
		Version:      version,
		Distribution: imageDistribution(image),
		Presets:      section(settings, "presets"),
		Persistence:  mode != "sidecar" && section(settings, "persistence")["enabled"] == true,
		Telemetry:    section(settings, "telemetry"),
		Config:       section(settings, "config"),
		Kubernetes:   kubernetes(release.KubeVersion),
		FullName:     fullName(raw, release),
		Namespace:    first(text(raw["namespaceOverride"]), release.Namespace),
	}
	in.TLS = mode != "sidecar" && section(settings, "tls")["enabled"] == true
	in.ClientCA = in.TLS && section(section(settings, "tls"), "clientCA")["enabled"] == true
	if mode != "sidecar" {
		in.Auth = authOf(section(settings, "auth"))
	}
	replicas, _ := number(settings["replicas"])
	in.Single = mode == "gateway" && section(settings, "autoscaling")["enabled"] != true && replicas <= 1
	families, _ := section(settings, "service")["ipFamilies"].([]any)
	in.IPv6 = len(families) > 0 && families[0] == "IPv6"
	if in.MemoryLimitMiB, err = memoryLimitMiB(settings); err != nil {
		return in, err
	}
	in.Without, in.ExactPipelines, err = removals(settings)
	return in, err
}

// authOf is the block of the values that names a Secret.
func authOf(auth map[string]any) string {
	for _, by := range []string{"bearer", "basic"} {
		if text(section(auth, by)["existingSecret"]) != "" {
			return by
		}
	}
	return ""
}

func section(m map[string]any, key string) map[string]any {
	found, _ := m[key].(map[string]any)
	return found
}

func text(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

func number(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case int64:
		return float64(v), true
	case int:
		return float64(v), true
	default:
		return 0, false
	}
}

var (
	versionInTag = regexp.MustCompile(`^v?[0-9]+\.[0-9]+(\.[0-9]+)?`)
	plainVersion = regexp.MustCompile(`[0-9]+\.[0-9]+(\.[0-9]+)?`)
)

// imageVersion is the collector's version; false where neither the tag nor collectorVersion
// says it, and the chart's appVersion is assumed.
func imageVersion(image map[string]any, appVersion string) (string, bool) {
	tagged := versionInTag.FindString(text(image["tag"]))
	if text(image["tag"]) == "" && text(image["digest"]) == "" {
		tagged = appVersion
	}
	stated := first(text(image["collectorVersion"]), tagged)
	version := plainVersion.FindString(first(stated, appVersion))
	if strings.Count(version, ".") == 1 {
		version += ".0"
	}
	return version, stated != ""
}

func imageDistribution(image map[string]any) string {
	if given := text(image["distribution"]); given != "" {
		return given
	}
	name := path.Base(text(image["repository"]))
	if name == "opentelemetry-collector" {
		return "core"
	}
	switch suffix := strings.TrimPrefix(name, "opentelemetry-collector-"); suffix {
	case "otlp", "k8s", "contrib":
		return suffix
	default:
		return "custom"
	}
}

// nameLength leaves room for the suffixes of the chart's objects.
const nameLength = 52

func fullName(raw map[string]any, release Release) string {
	name := shortened(first(text(raw["nameOverride"]), release.Chart))
	switch given := text(raw["fullnameOverride"]); {
	case given != "":
		return shortened(given)
	case strings.Contains(release.Name, name):
		return shortened(release.Name)
	default:
		return shortened(release.Name + "-" + name)
	}
}

func shortened(name string) string {
	return strings.TrimSuffix(name[:min(len(name), nameLength)], "-")
}

func memoryLimitMiB(settings map[string]any) (int64, error) {
	limit := section(section(settings, "resources"), "limits")["memory"]
	if text(limit) == "" {
		return 0, nil
	}
	quantity, err := resource.ParseQuantity(text(limit))
	if err != nil {
		return 0, fmt.Errorf("resources.limits.memory %q: %w: write it like 512Mi or 2Gi", text(limit), err)
	}
	return quantity.Value() / (1 << 20), nil
}

func removals(settings map[string]any) (map[string]map[string]bool, map[string]bool, error) {
	var problems []error
	flags := func(at string, values map[string]any) map[string]bool {
		found := map[string]bool{}
		for id, v := range values {
			flag, ok := v.(bool)
			if !ok {
				problems = append(problems, fmt.Errorf("%s.%s is %v: write true or false", at, id, v))
			}
			found[id] = flag
		}
		return found
	}
	without := map[string]map[string]bool{}
	for kind := range section(settings, "without") {
		without[kind] = flags("without."+kind, section(section(settings, "without"), kind))
	}
	exact := flags("exactPipelines", section(settings, "exactPipelines"))
	return without, exact, errors.Join(problems...)
}

var minorVersion = regexp.MustCompile(`[0-9]+\.[0-9]+`)

// kubernetes leaves out of a version what providers and prereleases add to it.
func kubernetes(version string) string {
	if minor := minorVersion.FindString(version); minor != "" {
		return minor + ".0"
	}
	return ""
}
