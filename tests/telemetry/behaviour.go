package telemetry

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Behaviour is how a [Sink] answers. Its zero value is [Accepting].
type Behaviour struct {
	name     string
	refusal  *refusal // what it answers instead of counting
	delay    time.Duration
	closed   bool
	down, up time.Duration // of each turn, when it flaps
}

// refusal is an answer that is no success, over both protocols.
type refusal struct {
	grpc codes.Code
	http int
}

// Accepting counts what arrives and answers at once.
func Accepting() Behaviour { return Behaviour{name: "accepting"} }

// Refusing counts nothing and answers Unavailable over gRPC and 503 over HTTP, which asks to try again.
func Refusing() Behaviour {
	return Behaviour{name: "refusing", refusal: &refusal{grpc: codes.Unavailable, http: http.StatusServiceUnavailable}}
}

// Rejecting counts nothing and answers InvalidArgument over gRPC and 400 over HTTP, which asks not to try again.
func Rejecting() Behaviour {
	return Behaviour{name: "rejecting", refusal: &refusal{grpc: codes.InvalidArgument, http: http.StatusBadRequest}}
}

// Slow counts what arrives after the delay, and then answers. What is given up by its sender before is not counted.
func Slow(delay time.Duration) Behaviour { return Behaviour{name: "slow", delay: delay} }

// Down closes the listeners and cuts the connections: connecting is refused, until another behaviour listens on the
// same ports again.
func Down() Behaviour { return Behaviour{name: "down", closed: true} }

// Flapping is down and accepting in turn, for these times, beginning with down.
func Flapping(down, up time.Duration) Behaviour {
	return Behaviour{name: "flapping", down: down, up: up}
}

func (b Behaviour) flaps() bool { return b.down > 0 }

// permit waits as the behaviour demands and returns nil when a request is to be counted and answered with success.
func (b Behaviour) permit(ctx context.Context) error {
	if b.refusal != nil {
		return b.refusal
	}
	if b.delay > 0 {
		select {
		case <-ctx.Done():
		case <-time.After(b.delay):
		}
	}
	return ctx.Err()
}

func (r *refusal) Error() string { return fmt.Sprintf("the sink was told to answer %d", r.http) }

// GRPCStatus makes gRPC answer with the code.
func (r *refusal) GRPCStatus() *status.Status { return status.New(r.grpc, r.Error()) }

// httpStatus returns what to answer over HTTP when a request is not permitted.
func httpStatus(err error) int {
	var refused *refusal
	if errors.As(err, &refused) {
		return refused.http
	}
	return http.StatusServiceUnavailable
}
