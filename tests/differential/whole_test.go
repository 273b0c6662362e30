package differential

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
)

// wholeRenders is how many random values are rendered with the whole chart; DIFFERENTIAL_RENDERS overrides it.
const wholeRenders = 600

// values of a whole render also switch what the config's needs go through.
func wholeValues(seed uint64) map[string]any {
	g := newGenerator(seed)
	generated := g.values()
	if service, _ := generated["service"].(map[string]any); g.chance(20) {
		generated["service"] = map[string]any{"enabled": g.chance(50), "ipFamilies": service["ipFamilies"]}
	}
	if g.chance(20) {
		generated["networkPolicy"] = map[string]any{"enabled": g.chance(50), "from": []any{map[string]any{"podSelector": map[string]any{}}}}
	}
	if g.chance(20) {
		generated["rbac"] = map[string]any{"extraRules": []any{map[string]any{"apiGroups": []any{""}, "resources": []any{"secrets"}, "verbs": []any{"get"}}}}
	}
	if g.chance(15) { // UDP is rare otherwise
		config := generated["config"].(map[string]any)
		receivers, _ := config["receivers"].(map[string]any)
		if receivers == nil {
			receivers = map[string]any{}
			config["receivers"] = receivers
		}
		receivers["jaeger"] = map[string]any{"protocols": map[string]any{"thrift_compact": nil, "thrift_binary": nil}}
	}
	return generated
}

func TestRenderedObjectsGiveTheConfigWhatGoDerives(t *testing.T) {
	count := setting(t, "DIFFERENTIAL_RENDERS", wholeRenders)
	first := uint64(setting(t, "DIFFERENTIAL_SEED", seed))
	differences, compared := renderAll(t, wholeChart(t, unchanged), first, count, count)
	for _, difference := range differences[:min(len(differences), 3)] {
		t.Error(difference)
	}
	assert.Greater(t, compared, count/2, "most renders are refused: little is compared")
	t.Logf("%d values rendered whole, on Helm 3 and 4: %d renders compared object by object, the rest refused alike; %d differences",
		count, compared, len(differences))
}

// renderAll renders values of count seeds on both engines, until enough differ, and says how many renders were compared.
func renderAll(tb testing.TB, dir string, first uint64, count, enough int) (differences []string, compared int) {
	tb.Helper()
	engines := []engine{helm3(tb, dir), helm4(tb, dir)}
	seeds := make(chan uint64)
	var (
		wait  sync.WaitGroup
		mutex sync.Mutex
	)
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for s := range seeds {
				for _, e := range engines {
					difference, both := compareObjects(e, wholeValues(s))
					mutex.Lock()
					if both {
						compared++
					}
					if difference != "" {
						differences = append(differences, report(e.name, s, wholeValues(s), difference))
					}
					mutex.Unlock()
				}
			}
		})
	}
	for i := range count {
		mutex.Lock()
		found := len(differences)
		mutex.Unlock()
		if found >= enough {
			break
		}
		seeds <- first + uint64(i)
	}
	close(seeds)
	wait.Wait()
	sort.Strings(differences)
	return differences, compared
}

// compareObjects says how the objects of a render differ from what Go derives; both says that neither refused.
func compareObjects(e engine, generated map[string]any) (difference string, both bool) {
	coalesced, out, err := e.render(generated)
	if coalesced == nil {
		return fmt.Sprintf("Helm took the values no further: %v", err), false
	}
	want := reference(coalesced)
	if err != nil || want.Err != nil {
		return differ(outcome{Err: err}, want), false
	}
	rendered, err := objectsOf(out)
	if err != nil {
		return err.Error(), false
	}
	return lacking(rendered.facts(), demands(coalesced, want)), true
}

// lacking is a diff of two sorted lists; empty when they are equal.
func lacking(got, want []string) string {
	var lines []string
	for _, fact := range want {
		if !slices.Contains(got, fact) {
			lines = append(lines, "not rendered: "+fact)
		}
	}
	for _, fact := range got {
		if !slices.Contains(want, fact) {
			lines = append(lines, "not derived: "+fact)
		}
	}
	if len(lines) == 0 && len(got) != len(want) {
		lines = append(lines, fmt.Sprintf("%d facts are rendered, %d derived: some stand twice", len(got), len(want)))
	}
	return strings.Join(lines, "\n")
}

// demands prints what Go derives in the words of objects.facts.
func demands(coalesced map[string]any, want outcome) []string {
	var facts []string
	say := func(format string, args ...any) { facts = append(facts, fmt.Sprintf(format, args...)) }
	d, sidecar := want.Derived, coalesced["mode"] == "sidecar"
	name := releaseName + "-otlp-collector"
	if !sidecar {
		name += "-" + hash(want.Config)
	}
	say("config %s\n%s", name, want.Config)
	service, policy := switched(coalesced, "service"), switched(coalesced, "networkPolicy")
	for _, port := range d.Ports {
		say("container port %s %d/%s", port.Name, port.Port, port.Protocol)
		if sidecar {
			continue
		}
		to := func(headless bool) {
			say("service port headless=%t %s %d/%s to %s %q", headless, port.Name, port.Port, port.Protocol, port.Name, port.AppProtocol)
		}
		to(true)
		if port.Service && service {
			to(false)
		}
		if policy {
			say("admitted %d/%s", port.Port, port.Protocol)
		}
	}
	for variable, field := range d.Env {
		say("env %s from %s", variable, field)
	}
	if d.GoMemLimitMiB > 0 {
		say("env GOMEMLIMIT=%dMiB", d.GoMemLimitMiB)
	}
	if p := d.Probe; p != nil {
		say("startup probe %s %d %s", p.Scheme, p.Port, p.Path)
		say("liveness probe %s %d %s", p.Scheme, p.Port, p.Path)
		if !sidecar {
			say("readiness probe %s %d %s", p.Scheme, p.Port, p.Path)
		}
	}
	for _, mount := range d.Mounts {
		say("mount %s read-only=%t of %s", mount.MountPath, mount.ReadOnly, mount.Volume)
	}
	if !sidecar {
		facts = append(facts, demandedRules(coalesced, d)...)
	}
	sort.Strings(facts)
	return facts
}

