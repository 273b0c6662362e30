package diagnose

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// configKey is where a ConfigMap of the chart's has the config.
const configKey = "config.yaml"

var (
	// The words of a collector that refuses its config.
	invalid     = regexp.MustCompile(`^Error: invalid configuration: (.*)`)
	unreadable  = regexp.MustCompile(`^Error: (?:failed to get config|cannot load configuration|failed to resolve config)`)
	atPath      = regexp.MustCompile(`^([a-z]+(?:::[^\s:]+)+): (.*)`)
	ofComponent = regexp.MustCompile(`'([a-z]+)' error reading configuration for "([^"]+)"`)
	unknownType = regexp.MustCompile(`'([a-z]+)' unknown type: "[^"]*" for id: "([^"]+)"`)
	invalidKeys = regexp.MustCompile(`'([^']*)' has invalid keys: ([^\s,]+)`)
	yamlLine    = regexp.MustCompile(`yaml: line (\d+)`)
	notStarted  = regexp.MustCompile(`^Error: (?:cannot start|failed to build) pipelines: (?:failed to (?:start|create) "([^"]+)" (receiver|processor|exporter|connector|extension)[^:]*: )?(.*)`)
)

// config: the collector refuses it.
func (p *patient) config() {
	for _, pod := range p.open() {
		for _, l := range p.endings(pod.Namespace, pod.Name) {
			if !invalid.MatchString(l.message) && !unreadable.MatchString(l.message) || unwritable(l.message) {
				continue
			}
			p.explain(p.rejected(pod, l), pod)

			break
		}
	}
}

// rejected is what a collector's refusal is about, with the line of its config.
func (p *patient) rejected(pod *corev1.Pod, l line) Cause {
	path, what := refusedPath(l.message)
	cause := Cause{
		ID: "config-rejected", Summary: "the collector refuses its config: " + what, Evidence: []Evidence{l.evidence()},
		Mend: "mend the config, and prove it before it is installed: `helm otlp lint` finds such faults",
	}
	if len(path) > 0 {
		cause.Summary = "the collector refuses its config at " + path.String() + ": " + what
		cause.Mend = "mend `" + valuesPath(path) + "`, and prove it before it is installed: `helm otlp lint` finds such faults"
	}
	configMap := p.configOf(pod)
	if configMap == nil {
		return cause
	}
	document, problems := collectorconfig.Parse(configKey, []byte(configMap.Data[configKey]))
	at := 0
	if m := yamlLine.FindStringSubmatch(l.message); m != nil && document.Root == nil {
		at = number(m[1])
	} else if document.Root != nil && len(path) > 0 {
		at = document.Root.PositionOf(path).Line
	}
	problems = append(problems, collectorconfig.Check(document, versionOf(pod), "")...)
	for _, problem := range problems {
		if !about(problem, path, l.message) {
			continue
		}
		if problem.Position.Line > 0 {
			at = problem.Position.Line
		}
		if problem.Hint != "" {
			cause.Mend += "; " + problem.Message + ": " + problem.Hint
		}

		break
	}
	if at > 0 {
		cause.Evidence = append(cause.Evidence, placed(configMap, at))
	}

	return cause
}

// about tells whether a problem is the one that the collector has named.
func about(problem collectorconfig.Problem, path source.Path, message string) bool {
	if len(path) == 0 {
		return problem.Code == collectorconfig.CodeInvalidYAML
	}
	if problem.Path == path.String() {
		return true
	}
	// A pipeline names the component that it lacks; the problem is at the entry of its list.
	last := problem.Path[strings.LastIndex(problem.Path, ".")+1:]

	return strings.HasPrefix(problem.Path, path.String()) && (problem.Code != collectorconfig.CodeUndefined || strings.Contains(message, last) || strings.Contains(problem.Message, quotedIn(message)))
}

// quotedIn is the first quoted word of a message.
func quotedIn(message string) string {
	_, rest, _ := strings.Cut(message, `"`)
	word, _, _ := strings.Cut(rest, `"`)

	return word
}

