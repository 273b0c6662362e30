package collectorconfig

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
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
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])[:hashLength], nil
}

// ConfigMap is the object that the chart makes of a config: named NAME-HASH, so that a
// changed config is a new object, with the config under config.yaml. The labels are
// copied; they don't change the name.
func ConfigMap(name, namespace string, labels map[string]string, config map[string]any) (*corev1.ConfigMap, error) {
	if name == "" {
		return nil, fmt.Errorf("make the ConfigMap of a config: the name is empty")
	}
	text, err := Text(config)
	if err != nil {
		return nil, err
	}
	hash, err := Hash(config)
	if err != nil {
		return nil, err
	}
	full := name + "-" + hash
	if len(full) > longestConfigMapName {
		return nil, fmt.Errorf("make the ConfigMap of a config: the name %q has %d characters, Kubernetes allows %d: shorten it by %d",
			full, len(full), longestConfigMapName, len(full)-longestConfigMapName)
	}
	return &corev1.ConfigMap{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"},
		ObjectMeta: metav1.ObjectMeta{Name: full, Namespace: namespace, Labels: maps.Clone(labels)},
		Data:       map[string]string{ConfigMapKey: text + "\n"},
	}, nil
}
