package differential

import (
	"fmt"
	"sort"
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
)

// objects are those of a render that follow from the collector's config.
type objects struct {
	configs      []corev1.ConfigMap
	services     []corev1.Service
	policies     []networkingv1.NetworkPolicy
	clusterRoles []rbacv1.ClusterRole
	roles        []rbacv1.Role
	// container is the collector's, be it in a workload or in the sidecar's policy.
	container *corev1.Container
	volumes   []corev1.Volume
	claims    []string
}

// objectsOf reads a render with Kubernetes' own types, strictly.
func objectsOf(out map[string]string) (*objects, error) {
	o := &objects{}
	for file, text := range out {
		if !strings.HasSuffix(file, ".yaml") {
			continue
		}
		for _, document := range strings.Split("\n"+text, "\n---") {
			var kind metav1.TypeMeta
			if err := yaml.Unmarshal([]byte(document), &kind); err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
			if err := o.add(kind.Kind, []byte(document)); err != nil {
				return nil, fmt.Errorf("%s: %s: %w", file, kind.Kind, err)
			}
		}
	}
	if o.container == nil {
		return nil, fmt.Errorf("no collector is rendered")
	}
	return o, nil
}

func (o *objects) add(kind string, document []byte) error {
	switch kind {
	case "ConfigMap":
		return appendTo(&o.configs, document)
	case "Service":
		return appendTo(&o.services, document)
	case "NetworkPolicy":
		return appendTo(&o.policies, document)
	case "ClusterRole":
		return appendTo(&o.clusterRoles, document)
	case "Role":
		return appendTo(&o.roles, document)
	case "Deployment":
		var workload appsv1.Deployment
		return o.run(yaml.UnmarshalStrict(document, &workload), &workload.Spec.Template.Spec)
	case "DaemonSet":
		var workload appsv1.DaemonSet
		return o.run(yaml.UnmarshalStrict(document, &workload), &workload.Spec.Template.Spec)
	case "StatefulSet":
		var workload appsv1.StatefulSet
		err := yaml.UnmarshalStrict(document, &workload)
		for _, claim := range workload.Spec.VolumeClaimTemplates {
			o.claims = append(o.claims, claim.Name)
		}
		return o.run(err, &workload.Spec.Template.Spec)
	case "MutatingAdmissionPolicy":
		return o.inject(document)
	default:
		return nil
	}
}

func appendTo[T any](list *[]T, document []byte) error {
	var object T
	err := yaml.UnmarshalStrict(document, &object)
	*list = append(*list, object)
	return err
}

func (o *objects) run(err error, pod *corev1.PodSpec) error {
	if err != nil {
		return err
	}
	o.container, o.volumes = &pod.Containers[0], pod.Volumes
	return nil
}

// inject reads what the policy adds to a Pod out of its CEL. That the API server makes the same of it is for
// tests/cluster to say.
func (o *objects) inject(document []byte) error {
	var policy admissionv1.MutatingAdmissionPolicy
	if err := yaml.UnmarshalStrict(document, &policy); err != nil {
		return err
	}
	for _, variable := range policy.Spec.Variables {
		if variable.Name == "sidecar" {
			o.container = &corev1.Container{}
			if err := decodeCEL(variable.Expression, o.container); err != nil {
				return err
			}
		}
	}
	const add = `path: "/spec/volumes/-", value: `
	for _, patch := range strings.Split(policy.Spec.Mutations[0].JSONPatch.Expression, add)[1:] {
		var volume corev1.Volume
		if err := decodeCEL(patch, &volume); err != nil {
			return err
		}
		o.volumes = append(o.volumes, volume)
	}
	return nil
}

// decodeCEL reads the value that an expression begins with: JSON, in which each value stands in dyn().
func decodeCEL(expression string, into any) error {
	var json strings.Builder
	depth, quoted := 0, false
	text := strings.ReplaceAll(expression, "variables.config", `"@config@"`)
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case quoted && c == '\\':
			json.WriteByte(c)
			i++
			c = text[i]
		case c == '"':
			quoted = !quoted
		case quoted:
		case strings.HasPrefix(text[i:], "dyn("):
			i += len("dyn(") - 1
			continue
		case c == ')':
			continue
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
		json.WriteByte(c)
		if depth == 0 && !quoted && c == '}' {
			break
		}
	}
	return yaml.UnmarshalStrict([]byte(json.String()), into)
}

