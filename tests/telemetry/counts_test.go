package telemetry

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCountsKeepEachNumberApart(t *testing.T) {
	t.Parallel()
	var c counts
	for range 300 {
		c.add([]int64{65_536})
	}
	c.add([]int64{-1, 65_535, 1 << 40, 65_535, -70_000})
	want := map[int64]int64{65_536: 255, -1: 1, 65_535: 2, 1 << 40: 1, -70_000: 1}
	got := map[int64]int64{}
	asked := int64(0)
	for _, numbers := range []Numbers{{First: -200_000, Count: 400_000}, {First: 1<<40 - 5, Count: 10}} {
		next := numbers.First
		c.each(numbers, func(number, times int64) {
			require.Equal(t, next, number)
			next++
			asked++
			if times > 0 {
				got[number] = times
			}
		})
	}
	assert.Equal(t, want, got)
	assert.EqualValues(t, 400_010, asked)
	assert.Equal(t, []int64{-70_000, 1 << 40}, []int64{c.lowest, c.highest})
	assert.Len(t, c.chunks, 5)
}
