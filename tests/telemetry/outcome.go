package telemetry

import (
	"context"
	"errors"
	"net/http"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

type outcomeKind int

const (
	acknowledged outcomeKind = iota
	refused                  // to be tried again
	timedOut                 // to be tried again, over a new connection
	partial                  // not to be tried again
	failed                   // not to be tried again
	givenUp                  // the run is over
)

// outcome is how an attempt ended, and what its answer asks for.
type outcome struct {
	kind       outcomeKind
	retryAfter time.Duration // at least; 0 when the answer does not say
}

func (o outcome) retry() bool { return o.kind == refused || o.kind == timedOut }

// outcomeOf judges what [client.export] returned, by the OTLP specification; ctx is that of the run.
func outcomeOf(ctx context.Context, err error) outcome {
	var inPart *partialSuccessError
	var answered *statusError
	switch {
	case err == nil:
		return outcome{kind: acknowledged}
	case errors.As(err, &inPart):
		return outcome{kind: partial}
	case errors.As(err, &answered):
		return outcomeOfHTTP(answered)
	case ctx.Err() != nil:
		return outcome{kind: givenUp}
	case errors.Is(err, context.DeadlineExceeded):
		return outcome{kind: timedOut}
	}
	if answer, ok := status.FromError(err); ok {
		return outcomeOfGRPC(answer)
	}
	return outcome{kind: refused} // The connection broke, or there was none.
}

func outcomeOfHTTP(answer *statusError) outcome {
	switch answer.code {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return outcome{kind: refused, retryAfter: answer.retryAfter}
	default:
		return outcome{kind: failed}
	}
}

func outcomeOfGRPC(answer *status.Status) outcome {
	var retryAfter time.Duration
	for _, detail := range answer.Details() {
		if info, ok := detail.(*errdetails.RetryInfo); ok {
			retryAfter = info.GetRetryDelay().AsDuration()
		}
	}
	switch answer.Code() {
	case codes.DeadlineExceeded:
		return outcome{kind: timedOut}
	case codes.Canceled, codes.Aborted, codes.OutOfRange, codes.Unavailable, codes.DataLoss:
		return outcome{kind: refused, retryAfter: retryAfter}
	case codes.ResourceExhausted:
		if retryAfter > 0 {
			return outcome{kind: refused, retryAfter: retryAfter}
		}
		return outcome{kind: failed}
	default:
		return outcome{kind: failed}
	}
}