func demandedRules(coalesced map[string]any, d collectorconfig.Derived) []string {
	var facts []string
	for _, rule := range d.Rules {
		facts = append(facts, "cluster "+ruleText(rule.APIGroups, rule.Resources, rule.NonResourceURLs, rule.Verbs))
	}
	for namespace, rules := range d.Roles {
		for _, rule := range rules {
			facts = append(facts, "in "+namespace+" "+ruleText(rule.APIGroups, rule.Resources, rule.NonResourceURLs, rule.Verbs))
		}
	}
	if rbac, _ := coalesced["rbac"].(map[string]any); rbac["extraRules"] != nil {
		facts = append(facts, "cluster |secrets|get")
	}
	return facts
}

func hash(config string) string {
	sum := sha256.Sum256([]byte(config))
	return hex.EncodeToString(sum[:])[:10]
}

// switched says whether a block is on, which it is unless switched off.
func switched(coalesced map[string]any, block string) bool {
	settings, _ := coalesced[block].(map[string]any)
	return settings["enabled"] != false
}

func TestEveryComponentAloneIsRenderedWithWhatItNeeds(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "pkg", "collectorconfig", "testdata", "alone.yaml"))
	require.NoError(t, err)
	var cases []struct {
		Name, Mode string
		Config     map[string]any
		Needs      []string
	}
	require.NoError(t, yaml.UnmarshalStrict(data, &cases))
	dir := wholeChart(t, unchanged)
	for _, e := range []engine{helm3(t, dir), helm4(t, dir)} {
		for _, alone := range cases {
			t.Run(e.name+"/"+alone.Name, func(t *testing.T) {
				coalesced, out, err := e.render(map[string]any{
					"mode": alone.Mode, "config": alone.Config,
					"presets": map[string]any{"kubernetesAttributes": map[string]any{"enabled": false}},
					"image":   map[string]any{"repository": "x/opentelemetry-collector-contrib", "tag": "0.161.0"},
				})
				require.NoError(t, err)
				rendered, err := objectsOf(out)
				require.NoError(t, err)
				assert.ElementsMatch(t, alone.Needs, needs(rendered))
				assert.Empty(t, lacking(rendered.facts(), demands(coalesced, reference(coalesced))))
			})
		}
	}
	t.Logf("%d cases x 2 engines; that they hold every component of the table is tested beside Derive", len(cases))
}

// needs prints what the objects have beyond those of the base, as testdata/alone.yaml does.
func needs(o *objects) []string {
	base := []string{"otlp-grpc TCP 4317", "otlp-http TCP 4318", "health TCP 13133", "metrics TCP 8888"}
	facts := append([]string{}, o.rules()...)
	for _, port := range o.container.Ports {
		if text := fmt.Sprintf("%s %s %d", port.Name, port.Protocol, port.ContainerPort); !slices.Contains(base, text) {
			facts = append(facts, "port "+text)
		}
	}
	for _, mount := range o.container.VolumeMounts {
		if mount.Name != "config" {
			facts = append(facts, "mount "+mount.MountPath+" "+o.volumeKind(mount))
		}
	}
	return facts
}

// TestSeededTemplateBugsAreCaught breaks the objects' templates in ways that a hand might.
func TestSeededTemplateBugsAreCaught(t *testing.T) {
	for _, bug := range []struct{ name, file, old, new string }{
		{"the Service forgets the protocol", "_service.tpl", `protocol: {{ .protocol }}`, `protocol: TCP`},
		{"the Service has every port", "_service.tpl", `{{- if .service }}`, `{{- if true }}`},
		{"the NetworkPolicy forgets operations", "networkpolicy.yaml", `{{- range $peers, $ports := $rules }}`, `{{- range $peers, $ports := pick $rules "data" }}`},
		{"roles hold in the release's namespace", "_names.tpl", `namespace: {{ .namespace | default $otlp.namespace }}`, `namespace: {{ $otlp.namespace }}`},
		{"mounts are writable", "_container.tpl", `{{- if .readOnly }}`, `{{- if false }}`},
		{"the root of the node is another", "_container.tpl", `(dict "path" "/")`, `(dict "path" "/host")`},
		{"probes ask without TLS", "_container.tpl", `"scheme" $derived.probe.scheme`, `"scheme" "HTTP"`},
		{"GOMEMLIMIT is the container's limit", "_container.tpl", `(int64 $derived.goMemLimitMiB)`, `(int64 $otlp.memoryLimitMiB)`},
		{"extra rules replace", "_rbac.tpl", `(concat (get $rules $rbac.profile) ($rbac.extraRules | default list))`, `($rbac.extraRules | default (get $rules $rbac.profile))`},
	} {
		t.Run(bug.name, func(t *testing.T) {
			seeded := false
			dir := wholeChart(t, func(name, text string) string {
				if filepath.Base(name) != bug.file || !strings.Contains(text, bug.old) {
					return text
				}
				seeded = true
				return strings.Replace(text, bug.old, bug.new, 1)
			})
			require.True(t, seeded, "the line that the bug changes is gone: seed it elsewhere")
			differences, _ := renderAll(t, dir, seed, wholeRenders, 1)
			assert.NotEmpty(t, differences)
		})
	}
}
