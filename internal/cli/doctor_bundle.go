package cli

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"path"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/internal/replace"
	"github.com/helm-otlp/helm-otlp/pkg/deployment"
	"github.com/helm-otlp/helm-otlp/pkg/diagnose"
	"github.com/helm-otlp/helm-otlp/pkg/secret"
)

// bundleMode lets the user alone read a bundle: what is in it is masked, and yet says much of a cluster.
const bundleMode = 0o600

// A bundleFile is one in a bundle.
type bundleFile struct {
	name string
	data []byte
}

// bundle writes all that was gathered into a file, with secrets masked.
func (p *program) bundle(file string, release *deployment.Release, snapshot *diagnose.Snapshot, found *diagnosis) error {
	files, err := bundled(release, snapshot, found)
	if err != nil {
		return internalError{err}
	}
	for _, f := range files {
		p.secrets.AddYAML(f.data)
	}
	var packed bytes.Buffer
	compress := gzip.NewWriter(&packed)
	archive := tar.NewWriter(compress)
	folder := strings.TrimSuffix(strings.TrimSuffix(path.Base(file), ".tgz"), ".tar.gz")
	for _, f := range files {
		text := p.maskedText(string(f.data))
		header := &tar.Header{Name: folder + "/" + f.name, Mode: bundleMode, Size: int64(len(text)), ModTime: snapshot.Taken, Typeflag: tar.TypeReg}
		if err := archive.WriteHeader(header); err != nil {
			return internalError{fmt.Errorf("pack %s: %w", f.name, err)}
		}
		if _, err := archive.Write([]byte(text)); err != nil {
			return internalError{fmt.Errorf("pack %s: %w", f.name, err)}
		}
	}
	if err := errors.Join(archive.Close(), compress.Close()); err != nil {
		return internalError{fmt.Errorf("pack %s: %w", file, err)}
	}

	return replace.File(file, packed.Bytes(), bundleMode)
}

// bundled are the files of a bundle, in a fixed order.
func bundled(release *deployment.Release, snapshot *diagnose.Snapshot, found *diagnosis) ([]bundleFile, error) {
	var files []bundleFile
	var problem error
	add := func(name string, value any) {
		data, err := yaml.Marshal(value)
		files, problem = append(files, bundleFile{name, data}), errors.Join(problem, err)
	}
	add("diagnosis.yaml", found)
	files = append(files, bundleFile{"manifest.yaml", []byte(release.Manifest)})
	add("values.yaml", release.Values)
	add("workloads.yaml", snapshot.Workloads)
	add("pods.yaml", discreet(snapshot.Pods))
	add("events.yaml", snapshot.Events)
	add("nodes.yaml", snapshot.Nodes)
	add("quotas.yaml", snapshot.Quotas)
	add("claims.yaml", snapshot.Claims)
	add("services.yaml", snapshot.Services)
	add("endpointslices.yaml", snapshot.Slices)
	add("configmaps.yaml", snapshot.Configs)
	if snapshot.Sidecar != nil {
		sidecar := *snapshot.Sidecar
		sidecar.Candidates = discreet(sidecar.Candidates)
		add("sidecar.yaml", sidecar)
	}
	for _, log := range snapshot.Logs {
		name := log.Namespace + "_" + log.Pod
		if log.Previous {
			name += ".previous"
		}
		files = append(files, bundleFile{"logs/" + name + ".log", []byte(log.Text)})
	}
	for _, m := range snapshot.Metrics {
		files = append(files, bundleFile{"metrics/" + m.Namespace + "_" + m.Pod + ".txt", []byte(m.Text)})
	}

	return files, problem
}

// discreet are Pods without what is not the collector's: of other containers, which are an application's, no environment,
// command or arguments; and of none what another program keeps in annotations.
func discreet(pods []corev1.Pod) []corev1.Pod {
	var kept []corev1.Pod
	for i := range pods {
		pod := pods[i].DeepCopy()
		pod.ManagedFields = nil
		delete(pod.Annotations, corev1.LastAppliedConfigAnnotation)
		for _, containers := range [][]corev1.Container{pod.Spec.Containers, pod.Spec.InitContainers} {
			for j := range containers {
				c := &containers[j]
				if c.Name == diagnose.Container {
					continue
				}
				c.Command, c.Args = nil, nil
				for k := range c.Env {
					if c.Env[k].Value != "" {
						c.Env[k].Value = secret.Masked
					}
				}
			}
		}
		kept = append(kept, *pod)
	}

	return kept
}
