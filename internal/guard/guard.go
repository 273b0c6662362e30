// Package guard stops work that takes too long or too much memory. A template of Helm can't
// be stopped from within: it is left behind, and the program that gives up on it ends.
package guard

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// Errors of work that was stopped.
var (
	// ErrTime says that work took longer than it may.
	ErrTime = errors.New("it took too long")
	// ErrMemory says that work held more memory than it may.
	ErrMemory = errors.New("it took too much memory")
)

// Limits of some work; zero is none.
type Limits struct {
	Time time.Duration
	// Memory is of the whole process, in bytes: what is on the heap and the stacks.
	Memory uint64
	// Little is what the process may hold, in bytes, while garbage is collected rarely: most runs are short, and a fifth of
	// their time went into it.
	Little uint64
}

// PanicError is the error of work that panicked.
type PanicError struct {
	Value any
	Stack []byte
}

// Error names the panic, without its stack.
func (p *PanicError) Error() string { return fmt.Sprint(p.Value) }

// look is how often memory is looked at: little enough that one doubling of a text is seen.
const look = 10 * time.Millisecond

// How often garbage is collected: when as many percent were added to what is in use.
const (
	common = 100
	rare   = 400
)

// Run does the work and returns its error. It returns before the work ends where a limit is
// met (ErrTime, ErrMemory) or the context ends (its cause). The work then still runs: what
// it holds is not to be touched, and the program should end soon.
func Run(ctx context.Context, limits Limits, work func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	done := make(chan error, 1)
	go func() {
		defer func() {
			if cause := recover(); cause != nil {
				done <- &PanicError{Value: cause, Stack: debug.Stack()}
			}
		}()
		done <- work(ctx)
	}()

	var late <-chan time.Time
	if limits.Time > 0 {
		timer := time.NewTimer(limits.Time)
		defer timer.Stop()
		late = timer.C
	}
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	rarely := limits.Little > 0
	if rarely {
		defer debug.SetGCPercent(debug.SetGCPercent(rare))
	}
	for {
		select {
		case err := <-done:
			return err
		case <-ctx.Done():
			return fmt.Errorf("stopped: %w", context.Cause(ctx))
		case <-late:
			cancel(ErrTime)

			return fmt.Errorf("%w: more than %s", ErrTime, limits.Time)
		case <-ticker.C:
			if rarely && held() > limits.Little {
				debug.SetGCPercent(common)
				rarely = false
			}
			if limits.Memory > 0 && held() > limits.Memory {
				cancel(ErrMemory)

				return fmt.Errorf("%w: more than %d MiB", ErrMemory, limits.Memory>>20)
			}
		}
	}
}

// held is how many bytes the heap's objects and the stacks hold.
func held() uint64 {
	samples := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
	metrics.Read(samples)
	total := uint64(0)
	for _, sample := range samples {
		total += sample.Value.Uint64()
	}

	return total
}
