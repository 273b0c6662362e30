package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strconv"
	"time"
)

const (
	// tick is how often lines are written, when more than one is due in that time.
	tick = 10 * time.Millisecond
	// mostAtOnce is how many lines are written at once at most.
	mostAtOnce = 1000
)

// writer writes numbered lines.
type writer struct {
	rate   int64 // lines a second; 0 for as fast as they are taken
	next   int64 // the number of the next line
	count  int64 // of lines; 0 for no end
	size   int   // bytes of a line
	stream string
}

// write returns when the count is written or ctx ends, after a whole line. What comes due while the reader is slow is
// written later.
func (w *writer) write(ctx context.Context, out io.Writer) error {
	began := time.Now()
	for ctx.Err() == nil && (w.count == 0 || w.next < w.count) {
		lines := int64(mostAtOnce)
		if w.rate > 0 {
			if !pause(ctx, time.Until(w.dueAt(began))) {
				break
			}
			lines = min(lines, max(1, w.dueBy(time.Since(began))-w.next))
		}
		if w.count > 0 {
			lines = min(lines, w.count-w.next)
		}
		if err := w.writeLines(out, lines); err != nil {
			return err
		}
	}
	return nil
}

// dueAt is when to write again: when a line is due, and not before the next tick.
func (w *writer) dueAt(began time.Time) time.Time {
	due := time.Duration(w.next/w.rate)*time.Second + time.Duration(w.next%w.rate)*time.Second/time.Duration(w.rate)
	return began.Add((due + tick - 1).Truncate(tick))
}

// dueBy is how many lines are due after some time.
func (w *writer) dueBy(elapsed time.Duration) int64 {
	seconds := int64(elapsed / time.Second)
	return seconds*w.rate + int64(elapsed%time.Second)*w.rate/int64(time.Second) + 1
}

func (w *writer) writeLines(out io.Writer, lines int64) error {
	var text bytes.Buffer
	for range lines {
		start := text.Len()
		text.WriteString("n=" + strconv.FormatInt(w.next, 10) + " ")
		if w.stream != "" {
			text.WriteString("stream=" + w.stream + " ")
		}
		for text.Len()-start+1 < w.size {
			text.WriteByte('x')
		}
		text.WriteString(".\n")
		w.next++
	}
	if _, err := out.Write(text.Bytes()); err != nil {
		return fmt.Errorf("writing to stdout: %w", err)
	}
	return nil
}

// pause returns false when ctx ended first.
func pause(ctx context.Context, duration time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(duration):
		return true
	}
}