// refusedPath reads which place of the config an error is about, and what it says of it.
func refusedPath(message string) (source.Path, string) {
	if m := invalid.FindStringSubmatch(message); m != nil {
		first := m[1]
		if at := atPath.FindStringSubmatch(first); at != nil {
			return source.Keys(strings.Split(at[1], "::")...), at[2]
		}

		return nil, first
	}
	_, what, _ := strings.Cut(message, "decoding failed due to the following error(s):")
	if what == "" {
		_, what, _ = strings.Cut(message, ": ")
	}
	what = strings.TrimSpace(what)
	if m := unknownType.FindStringSubmatch(message); m != nil {
		return source.Keys(m[1], m[2]), fmt.Sprintf("the collector's image has no %s of the type %q", strings.TrimSuffix(m[1], "s"), m[2])
	}
	if m := ofComponent.FindStringSubmatch(message); m != nil {
		path := source.Keys(m[1], m[2])
		if keys := invalidKeys.FindStringSubmatch(message); keys != nil {
			// 'config.Type.Field' names the Go field of a part, which is the key's name but for its case.
			return path.Join(source.Key(keys[2])), fmt.Sprintf("it knows no key %q there", keys[2])
		}
		_, what, _ = strings.Cut(message, m[0])

		return path, strings.TrimSpace(strings.TrimPrefix(what, ": decoding failed due to the following error(s):"))
	}
	if m := invalidKeys.FindStringSubmatch(message); m != nil {
		return source.Keys(m[2]), fmt.Sprintf("it knows no key %q there", m[2])
	}

	return nil, shortened(what)
}

// valuesPath is where a place of the config stands among the chart's values.
func valuesPath(path source.Path) string { return source.Keys("config").Join(path...).String() }

// placed shows a line of a ConfigMap's config.
func placed(configMap *corev1.ConfigMap, number int) Evidence {
	object := "ConfigMap " + configMap.Namespace + "/" + configMap.Name
	lines := strings.Split(configMap.Data[configKey], "\n")
	if number < 1 || number > len(lines) {
		return Evidence{Object: object, Says: configKey}
	}

	return Evidence{Object: object, Says: fmt.Sprintf("%s:%d: %s", configKey, number, strings.TrimSpace(lines[number-1]))}
}

func number(text string) int {
	n := 0
	_, _ = fmt.Sscan(text, &n) // What is no number is line 0, which no text has.

	return n
}

// configOf is the ConfigMap with a Pod's config; nil: it is not known.
func (p *patient) configOf(pod *corev1.Pod) *corev1.ConfigMap {
	for _, volume := range pod.Spec.Volumes {
		if volume.Name != "config" || volume.ConfigMap == nil {
			continue
		}
		for i := range p.Configs {
			if p.Configs[i].Namespace == pod.Namespace && p.Configs[i].Name == volume.ConfigMap.Name {
				return &p.Configs[i]
			}
		}
	}
	// A sidecar's was copied as the Pod was made.
	if sidecar(pod) && p.Sidecar != nil && len(p.Configs) == 1 {
		return &p.Configs[0]
	}

	return nil
}

// values of a Pod's config; nil: it is not known.
func (p *patient) values(pod *corev1.Pod) map[string]any {
	configMap := p.configOf(pod)
	if configMap == nil {
		return nil
	}
	document, _ := collectorconfig.Parse(configKey, []byte(configMap.Data[configKey]))

	return document.Config()
}

var tagged = regexp.MustCompile(`:v?(\d+\.\d+\.\d+)(?:-[^@]*)?(?:@|$)`)

// versionOf is the collector's version, as its image's tag tells; empty: it does not.
func versionOf(pod *corev1.Pod) string {
	if c := CollectorOf(&pod.Spec); c != nil {
		if m := tagged.FindStringSubmatch(c.Image); m != nil {
			return m[1]
		}
	}

	return ""
}

// at is the value at the keys of a config.
func at(config map[string]any, keys ...string) any {
	var value any = config
	for _, key := range keys {
		below, _ := value.(map[string]any)
		value = below[key]
	}

	return value
}

// sortedIDs are the ids of a section whose type is one of those named.
func sortedIDs(config map[string]any, section string, types ...string) []string {
	entries, _ := at(config, section).(map[string]any)
	var found []string
	for id := range entries {
		if kind, _, _ := strings.Cut(id, "/"); len(types) == 0 || slices.Contains(types, kind) {
			found = append(found, id)
		}
	}
	slices.Sort(found)

	return found
}
