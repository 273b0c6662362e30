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
