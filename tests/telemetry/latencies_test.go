package telemetry

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestPercentilesAreWithinTwoPercent(t *testing.T) {
	t.Parallel()
	var l latencies
	assert.Zero(t, l.percentile(99))
	for i := range 1000 {
		l.add(time.Duration(i+1) * time.Millisecond)
	}
	assert.InEpsilon(t, 500*time.Millisecond, l.percentile(50), 0.021)
	assert.InEpsilon(t, 990*time.Millisecond, l.percentile(99), 0.021)
	l.add(0)
	l.add(100 * time.Hour)
	assert.Equal(t, shortestLatency, l.percentile(0.01))
	assert.Greater(t, l.percentile(100), time.Hour)
}
