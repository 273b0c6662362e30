package sandbox

import (
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"golang.org/x/sys/unix"
)

// A thread that has entered another network namespace is to end there, and a program's first thread can't: were it the
// one, all that looks at /proc/self would be somewhere else from then on.
func TestTheFirstThreadEntersNothing(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("entering a network namespace needs root")
	}
	for range 20 {
		var group sync.WaitGroup
		for range 100 {
			group.Go(func() {
				thread, err := within("/proc/self/ns/net", func() (int, error) {
					time.Sleep(time.Millisecond)

					return unix.Gettid(), nil
				})
				if assert.NoError(t, err) {
					assert.NotEqual(t, os.Getpid(), thread)
				}
			})
		}
		group.Wait()
	}
}
