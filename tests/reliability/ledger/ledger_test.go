package ledger

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

func TestWhatIsBehindIsSaid(t *testing.T) {
	t.Parallel()
	tally := func(lost int64) telemetry.Tally {
		return telemetry.Tally{Accepted: 1000, Delivered: 1000 - lost, Lost: lost}
	}
	theirs := Outcome{
		Scenario: "steady", Subject: "theirs", Yardstick: "ours", Finished: true,
		Tally: tally(1), CPU: 10 * time.Second, Rate: 100,
	}
	for _, test := range []struct {
		ours   Outcome
		behind int
	}{
		{Outcome{Tally: tally(1), CPU: 10 * time.Second, Rate: 100}, 0},
		{Outcome{Tally: tally(2), CPU: 10 * time.Second, Rate: 100}, 1},
		{Outcome{Tally: tally(2), CPU: 10 * time.Second, Rate: 100, Loses: true}, 0},
		{Outcome{Tally: tally(0), CPU: 11 * time.Second, Rate: 100}, 1},
		{Outcome{Tally: tally(2), CPU: 11 * time.Second, Rate: 100}, 2},
		{Outcome{Tally: tally(0), CPU: 11 * time.Second}, 0},
		{Outcome{Tally: tally(0), Rate: 100}, 0},
	} {
		test.ours.Scenario, test.ours.Subject, test.ours.Finished = "steady", "ours", true
		var l Ledger
		l.Add(test.ours)
		l.Add(theirs)
		assert.Len(t, l.Behind(), test.behind, "%+v", test.ours)
	}
}
