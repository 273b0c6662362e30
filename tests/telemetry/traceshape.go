package telemetry

// traceShape is how numbers fall into traces: each trace has spans consecutive numbers, counted from first.
type traceShape struct {
	first  int64
	spans  int64 // of a trace, at least 1
	marked bool  // every second trace is
}

// root is the number of the first span of the trace that a number is in.
func (t traceShape) root(number int64) int64 {
	return number - (number-t.first)%t.spans
}

// isMarked tells whether the trace with this root is marked: the second, the fourth and so on.
func (t traceShape) isMarked(root int64) bool {
	return t.marked && (root-t.first)/t.spans%2 == 1
}

// carriesMark tells whether a number is the one span, the last, that marks its trace.
func (t traceShape) carriesMark(number int64) bool {
	root := t.root(number)
	return t.isMarked(root) && number == root+t.spans-1
}
