// Package differential holds the chart's template interpreter equal to its reference in
// Go, on the engines of Helm 3 and Helm 4.
package differential

import (
	"fmt"
	"os"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/values"
)

// randomValues is how many values a run tries; DIFFERENTIAL_VALUES overrides it.
const randomValues = 10000

// seed makes a run repeatable; DIFFERENTIAL_SEED overrides it.
const seed = 20261122

func setting(tb testing.TB, name string, otherwise int) int {
	tb.Helper()
	text, given := os.LookupEnv(name)
	if !given {
		return otherwise
	}
	number, err := strconv.Atoi(text)
	require.NoError(tb, err, name)
	return number
}

// TestRandomValuesRenderWhatGoCompilesAndDerives compares what the interpreter works out, and each object that is
// rendered from it.
func TestRandomValuesRenderWhatGoCompilesAndDerives(t *testing.T) {
	dir := wholeChart(t, unchanged)
	count := setting(t, "DIFFERENTIAL_VALUES", randomValues)
	first := uint64(setting(t, "DIFFERENTIAL_SEED", seed))
	covered := newCoverage()
	differences := tryAll(t, dir, first, count, count, covered.note)
	for i, difference := range differences {
		if i == 5 {
			t.Errorf("and %d more", len(differences)-i)
			break
		}
		t.Error(difference)
	}
	assert.Less(t, covered.refused, covered.total*2/3, "most values are refused: the generator tests little")
	t.Logf("%d values, seeds from %d, on Helm 3 and 4: %d differences\n%s", count, first, len(differences), covered)
}

// tryAll compares values of count seeds on both engines and returns what differs; it
// stops soon after enough differences.
func tryAll(tb testing.TB, dir string, first uint64, count, enough int, note func(map[string]any, outcome)) []string {
	tb.Helper()
	engines := []engine{helm3(tb, dir), helm4(tb, dir)}
	seeds := make(chan uint64)
	var (
		wait        sync.WaitGroup
		mutex       sync.Mutex
		differences []string
	)
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for s := range seeds {
				for _, e := range engines {
					generated := newGenerator(s).values()
					got, difference := compare(e, generated)
					mutex.Lock()
					note(generated, got)
					if difference != "" {
						differences = append(differences, report(e.name, s, newGenerator(s).values(), difference))
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
	return differences
}

func report(engine string, seed uint64, generated map[string]any, difference string) string {
	text, err := yaml.Marshal(generated)
	if err != nil {
		text = []byte(err.Error())
	}
	return fmt.Sprintf("%s, seed %d: %s\nvalues:\n%s", engine, seed, difference, text)
}

// compare renders the values, compiles them in Go, and says what differs.
func compare(e engine, generated map[string]any) (got outcome, difference string) {
	coalesced, out, err := e.render(newest, generated)
	got = outcomeOf(out, err)
	if coalesced == nil {
		return got, fmt.Sprintf("Helm took the values no further: %v", err)
	}
	want := reference(newest, coalesced)
	difference = differ(got, want)
	if difference != "" || got.Err != nil {
		return got, difference
	}
	rendered, err := objectsOf(out)
	if err != nil {
		return got, err.Error()
	}
	return got, lacking(rendered.facts(), demands(coalesced, want))
}

// reference is what Go makes of coalesced values.
func reference(kubernetes string, coalesced map[string]any) outcome {
	in, err := values.Input(coalesced, values.Release{
		Name: releaseName, Namespace: releaseNamespace, Chart: "otlp-collector", AppVersion: "0.161.0", KubeVersion: kubernetes,
	})
	if err != nil {
		return outcome{Err: err}
	}
	compiled, err := collectorconfig.Compile(in)
	if err != nil {
		return outcome{Err: err}
	}
	text, err := yaml.Marshal(compiled.Config)
	if err != nil {
		return outcome{Err: err}
	}
	return outcome{
		Config: strings.TrimSuffix(string(text), "\n"), Derived: collectorconfig.Derive(compiled.Config, in), Fallback: compiled.Fallback,
	}
}

// differ says what differs between two outcomes; empty when nothing does. A refusal must
// carry Go's message.
func differ(got, want outcome) string {
	switch {
	case got.Err != nil && want.Err != nil:
		for _, line := range strings.Split(want.Err.Error(), "\n") {
			if !strings.Contains(got.Err.Error(), line) {
				return fmt.Sprintf("refused for another reason:\nchart: %v\ngo: %v", got.Err, want.Err)
			}
		}
		return ""
	case got.Err != nil || want.Err != nil:
		return fmt.Sprintf("one refuses:\nchart: %v\ngo: %v", got.Err, want.Err)
	case got.Config != want.Config:
		return fmt.Sprintf("config:\nchart:\n%s\ngo:\n%s", got.Config, want.Config)
	case got.Fallback != want.Fallback:
		return fmt.Sprintf("fallback: chart %v, go %v", got.Fallback, want.Fallback)
	case !assert.ObjectsAreEqual(want.Derived, got.Derived):
		return fmt.Sprintf("derived:\nchart: %+v\ngo:    %+v", got.Derived, want.Derived)
	default:
		return ""
	}
}

// coverage counts what a run tried: preset x mode x persistence x version.
type coverage struct {
	cells   map[string]int
	refused int
	total   int
}

func newCoverage() *coverage { return &coverage{cells: map[string]int{}} }

func (c *coverage) note(generated map[string]any, got outcome) {
	c.total++
	if got.Err != nil {
		c.refused++
		return
	}
	presets := generated["presets"].(map[string]any)
	for _, name := range presetNames() {
		p, _ := presets[name].(map[string]any)
		c.cells[fmt.Sprint(name, " ", p["enabled"] == true, " ", generated["mode"], " ",
			generated["persistence"].(map[string]any)["enabled"], " ", generated["image"].(map[string]any)["tag"])]++
	}
}

func (c *coverage) String() string {
	possible := len(presetNames()) * 2 * len(modes()) * 2 * len(versions())
	return fmt.Sprintf("coverage of preset x mode x persistence x version: %d of %d cells compiled; %d of %d renders were refused, alike",
		len(c.cells), possible, c.refused, c.total)
}
