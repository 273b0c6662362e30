package values

import (
	"reflect"

	"github.com/invopop/jsonschema"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

const (
	label    = `[a-z0-9]([-a-z0-9]*[a-z0-9])?`
	duration = `(0|(([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?)`
	quantity = `([+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?)`
)

// mapped gives the schema of a type that reflection gets wrong or too wide; nil leaves
// the type to reflection. `format` is asserted by nobody, so forms are patterns.
func mapped(t reflect.Type) *jsonschema.Schema {
	if pattern, ok := patterns()[t]; ok {
		return &jsonschema.Schema{Type: "string", Pattern: "^" + pattern + "$"}
	}
	if values, ok := enums()[t]; ok {
		s := &jsonschema.Schema{Type: "string"}
		for _, value := range values {
			s.Enum = append(s.Enum, value)
		}
		return s
	}
	switch t {
	case reflect.TypeFor[resource.Quantity]():
		return either("string", "number", "^"+quantity+"$")
	case reflect.TypeFor[intstr.IntOrString]():
		return either("integer", "string", "")
	case reflect.TypeFor[CountOrPercent]():
		return either("integer", "string", "^[0-9]+%$")
	case reflect.TypeFor[Expression]():
		return either("string", "integer", "")
	case reflect.TypeFor[Manifest]():
		return either("object", "string", "")
	case reflect.TypeFor[metav1.Time](), reflect.TypeFor[metav1.MicroTime](), reflect.TypeFor[metav1.Duration]():
		return &jsonschema.Schema{Type: "string"}
	case reflect.TypeFor[metav1.ObjectMeta]():
		return objectMeta()
	}
	return nil
}

// either is a schema of two types. The reflector's schemas have room for one, so the
// type goes in as an extra key.
func either(first, second, pattern string) *jsonschema.Schema {
	return &jsonschema.Schema{Pattern: pattern, Extras: map[string]any{"type": []any{first, second}}}
}

// objectMeta is what may stand in the metadata of a template, such as a volume claim's.
func objectMeta() *jsonschema.Schema {
	texts := &jsonschema.Schema{Type: "object", AdditionalProperties: &jsonschema.Schema{Type: "string"}}
	properties := jsonschema.NewProperties()
	properties.Set("labels", texts)
	properties.Set("annotations", texts)
	return &jsonschema.Schema{Type: "object", Properties: properties, AdditionalProperties: jsonschema.FalseSchema}
}

func patterns() map[reflect.Type]string {
	return map[reflect.Type]string{
		reflect.TypeFor[Registry]():   `([A-Za-z0-9.-]+(:[0-9]+)?|\[[0-9A-Fa-f:]+\](:[0-9]+)?)?(/[a-z0-9._/-]+)?`,
		reflect.TypeFor[Repository](): `([a-z0-9.-]+(:[0-9]+)?/)?[a-z0-9]+([._/-]+[a-z0-9]+)*`,
		reflect.TypeFor[Tag]():        `([A-Za-z0-9_][A-Za-z0-9._-]{0,127})?`,
		reflect.TypeFor[Digest]():     `(sha256:[0-9a-f]{64})?`,
		reflect.TypeFor[Version]():    `(v?[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.+-]+)?)?`,
		reflect.TypeFor[Duration]():   duration,
		reflect.TypeFor[GoDuration](): `(([0-9]+(\.[0-9]+)?(h|m|s))+)?`,
		reflect.TypeFor[Name]():       `([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)?`,
		reflect.TypeFor[Hostname]():   `(` + label + `(\.` + label + `)*)?`,
		reflect.TypeFor[PortName]():   `[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?`,
	}
}

// enums are Kubernetes' closed sets. An empty string is among those whose default in
// values.yaml is empty.
func enums() map[reflect.Type][]string {
	return map[reflect.Type][]string{
		reflect.TypeFor[corev1.PullPolicy]():                    {"Always", "IfNotPresent", "Never"},
		reflect.TypeFor[corev1.DNSPolicy]():                     {"", "ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"},
		reflect.TypeFor[corev1.PersistentVolumeAccessMode]():    {"ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"},
		reflect.TypeFor[corev1.PersistentVolumeMode]():          {"Block", "Filesystem"},
		reflect.TypeFor[corev1.Protocol]():                      {"TCP", "UDP", "SCTP"},
		reflect.TypeFor[corev1.URIScheme]():                     {"HTTP", "HTTPS"},
		reflect.TypeFor[corev1.TaintEffect]():                   {"NoSchedule", "PreferNoSchedule", "NoExecute"},
		reflect.TypeFor[corev1.TolerationOperator]():            {"Exists", "Equal", "Lt", "Gt"},
		reflect.TypeFor[corev1.NodeSelectorOperator]():          {"In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"},
		reflect.TypeFor[metav1.LabelSelectorOperator]():         {"In", "NotIn", "Exists", "DoesNotExist"},
		reflect.TypeFor[corev1.UnsatisfiableConstraintAction](): {"DoNotSchedule", "ScheduleAnyway"},
		reflect.TypeFor[corev1.NodeInclusionPolicy]():           {"Honor", "Ignore"},
		reflect.TypeFor[corev1.PodFSGroupChangePolicy]():        {"OnRootMismatch", "Always"},
		reflect.TypeFor[corev1.SupplementalGroupsPolicy]():      {"Merge", "Strict"},
		reflect.TypeFor[corev1.SeccompProfileType]():            {"Unconfined", "RuntimeDefault", "Localhost"},
		reflect.TypeFor[corev1.AppArmorProfileType]():           {"Unconfined", "RuntimeDefault", "Localhost"},
		reflect.TypeFor[corev1.ProcMountType]():                 {"Default", "Unmasked"},
		reflect.TypeFor[corev1.MountPropagationMode]():          {"None", "HostToContainer", "Bidirectional"},
		reflect.TypeFor[corev1.RecursiveReadOnlyMode]():         {"Disabled", "IfPossible", "Enabled"},
		reflect.TypeFor[corev1.TerminationMessagePolicy]():      {"File", "FallbackToLogsOnError"},
		reflect.TypeFor[corev1.ContainerRestartPolicy]():        {"Always", "Never", "OnFailure"},
		reflect.TypeFor[corev1.StorageMedium]():                 {"", "Memory", "HugePages", "HugePages-2Mi", "HugePages-1Gi"},
		reflect.TypeFor[corev1.HostPathType](): {"", "DirectoryOrCreate", "Directory", "FileOrCreate", "File",
			"Socket", "CharDevice", "BlockDevice"},
		reflect.TypeFor[networkingv1.PolicyType]():            {"Ingress", "Egress"},
		reflect.TypeFor[autoscalingv2.ScalingPolicySelect]():  {"Max", "Min", "Disabled"},
		reflect.TypeFor[autoscalingv2.HPAScalingPolicyType](): {"Pods", "Percent"},
	}
}
