package otelcol_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/tests/otelcol"
)

// patience is how long a collector may take for what it does in seconds on a machine of its own.
const patience = time.Minute

// TestEachRightGrantedIsUsedAndNeeded installs the chart with one preset or component a time, and runs its collector as
// the chart's account on a real API server until it does its work: nothing is refused, and everything granted is used.
// It runs again as accounts that lack one of the rights each: the API server refuses that one, and no other.
func TestEachRightGrantedIsUsedAndNeeded(t *testing.T) {
	apps := deployWorkloads(t)
	shown := &proofs{found: map[string]map[string]proof{}}
	for _, distribution := range otelcol.Distributions() {
		t.Run(distribution.Version, func(t *testing.T) {
			for _, c := range privilegeCases() {
				if c.version != "" && c.version != distribution.Version {
					continue
				}
				t.Run(c.name, func(t *testing.T) { c.run(t, distribution, apps, shown) })
			}
		})
	}
	if !t.Failed() {
		shown.check(t)
	}
}

func (c privilegeCase) run(t *testing.T, distribution otelcol.Distribution, apps string, shown *proofs) {
	t.Helper()
	t.Parallel()
	r := install(t, c.values, distribution.Version, apps)
	lacking := r.lacking(t)
	collectors := []*otelcol.Collector{r.start(t, distribution, streaming(true))}
	if c.alone {
		c.work(t, collectors[0], apps)
		require.NoError(t, collectors[0].Stop())
		collectors = nil
	}
	if c.apart {
		collectors = append(collectors, r.start(t, distribution, streaming(false)))
		for _, other := range lacking {
			r.startApart(t, distribution, other)
		}
	} else {
		collectors = append(collectors, r.start(t, distribution, streaming(false), lacking...))
	}
	for _, collector := range collectors {
		c.work(t, collector, apps)
	}
	shown.add(c.name, distribution.Version, proof{
		rules: inWords(r.rights, r.namespace, apps), granted: len(r.rights), used: c.usesAll(t, r), refused: r.refusesEach(t, lacking),
	})
}

// usesAll holds that the chart's account has used what it is granted, all of it, and was refused nothing. It returns how
// many of the rights were used.
func (c privilegeCase) usesAll(t *testing.T, r release) int {
	t.Helper()
	var refused map[string][]right
	var found map[string]string
	for until := time.Now().Add(patience); time.Now().Before(until); time.Sleep(200 * time.Millisecond) {
		var used map[string][]right
		used, refused = r.requests(t)
		found = map[string]string{}
		for right, is := range wider(r.rights, used[account]) {
			found[right.String()] = is
		}
		if maps.Equal(found, acceptedOf(c.name)) {
			break
		}
	}
	assert.Empty(t, refused[account], "refused to the chart's account")
	assert.Equal(t, acceptedOf(c.name), found, "what is granted beyond what is used")
	count := len(r.rights)
	for _, is := range found {
		if is == "unused" {
			count--
		}
	}
	return count
}

// refusesEach waits until each account has been refused the right that it lacks, and holds that nothing else was. It
// returns how many were.
func (r release) refusesEach(t *testing.T, lacking []string) int {
	t.Helper()
	var refused map[string][]right
	for until := time.Now().Add(patience); time.Now().Before(until); time.Sleep(200 * time.Millisecond) {
		_, refused = r.requests(t)
		if !slices.ContainsFunc(lacking, func(account string) bool { return len(refused[account]) == 0 }) {
			break
		}
	}
	count := 0
	for i, right := range r.rights {
		count += min(1, len(refused[lacking[i]]))
		assert.NotEmpty(t, refused[lacking[i]], "without %s nothing is refused", right)
		for _, other := range refused[lacking[i]] {
			assert.True(t, right.of(lacking[i]).covers(other), "without %s another is refused: %s", right, other)
		}
	}
	return count
}

// work waits until the log shows that the collector does its work.
func (c privilegeCase) work(t *testing.T, collector *otelcol.Collector, apps string) {
	t.Helper()
	missing := ""
	round := 0
	for until := time.Now().Add(patience); time.Now().Before(until); time.Sleep(300 * time.Millisecond) {
		if round++; round%20 == 0 {
			touchPods(t, apps)
		}
		sendFromPods(t, collector, apps)
		log := collector.Log()
		missing = ""
		for _, text := range c.shows {
			if !strings.Contains(log, text) {
				missing = text
			}
		}
		if missing == "" {
			return
		}
	}
	require.Fail(t, "the collector's log does not show its work", "%s is missing", missing)
}
