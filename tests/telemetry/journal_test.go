package telemetry

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestBitmapHoldsWhatWasSet(t *testing.T) {
	t.Parallel()
	var b bitmap
	for _, number := range []int64{0, 63, 64, 1000} {
		b.set(number)
	}
	var got []int64
	for number := int64(-70); number < 1100; number++ {
		if b.has(number) {
			got = append(got, number)
		}
	}
	assert.Equal(t, []int64{0, 63, 64, 1000}, got)
}

func TestTheLongestGapIsThatWithoutAcknowledgements(t *testing.T) {
	t.Parallel()
	began := time.Now().Add(-10 * time.Second)
	j := journal{began: began, last: began}
	j.offered(2)
	first := due{numbers: sequence{count: 1}, since: time.Now()}
	j.attempted(first, 0, nil, outcome{kind: acknowledged})
	assert.InDelta(t, 10*time.Second, j.snapshot().LongestGap, float64(time.Second))

	j.last = j.last.Add(-20 * time.Second)
	assert.InDelta(t, 20*time.Second, j.snapshot().LongestGap, float64(time.Second), "one is still not acknowledged")
	second := due{numbers: sequence{first: 1, count: 1}, since: time.Now()}
	j.attempted(second, 0, nil, outcome{kind: acknowledged})
	j.last = j.last.Add(-time.Minute)
	assert.InDelta(t, 20*time.Second, j.snapshot().LongestGap, float64(time.Second), "nothing is waited for")
}
