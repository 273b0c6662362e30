package telemetry

import "fmt"

// Signal is what a pipeline carries.
type Signal string

// The signals that tests send and count.
const (
	Traces  Signal = "traces"
	Metrics Signal = "metrics"
	Logs    Signal = "logs"
)

// Signals returns every signal that tests send and count.
func Signals() []Signal { return []Signal{Traces, Metrics, Logs} }

func unknownSignal(signal Signal) error {
	return fmt.Errorf("unknown signal %q; use one of %v", signal, Signals())
}

// Protocol is how OTLP travels.
type Protocol string

// The protocols over which tests send.
const (
	GRPC Protocol = "grpc"
	HTTP Protocol = "http"
)

// Protocols returns every protocol over which tests send.
func Protocols() []Protocol { return []Protocol{GRPC, HTTP} }

func unknownProtocol(protocol Protocol) error {
	return fmt.Errorf("unknown protocol %q; use one of %v", protocol, Protocols())
}

// Numbers are the consecutive numbers First, First+1 and so on, Count of them. As a [Claim] they are all
// acknowledged.
type Numbers struct{ First, Count int64 }

func (n Numbers) claimed() Numbers { return n }

func (n Numbers) acknowledged(int64) bool { return true }

// sequence is the numbers first, first+step and so on, count of them: those of one request.
type sequence struct{ first, step, count int64 }

func (s sequence) at(i int64) int64 { return s.first + i*s.step }
