package ledger

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/tests/cluster/figures"
	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

func TestADocumentKeepsWhatWasNotRunAgain(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "figures.md")
	require.NoError(t, os.WriteFile(file, []byte(figures.Begin+figures.End), 0o600))
	tally := func(sent int64) telemetry.Tally {
		return telemetry.Tally{Sent: sent, Accepted: sent, Delivered: sent}
	}
	var first, second Ledger
	for _, o := range []Outcome{
		{Scenario: "drain", Subject: "gateway", Tally: tally(1)}, {Scenario: "drain", Subject: "sidecar", Tally: tally(2)},
		{Scenario: "kill", Subject: "gateway", Tally: tally(3)}, {Scenario: "kill", Subject: "gateway", Tally: tally(3)},
		{Scenario: "scale", Subject: "gateway", Tally: tally(3)}, {Scenario: "scale", Subject: "gateway", Tally: tally(3)},
	} {
		o.Finished = true
		first.Add(o)
	}
	require.NoError(t, first.document(file, time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)))
	second.Add(Outcome{Scenario: "eviction", Subject: "gateway", Tally: tally(3), Finished: true})
	second.Add(Outcome{Scenario: "drain", Subject: "sidecar", Tally: tally(4), Finished: true})
	second.Add(Outcome{Scenario: "kill", Subject: "gateway", Tally: tally(5), Finished: true})
	second.Add(Outcome{Scenario: "scale", Subject: "gateway", Tally: tally(5), Finished: true, Failed: true})
	second.Add(Outcome{Scenario: "node lost", Subject: "gateway", Failed: true})
	require.NoError(t, second.document(file, time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)))

	content, err := os.ReadFile(file)
	require.NoError(t, err)
	var brief []string
	for _, cells := range tableCells(string(content)) {
		brief = append(brief, strings.Join([]string{cells[0], cells[1], cells[3], cells[4], cells[6], cells[len(cells)-1]}, " "))
	}
	assert.Equal(t, []string{
		"drain gateway 1 0 1 2026-01-02", "drain sidecar 1 0 4 2026-03-04", "eviction gateway 1 0 3 2026-03-04",
		"kill gateway 2 0 6 2026-01-02", "node lost gateway 0 1 0 2026-03-04", "scale gateway 1 1 5 2026-03-04",
	}, brief)
}

func TestOursStandsBesideTheOfficialCharts(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "figures.md")
	require.NoError(t, os.WriteFile(file, []byte(figures.Begin+figures.End), 0o600))
	outcome := func(scenario, subject string, lost, missed int64, cpu time.Duration) Outcome {
		return Outcome{
			Scenario: scenario, Subject: subject, CPU: cpu, Rate: 10, Finished: true,
			Tally: telemetry.Tally{Sent: 300, Accepted: 200, Delivered: 200 - lost, Lost: lost}, Sent: telemetry.Sent{Missed: missed},
		}
	}
	var ledger Ledger
	for _, o := range []Outcome{
		outcome("kill", "gateway", 1, 100, 0), outcome("kill", "official deployment of three", 3, 0, 0), outcome("kill", "sidecar", 9, 0, 0),
		outcome("drain", "gateway", 0, 0, 0), outcome("steady", "daemonset", 0, 0, time.Second), outcome("steady", "official daemonset", 0, 0, 2*time.Second),
	} {
		o.Sent.Numbers.Count = 1
		ledger.Add(o)
	}
	day := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	require.NoError(t, ledger.document(file, day))
	first, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Contains(t, string(first), "| kill | 10 / 10 | gateway / official deployment of three | 1 / 1 | 1 / 3 | 0.50% / 1.50% | 25.00% / 0 | 0s / 0s |  | 2026-01-02 / 2026-01-02 |\n"+
		"| steady | 10 / 10 | daemonset / official daemonset | 1 / 1 | 0 / 0 | 0 / 0 | 0 / 0 | 0s / 0s | 200 / 100 | 2026-01-02 / 2026-01-02 |\n\n")
	assert.NotContains(t, string(first), "gateway of one Pod")

	// What is read again is the table of all, not that beside.
	require.NoError(t, (&Ledger{}).document(file, day))
	again, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(first), string(again))
}