// facts prints, one a line and sorted, what the objects give the config.
func (o *objects) facts() []string {
	var facts []string
	say := func(format string, args ...any) { facts = append(facts, fmt.Sprintf(format, args...)) }
	for _, config := range o.configs {
		if text, ok := config.Data["config.yaml"]; ok {
			say("config %s\n%s", config.Name, text)
		}
	}
	for _, port := range o.container.Ports {
		say("container port %s %d/%s", port.Name, port.ContainerPort, port.Protocol)
	}
	for _, service := range o.services {
		headless := service.Spec.ClusterIP == corev1.ClusterIPNone
		for _, port := range service.Spec.Ports {
			say("service port headless=%t %s %d/%s to %s %q", headless, port.Name, port.Port, port.Protocol, port.TargetPort.String(), *orEmpty(port.AppProtocol))
		}
	}
	for _, policy := range o.policies {
		for _, rule := range policy.Spec.Ingress {
			for _, port := range rule.Ports {
				say("admitted %d/%s", port.Port.IntValue(), *port.Protocol)
			}
		}
	}
	for _, variable := range o.container.Env {
		switch {
		case variable.Name == "OTELCOL_CONFIG":
		case variable.ValueFrom != nil && variable.ValueFrom.ResourceFieldRef != nil:
			say("env %s from %s", variable.Name, variable.ValueFrom.ResourceFieldRef.Resource)
		case variable.ValueFrom != nil:
			say("env %s from %s", variable.Name, variable.ValueFrom.FieldRef.FieldPath)
		default:
			say("env %s=%s", variable.Name, variable.Value)
		}
	}
	for name, probe := range map[string]*corev1.Probe{"startup": o.container.StartupProbe, "liveness": o.container.LivenessProbe, "readiness": o.container.ReadinessProbe} {
		if probe != nil {
			say("%s probe %s %d %s", name, probe.HTTPGet.Scheme, probe.HTTPGet.Port.IntValue(), probe.HTTPGet.Path)
		}
	}
	for _, mount := range o.container.VolumeMounts {
		if mount.Name != "config" {
			say("mount %s read-only=%t of %s", mount.MountPath, mount.ReadOnly, o.volumeKind(mount))
		}
	}
	facts = append(facts, o.rules()...)
	sort.Strings(facts)
	return facts
}

func orEmpty(text *string) *string {
	if text == nil {
		return new(string)
	}
	return text
}

// volumeKind is the word of collectorconfig.Mount for the volume behind a mount.
func (o *objects) volumeKind(mount corev1.VolumeMount) string {
	for _, volume := range o.volumes {
		switch {
		case volume.Name != mount.Name:
		case volume.EmptyDir != nil:
			return "scratch"
		case volume.Secret != nil && volume.Secret.SecretName == "senders":
			return "auth"
		case volume.Secret != nil && len(volume.Secret.Items) > 0:
			return "client-ca"
		case volume.Secret != nil && volume.Secret.SecretName == "certificate":
			return "tls"
		// A pattern of files at the top of the node mounts the same path, without what is mounted below it.
		case volume.HostPath != nil && volume.HostPath.Path == "/" && mount.MountPropagation != nil:
			return "root"
		case volume.HostPath != nil && volume.HostPath.Path == mount.MountPath:
			return "host"
		case volume.HostPath != nil:
			return "state-host"
		}
	}
	for _, claim := range o.claims {
		if claim == mount.Name {
			return "claim"
		}
	}
	return "nothing"
}

func (o *objects) rules() []string {
	var facts []string
	for _, role := range o.clusterRoles {
		for _, rule := range role.Rules {
			facts = append(facts, "cluster "+ruleText(derivedForm(rule)))
		}
	}
	for _, role := range o.roles {
		for _, rule := range role.Rules {
			facts = append(facts, "in "+role.Namespace+" "+ruleText(derivedForm(rule)))
		}
	}
	return facts
}

func ruleText(rule collectorconfig.Rule) string {
	resources := strings.Join(append(append([]string{}, rule.Resources...), rule.NonResourceURLs...), ",")
	if len(rule.ResourceNames) > 0 {
		resources += " named " + strings.Join(rule.ResourceNames, ",")
	}
	return strings.Join([]string{strings.Join(rule.APIGroups, ","), resources, strings.Join(rule.Verbs, ",")}, "|")
}

// derivedForm is a rendered rule in the form of Derive's.
func derivedForm(rule rbacv1.PolicyRule) collectorconfig.Rule {
	return collectorconfig.Rule{
		APIGroups: rule.APIGroups, Resources: rule.Resources, ResourceNames: rule.ResourceNames,
		NonResourceURLs: rule.NonResourceURLs, Verbs: rule.Verbs,
	}
}
