package deployment

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestARestartIsTheOneThatKubectlMakes(t *testing.T) {
	t.Parallel()
	patch, err := restartPatch(time.Date(2026, 11, 30, 5, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	assert.JSONEq(t, `{"spec":{"template":{"metadata":{"annotations":{"kubectl.kubernetes.io/restartedAt":"2026-11-30T05:00:00Z"}}}}}`, string(patch))
}
