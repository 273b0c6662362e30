package telemetry

import "math"

// chunkBits makes a chunk of counts 64 KiB.
const chunkBits = 16

// counts is how often each number arrived, at most 255 times each. It takes a byte a number, 64 KiB at a time, so
// millions of numbers that lie close are cheap and a few that lie far apart are not. Its zero value is ready.
type counts struct {
	chunks          map[int64]*[1 << chunkBits]uint8
	lowest, highest int64 // of what was added; unset while chunks is empty
}

func (c *counts) add(numbers []int64) {
	var chunk *[1 << chunkBits]uint8
	current := int64(math.MinInt64)
	for _, number := range numbers {
		if at := number >> chunkBits; at != current {
			chunk, current = c.chunk(number), at
		}
		if count := &chunk[number&(1<<chunkBits-1)]; *count < math.MaxUint8 {
			*count++
		}
		c.lowest, c.highest = min(c.lowest, number), max(c.highest, number)
	}
}

// chunk returns the chunk that a number is in, and makes it.
func (c *counts) chunk(number int64) *[1 << chunkBits]uint8 {
	if c.chunks == nil {
		c.chunks = map[int64]*[1 << chunkBits]uint8{}
		c.lowest, c.highest = number, number
	}
	chunk := c.chunks[number>>chunkBits]
	if chunk == nil {
		chunk = new([1 << chunkBits]uint8)
		c.chunks[number>>chunkBits] = chunk
	}
	return chunk
}

// each calls yield with how often each of the numbers arrived, in order.
func (c *counts) each(numbers Numbers, yield func(number int64, times int64)) {
	for number := numbers.First; number < numbers.First+numbers.Count; {
		chunk := c.chunks[number>>chunkBits]
		end := min(numbers.First+numbers.Count, (number>>chunkBits+1)<<chunkBits)
		for ; number < end; number++ {
			if chunk == nil {
				yield(number, 0)
			} else {
				yield(number, int64(chunk[number&(1<<chunkBits-1)]))
			}
		}
	}
}
