package telemetry

import (
	"math"
	"time"
)

const (
	shortestLatency = 10 * time.Microsecond
	latencyGrowth   = 1.02 // from one bucket to the next
	latencyBuckets  = 1000 // up to an hour
)

// latencies counts durations in buckets that grow by two percent, from 10µs to an hour. Its zero value is ready.
type latencies struct {
	buckets [latencyBuckets]int64
	total   int64
}

func (l *latencies) add(latency time.Duration) {
	bucket := 0
	if latency > shortestLatency {
		bucket = int(math.Ceil(math.Log(float64(latency)/float64(shortestLatency)) / math.Log(latencyGrowth)))
	}
	l.buckets[min(bucket, latencyBuckets-1)]++
	l.total++
}

// percentile returns the time that so many percent took at most; 0 when there is nothing.
func (l *latencies) percentile(percent float64) time.Duration {
	if l.total == 0 {
		return 0
	}
	wanted, counted := int64(math.Ceil(float64(l.total)*percent/100)), int64(0)
	for bucket, count := range l.buckets {
		if counted += count; counted >= wanted {
			return time.Duration(float64(shortestLatency) * math.Pow(latencyGrowth, float64(bucket)))
		}
	}
	return math.MaxInt64
}
