package inject_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/inject"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// sidecarA and sidecarB are two revisions of a sidecar, which differ in all that may differ.
const (
	sidecarA = `
release: rel
configHash: aaaa
container:
  name: collector
  image: collector:1
  restartPolicy: Always
  env: [{name: CONFIG, value: "receivers:\n  otlp: {}\n\n# $$1 $${env:X} $$(Y)\n"}]
  ports: [{name: health, containerPort: 13133}]
  volumeMounts: [{name: state, mountPath: /state}, {name: more, mountPath: /more}]
volumes: [{name: state, emptyDir: {}}, {name: more, emptyDir: {}}]
env:
  - unless: ENDPOINT
    env: [{name: ENDPOINT, value: "http://localhost:4318"}]
  - unless: ATTRIBUTES
    env:
      - {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
      - {name: ATTRIBUTES, value: pod=$(POD)}
ports: [{port: 13133, protocol: TCP, of: extensions.health_check}, {port: 4317}, {port: 6831, protocol: UDP}]
annotations: {example.com/hash: aaaa}
`
	sidecarB = `
release: rel
configHash: bbbb
container:
  name: collector
  image: collector:2
  restartPolicy: Always
  env: [{name: CONFIG, value: "receivers: {}"}, {name: MORE, value: "1"}]
  volumeMounts: [{name: other, mountPath: /other}]
volumes: [{name: other, emptyDir: {}}]
env:
  - unless: ENDPOINT
    env: [{name: ENDPOINT, value: "http://localhost:4319"}]
annotations: {example.com/hash: bbbb}
`
)

func newInjector(t *testing.T, sidecar string, options inject.Options) *inject.Injector {
	t.Helper()
	parsed, err := inject.ParseSidecar([]byte(sidecar))
	require.NoError(t, err)
	injector, err := inject.New(*parsed, options)
	require.NoError(t, err)

	return injector
}

// through is what a stream becomes, and the report.
func through(t *testing.T, injector *inject.Injector, text string) (string, []string) {
	t.Helper()
	var out bytes.Buffer
	var report []string
	err := injector.Stream(t.Context(), "in.yaml", strings.NewReader(text), &out, func(r inject.Result) { report = append(report, r.String()) })
	require.NoError(t, err)

	return out.String(), report
}

