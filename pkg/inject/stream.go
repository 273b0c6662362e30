package inject

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"sync"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// maxAhead is how much of a stream is held at once, in bytes, unless one document has more.
const maxAhead = 4 << 20

// Stream injects what a reader gives, document by document, and writes it. Each result is reported in the order of the
// input, once its document is written; report may be nil. Several documents are worked on at once, and no more is held
// than these.
//
// An error ends it: then all documents before the one that is at fault are written, whole, and nothing of that one.
// A Namespace counts for what stands behind it (see Namespaces).
func (i *Injector) Stream(ctx context.Context, name string, in io.Reader, out io.Writer, report func(Result)) error {
	s := stream{Injector: i, name: name, out: out, report: report, unasked: map[string]int{}}
	s.room = sync.NewCond(&s.mutex)
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	queue, work := make(chan *job, runtime.GOMAXPROCS(0)*queued), make(chan *job)
	var running sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		running.Go(func() {
			for j := range work {
				j.do(i, name)
			}
		})
	}
	running.Go(func() {
		for j := range queue {
			<-j.done
			if err := s.write(j); err != nil && ctx.Err() == nil {
				stop(err)
			}
			s.release(len(j.part.text))
		}
	})
	err := s.read(ctx, in, queue, work)
	close(work)
	close(queue)
	running.Wait()
	if cause := context.Cause(ctx); cause != nil {
		return cause //nolint:wrapcheck // It is the caller's, or write's.
	}
	if err != nil {
		return err
	}
	s.reportLate()

	return nil
}

// queued is how many documents wait for each processor.
const queued = 32

// A job is a document on its way.
type job struct {
	part       *part
	namespaces map[string]map[string]string
	text       []byte
	results    []Result
	err        error
	done       chan struct{}
}

func (j *job) do(i *Injector, name string) {
	defer close(j.done)
	j.text, j.results, j.err = i.document(name, j.part, j.namespaces)
}

// A stream is what Stream knows while it runs.
type stream struct {
	*Injector
	name   string
	out    io.Writer
	report func(Result)

	mutex sync.Mutex
	room  *sync.Cond
	held  int

	// broken says that a document was at fault, so that nothing is written any more.
	broken bool
	// known are the Namespaces of the whole stream.
	known map[string]map[string]string
	// unasked are how many workloads go without a sidecar since nobody asks for it, by namespace.
	unasked map[string]int
}

// read parts the stream into jobs.
func (s *stream) read(ctx context.Context, in io.Reader, queue, work chan<- *job) error {
	parts := newSplitter(s.name, in)
	s.known = s.options.Namespaces
	for ctx.Err() == nil {
		p, err := parts.next()
		if err != nil || p == nil {
			return err
		}
		s.known = s.learn(s.name, p.text, s.known)
		j := &job{part: p, namespaces: s.known, done: make(chan struct{})}
		s.hold(len(p.text))
		queue <- j
		work <- j
	}

	return nil
}

// hold waits until there is room for so many bytes more.
func (s *stream) hold(size int) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for s.held > 0 && s.held+size > maxAhead {
		s.room.Wait()
	}
	s.held += size
}

func (s *stream) release(size int) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.held -= size
	s.room.Signal()
}

// write writes a job's document and reports on it.
func (s *stream) write(j *job) error {
	if s.broken {
		return nil
	}
	if j.err != nil {
		s.broken = true

		return j.err
	}
	if _, err := io.Copy(s.out, bytes.NewReader(j.text)); err != nil {
		s.broken = true

		return fmt.Errorf("write the manifests: %w", err)
	}
	for _, r := range j.results {
		if r.Reason == NotAsked {
			s.unasked[s.namespaceOf(r.Object)]++
		}
		if s.report != nil {
			s.report(r)
		}
	}

	return nil
}

// reportLate tells of Namespaces that ask for a sidecar behind workloads that went without.
func (s *stream) reportLate() {
	for _, name := range slices.Sorted(maps.Keys(s.known)) {
		asked, count := s.known[name][Annotation], s.unasked[name]
		if s.report == nil || count == 0 || asked != "true" && asked != s.sidecar.Release {
			continue
		}
		s.report(Result{
			Object: Object{APIVersion: "v1", Kind: "Namespace", Name: name}, Position: source.Position{File: s.name}, Action: Skipped,
			Reason: fmt.Sprintf("it asks for sidecars, and stands behind %d workloads that got none: put it in front of them", count),
		})
	}
}
