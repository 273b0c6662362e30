// Package inject puts a native sidecar into the Pod templates of manifests, and takes it out again.
//
// It changes the text of the manifests: comments, the order of keys and the style of all else stay, and what is as it
// should be is passed on byte for byte. What is injected is the caller's: a container, volumes, environment variables for
// the application's containers, labels and annotations. Nothing of Helm, of a cluster or of a command line is needed.
//
//	injector, err := inject.New(sidecar, inject.Options{})
//	err = injector.Stream(ctx, "app.yaml", in, out, func(r inject.Result) { log.Println(r) })
package inject

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"gopkg.in/yaml.v3"
)

// What Pods and namespaces say of sidecars, and what is said on a Pod that has one.
const (
	// Annotation of a Pod asks for a sidecar: "true", or the name of a release; anything else declines. Where the Pod has
	// none, the label of this name on its Namespace does.
	Annotation = "sidecar.opentelemetry.io/inject"
	// InjectedLabel of a Pod is the release whose sidecar it has.
	InjectedLabel = "sidecar.opentelemetry.io/injected"
	// AddedAnnotation of a Pod lists the variables and volumes that came with its sidecar, as JSON, so that they go with it.
	AddedAnnotation = "sidecar.opentelemetry.io/added"
)

// A Sidecar is what is put into Pods. Its objects are plain data (maps, lists and scalars) as YAML has them; Plain makes
// them of Kubernetes' Go types.
type Sidecar struct {
	// Release is the name that asks for this one, beside "true".
	Release string `yaml:"release"`
	// ConfigHash tells one config of the sidecar from another. Nothing is done with it here.
	ConfigHash string `yaml:"configHash"`
	// Notes are for who injects it. Nothing is done with them here.
	Notes []string `yaml:"notes"`
	// HostNetwork says that Pods on the node's network get it too.
	HostNetwork bool `yaml:"hostNetwork"`
	// NamespaceSelector says whose Pods get it; empty: those of all Namespaces.
	NamespaceSelector Selector `yaml:"namespaceSelector"`
	// Ports are those that it listens on, be it on the loopback: a Pod with a container that declares one of them gets
	// none, since the two share the Pod's network.
	Ports []Port `yaml:"ports"`
	// Container is put first among the init containers. Its name tells it from others.
	Container map[string]any `yaml:"container"`
	// Volumes are put behind those of the Pod.
	Volumes []map[string]any `yaml:"volumes"`
	// Env are variables for each of the application's containers, the last group first.
	Env []Variables `yaml:"env"`
	// Labels and Annotations of the Pod, beside those of this package.
	Labels      map[string]string `yaml:"labels"`
	Annotations map[string]string `yaml:"annotations"`
}

// A Port is one that the sidecar listens on.
type Port struct {
	Port int `yaml:"port"`
	// Protocol is TCP where it is empty.
	Protocol string `yaml:"protocol"`
	// Of is what listens, as it is to be named to who can give it another port; it may be empty.
	Of string `yaml:"of"`
}

// Variables are put in front of a container's, so that others can refer to them.
type Variables struct {
	// Unless is the variable of a container that makes it go without, as each of Env does: what goes together is given
	// whole or not at all, and no variable of the container is set twice.
	Unless string           `yaml:"unless"`
	Env    []map[string]any `yaml:"env"`
}

// ParseSidecar reads a sidecar from YAML or JSON, with the keys of the fields in lower camel case.
func ParseSidecar(data []byte) (*Sidecar, error) {
	var s Sidecar
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&s); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read the sidecar: %w", err)
	}

	return &s, s.check()
}

// Plain is an object of Kubernetes' Go types, such as a corev1.Container, as plain data.
func Plain(object any) (map[string]any, error) {
	data, err := json.Marshal(object)
	if err != nil {
		return nil, fmt.Errorf("write the object as JSON: %w", err)
	}
	var plain map[string]any
	// JSON is YAML, of which whole numbers stay whole.
	if err := yaml.Unmarshal(data, &plain); err != nil {
		return nil, fmt.Errorf("read the object's JSON: %w", err)
	}

	return plain, nil
}

// check says what a sidecar lacks.
func (s *Sidecar) check() error {
	switch {
	case s.Release == "":
		return errors.New("the sidecar has no release: name the one that asks for it")
	case nameOf(s.Container) == "":
		return errors.New("the sidecar's container has no name: it is what tells it from others")
	}
	for _, volume := range s.Volumes {
		if nameOf(volume) == "" {
			return errors.New("a volume of the sidecar has no name")
		}
	}
	for _, group := range s.Env {
		for _, variable := range group.Env {
			if nameOf(variable) == "" {
				return errors.New("a variable that comes with the sidecar has no name")
			}
		}
	}

	return s.NamespaceSelector.check()
}

// nameOf is the name of a container, volume or variable; empty where it is none.
func nameOf(object any) string {
	fields, _ := object.(map[string]any)
	name, _ := fields["name"].(string)

	return name
}