// manifests are ways to write a Pod that has no sidecar.
func manifests() map[string]string {
	return map[string]string{
		"a Deployment with comments": `# the shop
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  # many
  replicas: 3
  template:
    metadata:
      labels: {app: web} # the selector's
      annotations:
        a: "b"

    spec:
      # from here on
      containers:
        # the first
        - image: web:1 # pinned
          name: web
          env:
            # about A
            - name: A
              value: x
        - name: two
          image: two:1
      volumes:
        - name: data # ours
          emptyDir: {}
      # the end
# behind
`,
		"dashes that are not indented": `apiVersion: v1
kind: Pod
metadata:
  name: p
spec:
  initContainers:
  # about first
  - name: first
    image: i
  containers:
  - name: web
    env:
    - name: ENDPOINT
      value: own
    - name: ATTRIBUTES
      value: own
    image: i
  volumes:
  - name: v
    emptyDir: {}
`,
		"a Pod of one line":           "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: web, image: i}]}}\n",
		"flow with lists":             "kind: Pod\nspec: {initContainers: [{name: a}], containers: [{name: web, env: [{name: A, value: x}]}], volumes: [{name: v, emptyDir: {}}]}\n",
		"JSON":                        `{"kind":"Pod","metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"web","env":[{"name":"A","value":"x"}]}],"volumes":[{"name":"v"}]}}`,
		"JSON in lines":               "{\n  \"kind\": \"Pod\",\n  \"metadata\": {\n    \"name\": \"p\"\n  },\n  \"spec\": {\n    \"containers\": [\n      {\n        \"name\": \"web\"\n      }\n    ]\n  }\n}\n",
		"no end of the last line":     "kind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n    - name: web\n      image: i",
		"metadata behind, and no end": "kind: Job\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          image: i\nmetadata:\n  name: p",
		"Windows' line ends":          "kind: Pod\r\nmetadata:\r\n  name: p # here\r\nspec:\r\n  containers:\r\n    - name: web\r\n      image: i\r\n  dnsPolicy: Default\r\n",
		"a mark of the byte order":    "\uFEFFkind: Pod\nspec:\n  containers: [{name: web}]\n",
		"anchors that nothing shares": "kind: Pod\nmetadata: &m {name: p, labels: &l {a: b}}\nspec: &s {containers: &c [&d {name: web, env: &e [&f {name: A, value: x}]}], volumes: !!seq [&v {name: v}]}\n",
		"anchors of lines":            "kind: Pod\nmetadata: &m\n  name: p\nspec: &s\n  initContainers: &i\n    # first\n    - &j {name: a}\n  containers: &c\n    - &d\n      name: web\n      env: &e\n      - {name: A, value: x}\n  volumes: &v\n    - name: v\n",
		"a template without metadata": "kind: StatefulSet\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n  serviceName: x\n",
		"a CronJob":                   "kind: CronJob\nspec:\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          restartPolicy: Never\n          containers:\n            - name: web\n",
		"a PodTemplate":               "kind: PodTemplate\ntemplate:\n  metadata:\n    labels:\n      a: b\n  spec:\n    containers:\n      - name: web\n",
		"a kind that nobody knows":    "apiVersion: example.com/v1\nkind: Rollout\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n",
		"a List":                      "kind: List\nitems:\n- kind: Pod\n  spec:\n    containers:\n    - name: web\n- kind: ConfigMap\n- kind: Deployment\n  spec:\n    template:\n      spec:\n        containers:\n        - name: web\n",
		"a JSON List":                 `{"kind":"PodList","items":[{"kind":"Pod","spec":{"containers":[{"name":"web"}]}},{"kind":"Pod","spec":{"containers":[{"name":"web"}]}}]}`,
		"commas behind the last":      "kind: Pod\nmetadata: {labels: {a: b,}, annotations: {c: d, },}\nspec: {containers: [{name: web, env: [{name: A, value: x,},],},], volumes: [{name: v, emptyDir: {},},],}\n",
		"ends of lines that are kept": "kind: Pod\nspec:\n  containers:\n    - name: web\n      args:\n        - |+\n          a\n\n\n  volumes:\n    - name: v\n      emptyDir: {}\n",
		"kept at the end":             "kind: Pod\nspec:\n  containers:\n    - name: web\n      args:\n        - |+\n          a\n\n",
		"a block behind":              "kind: Pod\nspec:\n  containers:\n    - name: web\n      args:\n        - |\n          a\n\n          # b\n\n\n",
		"documents":                   "---\n# one\nkind: Pod\nspec:\n  containers:\n    - name: web\n---\n---\nkind: ConfigMap\ndata:\n  a: |\n    x\n...\n---\nkind: Pod\nspec:\n  containers:\n    - name: web\n",
		"anchors elsewhere":           "kind: Deployment\nmetadata:\n  labels: &l\n    a: b\nspec:\n  selector:\n    matchLabels: *l\n  template:\n    metadata:\n      annotations: {x: y}\n    spec:\n      containers:\n        - name: web\n",
	}
}

func TestASidecarIsPutInAgainUpdatedAndTakenOut(t *testing.T) {
	t.Parallel()
	all := inject.Options{All: true}
	for name, text := range manifests() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, b := newInjector(t, sidecarA, all), newInjector(t, sidecarB, all)
			injected, report := through(t, a, text)
			require.Contains(t, strings.Join(report, "\n"), ": injected", injected)
			assert.NotEqual(t, text, injected)

			again, report := through(t, a, injected)
			assert.Equal(t, injected, again, "a second run changes nothing")
			assert.Contains(t, strings.Join(report, "\n"), ": unchanged")

			fresh, _ := through(t, b, text)
			updated, report := through(t, b, injected)
			assert.Equal(t, fresh, updated, "an update is as if the old one had not been")
			assert.Contains(t, strings.Join(report, "\n"), ": updated")

			for which, with := range map[string]string{"the first": injected, "the second": updated} {
				out, report := through(t, newInjector(t, sidecarA, inject.Options{Remove: true}), with)
				assert.Equal(t, text, out, which)
				assert.Contains(t, strings.Join(report, "\n"), ": removed")
			}
			assert.Equal(t, podsOf(t, text, sidecarA), dataOf(t, injected))
		})
	}
}

func dataOf(t *testing.T, text string) []any {
	t.Helper()
	documents, err := source.Parse("", []byte(text))
	require.NoError(t, err)
	var data []any
	for _, document := range documents {
		data = append(data, document.Root.Any())
	}

	return data
}

