package reliability

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

const (
	// rate is in spans a second.
	rate = 2000
	// waitTime is how long a trouble lasts in scenarios that do not say.
	waitTime = 20 * time.Second
)

// full skips the test in a short run.
func full(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("make e2e-full runs it")
	}
}

// repeat makes as many trials of the scenario with each subject as wanted, with further values, and fails where what was acknowledged is
// lost, or something is not acknowledged in the end. Several run at once: each has a namespace and a backend of its own.
// What changes the cluster for others too is alone.
func repeat(t *testing.T, scenario string, subjects []subject, further string, act func(tr *trial) telemetry.Tally) {
	t.Helper()
	t.Parallel()
	together(t, scenario, subjects, runs(t), further, act)
}

// once is repeat for what takes too long to be repeated.
func once(t *testing.T, scenario string, subjects []subject, act func(tr *trial) telemetry.Tally) {
	t.Helper()
	t.Parallel()
	together(t, scenario, subjects, 1, "", act)
}

func together(t *testing.T, scenario string, subjects []subject, times int, further string, act func(tr *trial) telemetry.Tally) {
	t.Helper()
	each(t, subjects, times, func(t *testing.T, s subject) {
		t.Helper()
		t.Parallel()
		try(t, scenario, s, further, act)
	})
}

// alone is repeat for one at a time, while nothing else runs.
func alone(t *testing.T, scenario string, subjects []subject, further string, act func(tr *trial) telemetry.Tally) {
	t.Helper()
	each(t, subjects, runs(t), func(t *testing.T, s subject) {
		t.Helper()
		try(t, scenario, s, further, act)
	})
}

func each(t *testing.T, subjects []subject, times int, run func(t *testing.T, s subject)) {
	t.Helper()
	for _, s := range subjects {
		for i := range times {
			t.Run(fmt.Sprintf("%s/%d", s.name, i+1), func(t *testing.T) { run(t, s) })
		}
	}
}

func try(t *testing.T, scenario string, s subject, further string, act func(tr *trial) telemetry.Tally) {
	t.Helper()
	tr := newTrial(t, shared, scenario, s, further)
	t.Log("values:", tr.values)
	tr.judge(act(tr))
}

// judge fails the test where what was acknowledged is lost, or something is not acknowledged in the end. What others are
// held against is not judged.
func (tr *trial) judge(tally telemetry.Tally) {
	tr.t.Helper()
	tr.passed = assert.Positive(tr.t, tally.Delivered)
	if tr.subject.official() {
		return
	}
	kept := assert.LessOrEqual(tr.t, float64(tally.Lost), tr.subject.mayLose*float64(tally.Accepted), "acknowledged and never delivered: %s", tally)
	taken := assert.Equal(tr.t, tr.sent.Numbers.Count, tr.sent.Acknowledged, "not all was taken in the end: %s %v", tr.sent, tr.sent.Errors)
	tr.passed = tr.passed && kept && taken
	if tally.Lost == 0 && tr.t.Failed() {
		tr.describe()
	}
}

// ourChart is the folder of the chart in this checkout.
func ourChart(t *testing.T) string {
	t.Helper()
	folder, err := filepath.Abs("../../charts/otlp-collector")
	if err != nil {
		t.Fatal(err)
	}

	return folder
}

// compared returns our gateway and agent and, where it is at hand, the official chart's.
func compared(t *testing.T) []subject {
	t.Helper()
	subjects := []subject{gateway(ourChart(t)), agent(ourChart(t))}
	if official != "" {
		subjects = append(subjects, officialGateway(official), officialGateways(official), officialAgent(official))
	}

	return subjects
}

// runs is how often each scenario is run.
func runs(t *testing.T) int {
	t.Helper()
	text := os.Getenv("RELIABILITY_RUNS")
	if text == "" {
		return 1
	}
	count, err := strconv.Atoi(text)
	if err != nil || count < 1 {
		t.Fatalf("RELIABILITY_RUNS: want a number from 1 on, got %q", text)
	}

	return count
}
