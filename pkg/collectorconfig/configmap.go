package collectorconfig

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// ConfigMapKey is the key of a ConfigMap under which the collector's config stands.
const ConfigMapKey = "config.yaml"

// hashLength is how many hex digits of the config's hash a name carries.
const hashLength = 10

// longestConfigMapName is what Kubernetes allows for the name of a ConfigMap.
const longestConfigMapName = 253

// Text is a config as the chart writes it: YAML with sorted keys and no newline at the
// end. The same config gives the same bytes.
func Text(config map[string]any) (string, error) {
	text, err := yaml.Marshal(config)
	if err != nil {
		return "", fmt.Errorf("write the collector config as YAML: %w", err)
	}
	return strings.TrimSuffix(string(text), "\n"), nil
}

// Hash is the first 10 hex digits of the SHA-256 of Text.
func Hash(config map[string]any) (string, error) {
	text, err := Text(config)
	if err != nil {
		return "", err
	}
	return HashOf(text), nil
}

// HashOf is that of a config that is written out already.
func HashOf(text string) string {
	sum := sha256.Sum256([]byte(text))

	return hex.EncodeToString(sum[:])[:hashLength]
}

// ConfigMapLabel is the label of a ConfigMap that holds a config; its value is the full
// name of the release.
const ConfigMapLabel = "helm-otlp.github.io/config"

// ConfigHashAnnotation is the annotation of a sidecar's ConfigMap that has the Hash of its
// config. The policy copies it to each Pod that it gives the sidecar.
const ConfigHashAnnotation = "helm-otlp.github.io/config-hash"

// ConfigMap is the object that the chart makes of a config that was compiled from the
// input, with the config under config.yaml. It is immutable and named FULLNAME-HASH, so
// that a changed config is a new object; that of a sidecar is named FULLNAME, changes in
// place and has the hash as an annotation. The metadata is what the release's objects have in common; the name is set here.
func ConfigMap(in Input, common metav1.ObjectMeta, config map[string]any) (*corev1.ConfigMap, error) {
	if in.FullName == "" {
		return nil, fmt.Errorf("make the ConfigMap of a config: the name is empty")
	}
	text, err := Text(config)
	if err != nil {
		return nil, err
	}
	made := &corev1.ConfigMap{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"},
		ObjectMeta: *common.DeepCopy(),
		Data:       map[string]string{ConfigMapKey: text},
	}
	made.Name, made.Namespace = in.FullName, in.Namespace
	if made.Labels == nil {
		made.Labels = map[string]string{}
	}
	made.Labels[ConfigMapLabel] = in.FullName
	if in.Mode != "sidecar" {
		made.Name += "-" + HashOf(text)
		immutable := true
		made.Immutable = &immutable
	} else {
		if made.Annotations == nil {
			made.Annotations = map[string]string{}
		}
		made.Annotations[ConfigHashAnnotation] = HashOf(text)
	}
	if len(made.Name) > longestConfigMapName {
		return nil, fmt.Errorf("make the ConfigMap of a config: the name %q has %d characters, Kubernetes allows %d: shorten it by %d",
			made.Name, len(made.Name), longestConfigMapName, len(made.Name)-longestConfigMapName)
	}

	return made, nil
}
