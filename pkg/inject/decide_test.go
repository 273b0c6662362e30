package inject_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/helm-otlp/helm-otlp/pkg/inject"
)

func TestWhoGetsASidecar(t *testing.T) {
	t.Parallel()
	const pod = "kind: Pod\nmetadata: {name: p, namespace: n, labels: {x: y}, annotations: {a: b%s}}\nspec: {%scontainers: [{name: %s}]}\n"
	asks := func(value string) string { return `, sidecar.opentelemetry.io/inject: "` + value + `"` }
	write := func(annotations, spec, container string) string {
		return strings.NewReplacer("a: b%s", "a: b"+annotations, "{%scon", "{"+spec+"con", "name: %s", "name: "+container).Replace(pod)
	}
	namespace := func(value string) string {
		return "kind: Namespace\nmetadata: {name: n, labels: {sidecar.opentelemetry.io/inject: '" + value + "'}}\n---\n"
	}
	for name, test := range map[string]struct{ text, want string }{
		"true":                             {write(asks("true"), "", "web"), "injected"},
		"the release":                      {write(asks("rel"), "", "web"), "injected"},
		"another release":                  {write(asks("other"), "", "web"), "skipped: it asks for the sidecar of the release other, and this is rel"},
		"false":                            {write(asks("false"), "", "web"), "skipped: it opts out"},
		"nothing":                          {write("", "", "web"), "skipped: " + inject.NotAsked},
		"its Namespace":                    {namespace("true") + write("", "", "web"), "injected"},
		"its Namespace, by the release":    {namespace("rel") + write("", "", "web"), "injected"},
		"its Namespace opts out":           {namespace("false") + write("", "", "web"), "skipped: its Namespace opts out"},
		"the Pod goes before":              {namespace("true") + write(asks("false"), "", "web"), "skipped: it opts out"},
		"the Pod goes before, other way":   {namespace("false") + write(asks("true"), "", "web"), "injected"},
		"a Namespace behind":               {write("", "", "web") + "---\n" + strings.TrimSuffix(namespace("true"), "---\n"), "stands behind 1 workloads"},
		"the node's network":               {write(asks("true"), "hostNetwork: true, ", "web"), "skipped: it shares the node's network"},
		"Windows":                          {write(asks("true"), "os: {name: windows}, ", "web"), "skipped: it runs on Windows"},
		"Windows, by its nodes":            {write(asks("true"), "nodeSelector: {kubernetes.io/os: windows}, ", "web"), "skipped: it runs on Windows"},
		"a hook":                           {write(asks("true")+", helm.sh/hook: test", "", "web"), "skipped: it is a hook of Helm"},
		"a mirror of a static Pod":         {write(asks("true")+", kubernetes.io/config.mirror: x", "", "web"), "skipped: it is a static Pod"},
		"a container of the name":          {write(asks("true"), "", "collector"), "skipped: it has a container collector of its own"},
		"an init container of the name":    {write(asks("true"), "initContainers: [{name: collector}], ", "web"), "skipped: it has an init container collector of its own"},
		"a volume of the name":             {write(asks("true"), "volumes: [{name: state, hostPath: {path: /}}], ", "web"), "skipped: it has a volume state of its own"},
		"the same volume":                  {write(asks("true"), "volumes: [{name: state, emptyDir: {}}], ", "web"), "skipped: it has a volume state of its own"},
		"a static Pod of a file":           {write(asks("true")+", kubernetes.io/config.source: file", "", "web"), "skipped: it is a static Pod"},
		"a Pod of the API server":          {write(asks("true")+", kubernetes.io/config.source: api", "", "web"), "injected"},
		"true without quotes":              {write(`, sidecar.opentelemetry.io/inject: true`, "", "web"), "skipped: its annotation sidecar.opentelemetry.io/inject is no text, which the API server refuses: write it in quotes"},
		"false without quotes":             {namespace("true") + write(`, sidecar.opentelemetry.io/inject: false`, "", "web"), "Pod n/p: skipped: its annotation sidecar.opentelemetry.io/inject is no text"},
		"a port of the sidecar's":          {write(asks("true"), "", "web, ports: [{containerPort: 80}, {containerPort: 13133}]"), "skipped: its container web declares port 13133/TCP, on which extensions.health_check of the sidecar listens, and a Pod has each port once: give one of the two another (the sidecar's by the values config.extensions.health_check)"},
		"a port that nothing is said of":   {write(asks("true"), "", "web, ports: [{containerPort: 4317, protocol: TCP}]"), "skipped: its container web declares port 4317/TCP, on which the sidecar listens, and"},
		"several ports":                    {write(asks("true"), "", "web, ports: [{containerPort: 4317}, {containerPort: 6831, protocol: UDP}]"), "skipped: its container web declares port 4317/TCP, on which the sidecar listens, and container web declares port 6831/UDP, on which the sidecar listens, and a Pod"},
		"a port of the other protocol":     {write(asks("true"), "", "web, ports: [{containerPort: 4317, protocol: UDP}, {containerPort: 6831}]"), "injected"},
		"a port of UDP":                    {write(asks("true"), "", "web, ports: [{containerPort: 6831, protocol: UDP}]"), "skipped: its container web declares port 6831/UDP"},
		"another port, the node's like it": {write(asks("true"), "", "web, ports: [{containerPort: 80, hostPort: 4317}]"), "injected"},
		"the port of another's sidecar":    {write(asks("true"), "initContainers: [{name: mesh, restartPolicy: Always, ports: [{containerPort: 4317}]}], ", "web"), "skipped: its container mesh declares port 4317/TCP"},
		"the port of what ends before":     {write(asks("true"), "initContainers: [{name: setup, ports: [{containerPort: 4317}]}], ", "web"), "injected"},
		"a port, and it does not ask":      {write("", "", "web, ports: [{containerPort: 4317}]"), "skipped: " + inject.NotAsked},
		"a port, and it has the sidecar":   {strings.Replace(write(asks("true"), "initContainers: [{name: collector, restartPolicy: Always, ports: [{containerPort: 13133}]}], ", "web, ports: [{containerPort: 4317}]"), "x: y", inject.InjectedLabel+": rel", 1), "skipped: its container web declares port 4317/TCP, on which the sidecar listens, and a Pod has each port once: give one of the two another, and has the sidecar still: take it out (--uninject)"},
		"the workload asks":                {"kind: Deployment\nmetadata: {annotations: {sidecar.opentelemetry.io/inject: 'true'}}\nspec: {template: {spec: {containers: [{name: web}]}}}\n", "skipped: its annotation sidecar.opentelemetry.io/inject does not count there: put it on the Pod template"},
		"a label asks":                     {strings.Replace(write("", "", "web"), "x: y", `sidecar.opentelemetry.io/inject: "true"`, 1), "skipped: its label sidecar.opentelemetry.io/inject does not count: make it an annotation of the Pod template"},
		"a name of two lines":              {strings.Replace(write("", "", "web"), "name: p", `name: "p\nPod x: injected"`, 1), `Pod n/p\nPod x: injected: skipped`},
		"a Namespace's without quotes":     {strings.ReplaceAll(namespace("true"), "'", ""), "Namespace n: skipped: its label sidecar.opentelemetry.io/inject is no text, which the API server refuses: write it in quotes"},
		"a Namespace behind, by release":   {write("", "", "web") + "---\n" + strings.TrimSuffix(namespace("rel"), "---\n"), "stands behind 1 workloads"},
		"a Namespace behind opts out":      {write("", "", "web") + "---\n" + strings.TrimSuffix(namespace("false"), "---\n"), "skipped: " + inject.NotAsked},
		"Lists of eight levels":            {lists(8, write(asks("true"), "", "web")), "Pod n/p: injected"},
		"Lists of nine levels":             {lists(9, write(asks("true"), "", "web")), "List: no Pods"},
		"no workload":                      {"kind: ConfigMap\nmetadata: {name: c}\n", "ConfigMap c: no Pods"},
		"a Service that is like a Pod":     {"kind: Service\nspec: {containers: [{name: web}]}\n", "Service: no Pods"},
		"a template without containers":    {"kind: Deployment\nspec: {template: {spec: {containers: []}}}\n", "Deployment: no Pods"},
		"the sidecar of another release":   {strings.Replace(write(asks("true"), "initContainers: [{name: collector}], ", "web"), "x: y", inject.InjectedLabel+": else", 1), "skipped: it has the sidecar of the release else"},
		"what opted out with the sidecar":  {strings.Replace(write(asks("false"), "initContainers: [{name: collector}], ", "web"), "x: y", inject.InjectedLabel+": rel", 1), "skipped: it opts out, and has the sidecar still"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, report := through(t, newInjector(t, sidecarA, inject.Options{}), test.text)
			assert.Contains(t, strings.Join(report, "\n"), test.want)
			if !strings.Contains(test.want, "injected") {
				assert.Equal(t, test.text, out, "what is skipped stays to the byte")
			}
		})
	}
}

// lists is a document in Lists.
func lists(levels int, document string) string {
	for range levels {
		document = "kind: List\nitems:\n  - " + strings.ReplaceAll(strings.TrimSuffix(document, "\n"), "\n", "\n    ") + "\n"
	}

	return document
}
