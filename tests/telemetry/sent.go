package telemetry

import (
	"fmt"
	"time"
)

// Sent is what a [Run] has done so far. As a [Claim] it is the numbers that were offered.
type Sent struct {
	// Numbers are those offered: handed to a sender, or about to be. They have no gap.
	Numbers Numbers
	// Missed is how many records were due by the rate and not offered, since too many waited; they have no numbers.
	// A run that has kept its rate has none.
	Missed int64
	// Acknowledged is how many of the records offered were answered with success.
	Acknowledged int64

	// Attempts counts each time that a request was sent, Retries those after its first.
	Attempts, Retries int64
	// Refused is how many attempts got a retryable answer, or no connection, or lost it.
	Refused int64
	// TimedOut is how many attempts had no answer in [Load.Timeout].
	TimedOut int64
	// Failed is how many requests were answered with an error that forbids to try again.
	Failed int64
	// PartialSuccesses is how many requests were accepted in part, which forbids it too. None of their records count as
	// acknowledged.
	PartialSuccesses int64
	// GivenUp is how many requests were under way or waited when the run's time was over.
	GivenUp int64
	// Errors are the first ten different errors of requests that failed or were accepted in part.
	Errors []string
	// LastRefusal is the last error of an attempt that was refused or timed out.
	LastRefusal string

	// LongestGap is the longest time in which no sender had an acknowledgement. The time after the last one counts unless
	// everything was acknowledged.
	LongestGap time.Duration
	// P50 and P99 are how long acknowledged requests took from when they were due, with all attempts and waiting, to
	// within two percent.
	P50, P99 time.Duration
	// Elapsed is the time from the start to the end, or to now.
	Elapsed time.Duration

	bitmap bitmap
	traces traceShape
}

// IsAcknowledged tells whether a number was answered with success.
func (s Sent) IsAcknowledged(number int64) bool { return s.acknowledged(number) }

func (s Sent) claimed() Numbers { return s.Numbers }

func (s Sent) acknowledged(number int64) bool { return s.bitmap.has(number - s.Numbers.First) }

// String tells the most of it in one line.
func (s Sent) String() string {
	return fmt.Sprintf("%d offered, %d missed, %d acknowledged in %s (%.0f/s); requests: %d attempts, %d retries, %d refused, %d timed out, %d failed, %d in part, %d given up; p50 %s, p99 %s, longest gap %s",
		s.Numbers.Count, s.Missed, s.Acknowledged, s.Elapsed.Round(time.Millisecond), float64(s.Acknowledged)/s.Elapsed.Seconds(),
		s.Attempts, s.Retries, s.Refused, s.TimedOut, s.Failed, s.PartialSuccesses, s.GivenUp,
		s.P50.Round(time.Microsecond), s.P99.Round(time.Microsecond), s.LongestGap.Round(time.Millisecond))
}
