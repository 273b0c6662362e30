package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// How much is read where much is read.
const (
	fewReleases, manyReleases = 1000, 4000
	manifestObjects           = 10_000
)

// large are the cases of much input: many releases of the chart, and a long stream of manifests.
func (b bench) large() ([]suite, error) {
	few, many := filepath.Join(b.home, "few"), filepath.Join(b.home, "many")
	for folder, count := range map[string]int{few: fewReleases, many: manyReleases} {
		if err := writeValues(folder, count); err != nil {
			return nil, err
		}
	}
	manifests := filepath.Join(b.home, "manifests.yaml")
	size, err := writeManifests(manifests)
	if err != nil {
		return nil, err
	}
	each := func(name, folder string) *command {
		return b.command(name, b.plugin, "lint", "--each", filepath.Join(folder, "*.yaml"))
	}
	pods := filepath.Join(b.home, "pods.yaml")
	if err := writePods(pods); err != nil {
		return nil, err
	}
	score := b.command("kube-score", b.kubeScore, "score", manifests)
	score.finds = true

	return []suite{
		{
			name: "many releases", seldom: true, sum: releases,
			commands: []*command{each("helm-otlp lint --each, 1,000", few), each("helm-otlp lint --each, 4,000", many)},
		},
		{
			name: fmt.Sprintf("10,000 objects, %s", mebibytes(size)), seldom: true, sum: throughput(size),
			commands: []*command{score, b.command("helm-otlp lint", b.plugin, "lint", manifests)},
		},
		{
			name: "inject into 10,000 Pods", seldom: true, sum: injections,
			commands: []*command{b.command("helm-otlp inject", b.plugin, "inject", pods)},
		},
	}, nil
}

// injections is what the times of injecting come to.
func injections(s suite) string {
	c := s.commands[0]

	return fmt.Sprintf("%.0f objects a second, with %s at the most\n"+
		"(no other injector is beside it: linkerd2 is no Go module, istioctl's build alone takes longer than all that is measured here)",
		manifestObjects/median(c.times).Seconds(), mebibytes(slices.Max(c.peaks)))
}

// releases is what the times of many releases come to.
func releases(s suite) string {
	few, many := median(s.commands[0].times), median(s.commands[1].times)

	return fmt.Sprintf("%.0f releases a second; 4,000 take %.2f times what 1,000 do", fewReleases/few.Seconds(), many.Seconds()/few.Seconds())
}

// throughput is what the times of a stream of so many bytes come to.
func throughput(bytes int64) func(suite) string {
	return func(s suite) string {
		score, ours := median(s.commands[0].times), median(s.commands[1].times)
		rate := float64(bytes) / (1 << 20) / ours.Seconds()

		return fmt.Sprintf("helm-otlp lint reads %.1f MiB a second, %.1f times what kube-score does", rate, score.Seconds()/ours.Seconds())
	}
}

// writeValues writes values files that differ in mode, image, presets, resources, labels and where they send.
func writeValues(folder string, count int) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for i := range count {
		name := filepath.Join(folder, fmt.Sprintf("release-%04d.yaml", i))
		if err := os.WriteFile(name, []byte(valuesOf(i)), 0o644); err != nil {
			return err
		}
	}

	return nil
}

func valuesOf(i int) string {
	mode := []string{"daemonset", "gateway", "sidecar"}[i%3]
	var text strings.Builder
	fmt.Fprintf(&text, "mode: %s\ncommonLabels: {example.com/team: team-%d}\n", mode, i%37)
	fmt.Fprintf(&text, "resources: {requests: {memory: %dMi}, limits: {memory: %dMi}}\n", 128+i%64, 512+i%64*4)
	if i%5 == 0 {
		fmt.Fprintf(&text, "image: {tag: 0.%d.0}\n", 149+i%13)
	}
	switch {
	case i%2 == 0 && mode == "daemonset":
		text.WriteString("presets: {logs: {enabled: true}, hostMetrics: {enabled: true}, kubernetesAttributes: {enabled: true}}\n")
	case i%2 == 0 && mode == "gateway":
		fmt.Fprintf(&text, "replicas: %d\n", 1+i%4)
	}
	fmt.Fprintf(&text, "config: {exporters: {otlp_grpc: {endpoint: 'backend-%d.example.com:4317', headers: {x-tenant: tenant-%05d}}}}\n", i, i)

	return text.String()
}