// podsOf is the data of a text, with a sidecar put into it in the plainest way.
func podsOf(t *testing.T, text, sidecar string) []any {
	t.Helper()
	s, err := inject.ParseSidecar([]byte(sidecar))
	require.NoError(t, err)
	data := dataOf(t, text)
	for _, object := range data {
		eachPod(object, func(pod map[string]any) { putIn(pod, s) })
	}

	return data
}

// eachPod visits whatever has containers in a spec.
func eachPod(data any, visit func(map[string]any)) {
	switch data := data.(type) {
	case map[string]any:
		if spec, ok := data["spec"].(map[string]any); ok && spec["containers"] != nil {
			visit(data)
		}
		for _, below := range data {
			eachPod(below, visit)
		}
	case []any:
		for _, below := range data {
			eachPod(below, visit)
		}
	}
}

func putIn(pod map[string]any, s *inject.Sidecar) {
	spec := pod["spec"].(map[string]any)
	list := func(of any) []any { l, _ := of.([]any); return l }
	spec["initContainers"] = append([]any{s.Container}, list(spec["initContainers"])...)
	volumes := list(spec["volumes"])
	for _, v := range s.Volumes {
		volumes = append(volumes, v)
	}
	spec["volumes"] = volumes
	record := map[string]any{"volumes": []string{"state", "more"}}
	given := map[string][]string{}
	for _, container := range list(spec["containers"]) {
		c := container.(map[string]any)
		names := map[string]bool{}
		for _, v := range list(c["env"]) {
			names[v.(map[string]any)["name"].(string)] = true
		}
		for _, group := range s.Env {
			env, added, has := []any{}, []string{}, names[group.Unless]
			for _, v := range group.Env {
				name := v["name"].(string)
				env, added, has = append(env, v), append(added, name), has || names[name]
			}
			if has {
				continue
			}
			c["env"] = append(env, list(c["env"])...)
			name := c["name"].(string)
			given[name] = append(added, given[name]...)
		}
	}
	if len(given) > 0 {
		record["env"] = given
	}
	written, err := json.Marshal(record)
	if err != nil {
		panic(err)
	}
	mark := func(key string, marks map[string]any) {
		if pod["metadata"] == nil {
			pod["metadata"] = map[string]any{}
		}
		metadata := pod["metadata"].(map[string]any)
		if metadata[key] == nil {
			metadata[key] = map[string]any{}
		}
		for k, v := range marks {
			metadata[key].(map[string]any)[k] = v
		}
	}
	mark("labels", map[string]any{inject.InjectedLabel: s.Release})
	mark("annotations", map[string]any{"example.com/hash": "aaaa", inject.AddedAnnotation: string(written)})
}

func TestWhatIsInjectedStandsWhereAReaderLooksForIt(t *testing.T) {
	t.Parallel()
	out, _ := through(t, newInjector(t, sidecarB, inject.Options{}), `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    metadata:
      labels: {app: web}
      annotations: {sidecar.opentelemetry.io/inject: "true"}
    spec:
      containers:
        - name: web # mine
`)
	assert.Equal(t, `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    metadata:
      labels: {app: web, sidecar.opentelemetry.io/injected: rel}
      annotations: {sidecar.opentelemetry.io/inject: "true", example.com/hash: bbbb, sidecar.opentelemetry.io/added: '{"env":{"web":["ENDPOINT"]},"volumes":["other"]}'}
    spec:
      containers:
        - name: web # mine
          env:
            - name: ENDPOINT
              value: http://localhost:4319
      initContainers:
        - name: collector
          env:
            - name: CONFIG
              value: 'receivers: {}'
            - name: MORE
              value: "1"
          image: collector:2
          restartPolicy: Always
          volumeMounts:
            - name: other
              mountPath: /other
      volumes:
        - name: other
          emptyDir: {}
`, out)
}

func TestManyDocumentsKeepTheirOrder(t *testing.T) {
	t.Parallel()
	const one = "---\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n    - name: web\n"
	var text, names strings.Builder
	for n := range 2000 {
		name := "p" + strings.Repeat("x", n%17) + "-" + string(rune('a'+n%26))
		text.WriteString(strings.Replace(one, "name: p", "name: "+name, 1))
		names.WriteString("Pod " + name + ": injected\n")
	}
	out, report := through(t, newInjector(t, sidecarB, inject.Options{All: true}), text.String())
	assert.Equal(t, names.String(), strings.Join(report, "\n")+"\n")
	back, _ := through(t, newInjector(t, sidecarB, inject.Options{Remove: true}), out)
	assert.Equal(t, text.String(), back)
}
