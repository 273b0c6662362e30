package machine

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAllThatLacksIsSaidAtOnce(t *testing.T) {
	there, missing := exists("/proc/self/status"), exists("/proc/self/nothing")
	assert.Equal(t, []string{"this: get it", "that: get that"}, lacks([]need{
		{"this", "get it", missing}, {"a shell", "", program("sh")}, {"proc", "", there}, {"that", "get that", program("helm-otlp-nothing")},
	}))
}

// The other tests of this module need a machine that lacks nothing.
func TestThisMachineLacksNothing(t *testing.T) { assert.Empty(t, Lacks()) }