// writePods writes Pods that ask for a sidecar.
func writePods(name string) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	text := bufio.NewWriter(file)
	for i := range manifestObjects {
		object(text, "v1", "Pod", i)
		fmt.Fprintf(text, `  annotations:
    sidecar.opentelemetry.io/inject: "true"
spec:
  # one container
  containers:
    - name: app
      image: registry.example.com/shop/app-%[1]d:1.%[2]d # pinned
      ports:
        - name: http
          containerPort: 8080
      readinessProbe:
        httpGet: {path: /ready, port: http}
      resources:
        requests: {cpu: 100m, memory: 64Mi}
        limits: {memory: 256Mi}
      env:
        - name: SETTING_A
          value: "%[1]d"
        - name: SETTING_B
          value: b
`, i, i%5)
	}

	return errors.Join(text.Flush(), file.Close())
}

// writeManifests writes Deployments, Services, ConfigMaps and NetworkPolicies in turn, and returns how many bytes they are.
// It holds none of them: what this program holds counts for the programs that it starts.
func writeManifests(name string) (int64, error) {
	file, err := os.Create(name)
	if err != nil {
		return 0, err
	}
	text := bufio.NewWriter(file)
	for i := range manifestObjects {
		kind := []func(io.Writer, int){deployment, service, configMap, networkPolicy}[i%4]
		kind(text, i/4)
	}
	if err := errors.Join(text.Flush(), file.Close()); err != nil {
		return 0, err
	}
	info, err := os.Stat(name)
	if err != nil {
		return 0, err
	}

	return info.Size(), nil
}

func object(text io.Writer, apiVersion, kind string, app int) {
	fmt.Fprintf(text, "---\napiVersion: %s\nkind: %s\nmetadata:\n  name: app-%d\n  namespace: team-%d\n", apiVersion, kind, app, app%50)
	fmt.Fprintf(text, "  labels:\n    app.kubernetes.io/name: app-%d\n    app.kubernetes.io/part-of: shop-%d\n", app, app%50)
}

func deployment(text io.Writer, app int) {
	object(text, "apps/v1", "Deployment", app)
	fmt.Fprintf(text, `spec:
  replicas: %[2]d
  selector:
    matchLabels:
      app.kubernetes.io/name: app-%[1]d
  template:
    metadata:
      labels:
        app.kubernetes.io/name: app-%[1]d
    spec:
      containers:
        - name: app
          image: registry.example.com/shop/app-%[1]d:1.%[2]d
          ports:
            - name: http
              containerPort: 8080
          readinessProbe:
            httpGet: {path: /ready, port: http}
          securityContext:
            runAsNonRoot: true
            readOnlyRootFilesystem: true
          resources:
            requests: {cpu: 100m, memory: 64Mi}
            limits: {memory: 256Mi}
          env:
`, app, 1+app%5)
	for i := range 24 {
		fmt.Fprintf(text, "            - name: SETTING_%02d\n              value: \"value %d of app %d\"\n", i, i, app)
	}
}

func service(text io.Writer, app int) {
	object(text, "v1", "Service", app)
	fmt.Fprintf(text, `spec:
  selector:
    app.kubernetes.io/name: app-%d
  ports:
    - name: http
      port: 80
      targetPort: http
`, app)
}

func configMap(text io.Writer, app int) {
	object(text, "v1", "ConfigMap", app)
	fmt.Fprintln(text, "data:")
	for i := range 30 {
		fmt.Fprintf(text, "  part-%02d.properties: |\n    server.port=8080\n    feature.%d.enabled=true\n    upstream.url=http://app-%d.team-%d.svc:80/path/%d\n",
			i, i, app+i, app%50, i)
	}
}

func networkPolicy(text io.Writer, app int) {
	object(text, "networking.k8s.io/v1", "NetworkPolicy", app)
	fmt.Fprintf(text, "spec:\n  podSelector:\n    matchLabels:\n      app.kubernetes.io/name: app-%d\n  policyTypes: [Ingress]\n  ingress:\n", app)
	for i := range 7 {
		fmt.Fprintf(text, "    - from:\n        - podSelector:\n            matchLabels:\n              app.kubernetes.io/name: app-%d\n      ports:\n        - port: %d\n",
			app+i, 8080+i)
	}
}
