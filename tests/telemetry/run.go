package telemetry

import (
	"context"
	"sync"
	"time"
)

// Run is a [Load] that was started.
type Run struct {
	journal  journal
	stopping chan struct{}
	stop     sync.Once
	cancel   context.CancelFunc
	done     chan struct{}
}

func start(ctx context.Context, load Load) *Run {
	ctx, cancel := context.WithCancel(ctx)
	now := time.Now()
	run := &Run{stopping: make(chan struct{}), cancel: cancel, done: make(chan struct{})}
	run.journal.began, run.journal.last = now, now
	run.journal.sent.Numbers.First = load.First
	run.journal.sent.traces = load.traces()

	queue := make(chan due, load.Waiting)
	schedule := schedule{load: load, queue: queue, journal: &run.journal, stopping: run.stopping, began: now}
	var senders sync.WaitGroup
	for range load.Senders {
		sender := &sender{load: load, shape: load.shape(), journal: &run.journal}
		senders.Go(func() { sender.run(ctx, queue) })
	}
	go func() {
		schedule.run(ctx)
		close(queue)
		senders.Wait()
		run.journal.end()
		cancel()
		close(run.done)
	}()
	return run
}

// Sent returns what the run has done so far.
func (r *Run) Sent() Sent { return r.journal.snapshot() }

// Done is closed when the run is over: its count is offered and nothing is under way, or it was stopped.
func (r *Run) Done() <-chan struct{} { return r.done }

// Stop ends the run: it offers nothing more, goes on for at most the time grace to deliver what it has offered, and
// returns what it did. Another Stop returns the same.
func (r *Run) Stop(grace time.Duration) Sent {
	r.stop.Do(func() { close(r.stopping) })
	select {
	case <-r.done:
	case <-time.After(grace):
		r.cancel()
		<-r.done
	}
	return r.Sent()
}
