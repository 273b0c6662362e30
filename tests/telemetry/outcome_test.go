package telemetry

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"
)

func TestOutcomesFollowTheOTLPSpecification(t *testing.T) {
	t.Parallel()
	throttled, err := status.New(codes.ResourceExhausted, "later").WithDetails(&errdetails.RetryInfo{RetryDelay: durationpb.New(time.Second)})
	require.NoError(t, err)
	over, cancel := context.WithCancel(t.Context())
	cancel()
	tests := []struct {
		ctx  context.Context
		err  error
		want outcome
	}{
		{t.Context(), nil, outcome{kind: acknowledged}},
		{over, nil, outcome{kind: acknowledged}},
		{t.Context(), &partialSuccessError{rejected: 1}, outcome{kind: partial}},
		{t.Context(), errors.New("connection refused"), outcome{kind: refused}},
		{over, errors.New("connection refused"), outcome{kind: givenUp}},
		{t.Context(), fmt.Errorf("post: %w", context.DeadlineExceeded), outcome{kind: timedOut}},
		{t.Context(), throttled.Err(), outcome{kind: refused, retryAfter: time.Second}},
		{t.Context(), status.Error(codes.ResourceExhausted, "too large"), outcome{kind: failed}},
		{t.Context(), status.Error(codes.DeadlineExceeded, ""), outcome{kind: timedOut}},
		{t.Context(), &statusError{code: http.StatusTooManyRequests, retryAfter: time.Second}, outcome{kind: refused, retryAfter: time.Second}},
	}
	for code := codes.Canceled; code <= codes.Unauthenticated; code++ {
		want := outcome{kind: failed}
		switch code {
		case codes.Canceled, codes.Aborted, codes.OutOfRange, codes.Unavailable, codes.DataLoss:
			want.kind = refused
		case codes.DeadlineExceeded:
			want.kind = timedOut
		default:
		}
		tests = append(tests, struct {
			ctx  context.Context
			err  error
			want outcome
		}{t.Context(), status.Error(code, ""), want})
	}
	for _, code := range []int{502, 503, 504, 400, 404, 408, 500, 501} {
		want := outcome{kind: failed}
		if code == 502 || code == 503 || code == 504 {
			want.kind = refused
		}
		assert.Equal(t, want, outcomeOf(t.Context(), &statusError{code: code}), code)
	}
	for _, test := range tests {
		assert.Equal(t, test.want, outcomeOf(test.ctx, test.err), "%v", test.err)
	}
}
