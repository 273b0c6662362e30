package telemetry

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestBackoffGrowsToItsLongest(t *testing.T) {
	t.Parallel()
	for attempt, milliseconds := range []int64{100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000} {
		full := time.Duration(milliseconds) * time.Millisecond
		for range 100 {
			backoff := backoffAfter(attempt)
			assert.GreaterOrEqual(t, backoff, full/2)
			assert.LessOrEqual(t, backoff, full)
		}
	}
	assert.LessOrEqual(t, backoffAfter(1000), longestBackoff)
}
