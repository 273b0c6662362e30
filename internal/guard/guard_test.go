package guard_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/internal/guard"
)

func TestWorkThatEndsGivesItsOwnError(t *testing.T) {
	t.Parallel()
	mine := errors.New("mine")
	require.NoError(t, guard.Run(t.Context(), guard.Limits{Time: time.Minute}, func(context.Context) error { return nil }))
	require.ErrorIs(t, guard.Run(t.Context(), guard.Limits{}, func(context.Context) error { return mine }), mine)
}

func TestWorkThatTakesTooLongIsLeftBehind(t *testing.T) {
	t.Parallel()
	err := guard.Run(t.Context(), guard.Limits{Time: 20 * time.Millisecond}, func(ctx context.Context) error {
		<-ctx.Done()
		select {}
	})
	require.ErrorIs(t, err, guard.ErrTime)
}

func TestWorkThatHoldsTooMuchIsLeftBehind(t *testing.T) {
	t.Parallel()
	err := guard.Run(t.Context(), guard.Limits{Memory: 64 << 20, Time: time.Minute}, func(ctx context.Context) error {
		text := strings.Repeat("x", 128<<20)
		<-ctx.Done()

		return errors.New(text)
	})
	require.ErrorIs(t, err, guard.ErrMemory)
}

func TestWorkIsLeftBehindWhenItsContextEnds(t *testing.T) {
	t.Parallel()
	mine := errors.New("interrupt signal received")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(mine)
	require.ErrorIs(t, guard.Run(ctx, guard.Limits{}, func(context.Context) error { select {} }), mine)
}

func TestAPanicIsAnErrorWithItsStack(t *testing.T) {
	t.Parallel()
	err := guard.Run(t.Context(), guard.Limits{}, func(context.Context) error { panic("no") })
	var cause *guard.PanicError
	require.ErrorAs(t, err, &cause)
	assert.Equal(t, "no", cause.Error())
	assert.Contains(t, string(cause.Stack), "guard_test.go")
}
