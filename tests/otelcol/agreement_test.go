package otelcol_test

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/migrate"
)

// mutantsAClass is how many configs with a fault of a class are made.
const mutantsAClass = 350

// leastAgreement is the share of all configs on which we say what the collector says, leastOfAClass that of a class of
// mutants, and leastOfUpstreams that of upstream's own.
const (
	leastAgreement   = 0.995
	leastOfAClass    = 0.99
	leastOfUpstreams = 0.97
)

// later are samples of which no mutants are made: with more samples the mutants would be others, and each disagreement among
// them is read by hand.
var later = regexp.MustCompile(`^(tail-sampling|multi-tenant|sidecar-to-gateway|logs-only|prometheus)/`)

// TestWeSayOfAConfigWhatTheCollectorSays compares helm otlp lint with a real collector: on the chart's configs, on those
// of the collector's own modules, and on mutants of both. Where the collector rejects one, we must have an error at the
// place that it names; where it accepts one, none. Each disagreement has its reason in testdata/disagreements.yaml.
func TestWeSayOfAConfigWhatTheCollectorSays(t *testing.T) {
	samples := append(chartSamples(t), upstreamSamples(t)...)
	compared := compare(t, samples)
	var sound []sample
	for _, c := range compared {
		if c.verdict == "" && !later.MatchString(c.name) {
			sound = append(sound, c.sample)
		}
		if c.class == "chart" {
			assert.Empty(t, c.verdict, c.name)
		}
	}
	var mutants []sample
	for class := range mutations() {
		for _, m := range mutantsOf(t, class, sound, mutantsAClass) {
			mutants = append(mutants, sample{class: class, name: m.of + ": " + m.change, config: m.config})
		}
	}
	ofMutants := compare(t, mutants)
	rejected := 0
	for _, c := range ofMutants {
		if c.verdict != "" {
			rejected++
		}
	}
	share := float64(rejected) / float64(len(ofMutants))
	t.Logf("%d configs and %d mutants of them, of which the collector rejects %.0f%%", len(samples), len(mutants), 100*share)
	assert.True(t, share > 0.3 && share < 0.7, "mutants must be good and bad")

	compared = append(compared, ofMutants...)
	judgeAgreement(t, compared)
	takenBySchema(t, compared)
}

// A comparison is what both say of a config.
type comparison struct {
	sample
	verdict string
	errors  []lint.Finding
}

func compare(t *testing.T, samples []sample) []comparison {
	t.Helper()
	configs := make([]string, len(samples))
	for i, s := range samples {
		configs[i] = s.config
	}
	compared := make([]comparison, len(samples))
	for i, verdict := range verdicts(t, configs) {
		c := comparison{sample: samples[i], verdict: verdict, errors: findings(t, configs[i])}
		if c.disagreement() == falseAlarm && ofStart(c.errors) {
			c.verdict = refusalToStart(t, c.config, c.errors)
		}
		compared[i] = c
	}

	// What needs files, variables or a cluster that this machine does not have is not judged, nor what upstream tests with
	// components that the judge does not have.
	return slices.DeleteFunc(compared, func(c comparison) bool {
		return elsewhere.MatchString(c.verdict) || c.class == "upstream" && unknownType.MatchString(c.verdict)
	})
}

// elsewhere is what a collector says of what its machine lacks.
var elsewhere = regexp.MustCompile(`/var/run/secrets/|: no such file or directory|envvar "[^"]*" is not set|failed to create K8s API client`)

// The ways in which we differ.
const (
	falseAlarm = "false alarm"
	missed     = "missed"
	otherPlace = "other place"
)

// disagreement says in what way we differ; empty where we do not.
func (c comparison) disagreement() string {
	switch {
	case c.verdict == "" && len(c.errors) > 0:
		return falseAlarm
	case c.verdict != "" && len(c.errors) == 0:
		return missed
	case c.verdict != "" && !named(c.verdict, c.errors):
		return otherPlace
	default:
		return ""
	}
}

func (c comparison) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s: %s: %s\n  the collector: %s", c.disagreement(), c.class, c.name, strings.ReplaceAll(c.verdict, "\n", "\n    "))
	for _, finding := range c.errors {
		fmt.Fprintf(&text, "\n  we: %s %s: %s", finding.Rule, finding.Path, finding.Message)
	}

	return text.String()
}

// A reason says why we say something else than the collector.
type reason struct {
	// Says is a regular expression for what either of both says.
	Says   string `yaml:"says"`
	Reason string `yaml:"reason"`
	// FalseAlarm is set where we have an error and the collector has none. Nothing else excuses that.
	FalseAlarm bool `yaml:"falseAlarm"`
	used       bool
}

func judgeAgreement(t *testing.T, compared []comparison) {
	t.Helper()
	text, err := os.ReadFile("testdata/disagreements.yaml")
	require.NoError(t, err)
	var reasons []*reason
	require.NoError(t, yaml.Unmarshal(text, &reasons))

	type tally struct{ all, rejected, agreed int }
	classes, order := map[string]*tally{}, []string{}
	var total tally
	for _, c := range compared {
		if classes[c.class] == nil {
			classes[c.class] = &tally{}
			order = append(order, c.class)
		}
		for _, counted := range []*tally{classes[c.class], &total} {
			counted.all++
			if c.verdict != "" {
				counted.rejected++
			}
			if c.disagreement() == "" {
				counted.agreed++
			}
		}
		if c.disagreement() != "" && !explained(c, reasons) {
			t.Errorf("no reason is given in testdata/disagreements.yaml for\n%s", c)
		}
	}
	for _, r := range reasons {
		assert.True(t, r.used, "no disagreement is left that says %s", r.Says)
	}
	var table bytes.Buffer
	columns := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(columns, "class\tconfigs\trejected\tagreed")
	classes["all"] = &total
	for _, class := range append(order, "all") {
		c := classes[class]
		share, least := float64(c.agreed)/float64(c.all), leastOfAClass
		switch class {
		case "all":
			least = leastAgreement
		case "upstream":
			least = leastOfUpstreams
		}
		assert.GreaterOrEqual(t, share, least, class)
		fmt.Fprintf(columns, "%s\t%d\t%d\t%.2f%%\n", class, c.all, c.rejected, 100*share)
	}
	require.NoError(t, columns.Flush())
	t.Logf("\n%s", table.String())
}

func explained(c comparison, reasons []*reason) bool {
	for _, r := range reasons {
		if r.FalseAlarm == (c.disagreement() == falseAlarm) && regexp.MustCompile(r.Says).MatchString(c.String()) {
			r.used = true

			return true
		}
	}

	return false
}

// TestAMigratedConfigIsOneThatTheCollectorTakes does so with a config of 0.90 that has every change which migrate knows.
func TestAMigratedConfigIsOneThatTheCollectorTakes(t *testing.T) {
	text, err := os.ReadFile("../../pkg/migrate/testdata/old.txt")
	require.NoError(t, err)
	old, _, _ := strings.Cut(string(text), "----\n")
	// What a Pod has and this machine has not.
	old = strings.NewReplacer("/var/lib/otelcol", t.TempDir(), "serviceAccount", "none").Replace(old)
	migrated, err := migrate.Migrate("old.yaml", []byte(old), strings.Split(judged, ":")[1])
	require.NoError(t, err)
	said := verdicts(t, []string{old, string(migrated.Text)})
	assert.NotEmpty(t, said[0], "the old one")
	assert.Empty(t, said[1])
}
