package telemetry

import (
	"strings"
	"sync"
	"time"
)

// Stream is what a [Sink] counts apart.
type Stream struct {
	Signal Signal
	// Exporter is what the exporter said of itself by [ExporterHeader]; "" when it said nothing.
	Exporter string
	// Writer is the [Load.Stream] of numbered records, or the stream= token of a numbered line.
	Writer string
}

// Arrivals is what has come of one stream.
type Arrivals struct {
	// Numbered counts each arrival of a numbered record, Unnumbered those of records without a number: a
	// collector's own, made by a connector, or a part of a line that was torn.
	Numbered, Unnumbered int64
	// Lowest and Highest are the least and the greatest number that arrived; 0 when none did.
	Lowest, Highest int64
}

type account struct {
	Arrivals
	counts counts
	last   time.Time // when the last request with a record of it was counted
}

// ledger counts records by stream and number. Its zero value is ready.
type ledger struct {
	mu       sync.Mutex
	accounts map[Stream]*account
	torn     map[tornLine]bool
}

// tornLine is what is left of a line that has no end. Its number and its writer's name may have been cut too.
type tornLine struct {
	number int64
	writer string
}

// batch is the numbers of one request, apart for each writer.
type batch []writing

type writing struct {
	writer     string
	numbers    []int64
	unnumbered int64
	torn       []tornLine
}

// of returns the part of the batch that a writer's records go into.
func (b *batch) of(writer string) *writing {
	for i := range *b {
		if (*b)[i].writer == writer {
			return &(*b)[i]
		}
	}
	*b = append(*b, writing{writer: writer})
	return &(*b)[len(*b)-1]
}

// record counts one request.
func (l *ledger) record(signal Signal, exporter string, records batch) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, written := range records {
		account := l.account(Stream{Signal: signal, Exporter: exporter, Writer: written.writer})
		account.counts.add(written.numbers)
		account.Lowest, account.Highest = account.counts.lowest, account.counts.highest
		account.Numbered += int64(len(written.numbers))
		account.Unnumbered += written.unnumbered
		account.last = time.Now()
		for _, line := range written.torn {
			if l.torn == nil {
				l.torn = map[tornLine]bool{}
			}
			l.torn[line] = true
		}
	}
}

// account returns the account of a stream, and opens it. The ledger is locked.
func (l *ledger) account(stream Stream) *account {
	if l.accounts == nil {
		l.accounts = map[Stream]*account{}
	}
	if l.accounts[stream] == nil {
		l.accounts[stream] = &account{}
	}
	return l.accounts[stream]
}

// Arrivals returns what has come of a stream so far.
func (l *ledger) Arrivals(stream Stream) Arrivals {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.existing(stream).Arrivals
}

// Torn returns how many of the lines that are missing arrived without their end: a line of this writer began with their
// number, or one of which the writer's name was cut and may have been this.
func (l *ledger) Torn(stream Stream, sent ...Claim) (count int64) {
	missing := l.Missing(stream, sent...)
	l.mu.Lock()
	defer l.mu.Unlock()
	torn := map[int64]bool{}
	for line := range l.torn {
		if strings.HasPrefix(stream.Writer, line.writer) {
			torn[line.number] = true
		}
	}
	for number := range torn {
		for _, gap := range missing {
			if number >= gap.First && number < gap.First+gap.Count {
				count++
			}
		}
	}
	return count
}

// existing returns the account of a stream, an empty one when nothing has arrived. The ledger is locked.
func (l *ledger) existing(stream Stream) *account {
	if account := l.accounts[stream]; account != nil {
		return account
	}
	return &account{}
}

func (l *ledger) quietFor(stream Stream, quiet time.Duration) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Since(l.existing(stream).last) >= quiet
}
