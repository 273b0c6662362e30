package host

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/internal/render"
	"github.com/helm-otlp/helm-otlp/pkg/deployment"
)

// helm is a script in place of Helm, with what it leaves beside it.
func helm(t *testing.T, script string, revisions ...int) (Helm, string) {
	t.Helper()
	folder := t.TempDir()
	path := filepath.Join(folder, "helm")
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\ncd \"$(dirname \"$0\")\"\n"+script), 0o700))

	return Helm{Path: path, Driver: "secrets", Chatter: io.Discard, Flags: []string{"--kube-context", "c"}, Revision: func(context.Context, string) (int, error) {
		now := revisions[0]
		if len(revisions) > 1 {
			revisions = revisions[1:]
		}

		return now, nil
	}}, folder
}

func change(t *testing.T) deployment.Change {
	t.Helper()
	chart, err := render.Embedded()
	require.NoError(t, err)

	return deployment.Change{Name: "rel", Namespace: "ns", Chart: chart, Values: map[string]any{"replicas": 3}, After: 4}
}

func TestHelmIsGivenClusterNamespaceDriverAndValues(t *testing.T) {
	t.Parallel()
	h, folder := helm(t, `echo "$@ $HELM_DRIVER" >said; cat >values`, 4, 5)
	require.NoError(t, h.Change(t.Context(), change(t)))
	said, err := os.ReadFile(filepath.Join(folder, "said"))
	require.NoError(t, err)
	assert.Regexp(t, `^upgrade rel \S+/otlp-collector --namespace ns --reset-values --values - --kube-context c secrets\n$`, string(said))
	values, err := os.ReadFile(filepath.Join(folder, "values"))
	require.NoError(t, err)
	assert.Equal(t, "replicas: 3\n", string(values))
}

func TestARevisionOfOthersIsTold(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		revisions []int
		ran       bool
		want      string
	}{
		"before": {[]int{5}, false, "was not changed: somebody else is changing it: it was at revision 4, and is at 5"},
		"after":  {[]int{4, 6}, true, "revision 4 was to become 5, and is 6"},
	} {
		h, folder := helm(t, "touch ran", c.revisions...)
		err := h.Change(t.Context(), change(t))
		require.ErrorIs(t, err, deployment.ErrBusy, name)
		require.ErrorContains(t, err, c.want, name)
		_, missing := os.Stat(filepath.Join(folder, "ran"))
		assert.Equal(t, c.ran, missing == nil, name)
	}
}

func TestWhatWasMadeIsTakenBack(t *testing.T) {
	t.Parallel()
	for to, want := range map[int]string{0: "uninstall rel --namespace ns --kube-context c\n", 3: "rollback rel 3 --namespace ns --kube-context c\n"} {
		h, folder := helm(t, `echo "$@" >said`, 4, 5)
		require.NoError(t, h.Undo(t.Context(), deployment.Undo{Name: "rel", Namespace: "ns", Revision: 4, To: to}))
		said, err := os.ReadFile(filepath.Join(folder, "said"))
		require.NoError(t, err)
		assert.Equal(t, want, string(said))
		h, folder = helm(t, "touch ran", 5)
		require.ErrorIs(t, h.Undo(t.Context(), deployment.Undo{Name: "rel", Namespace: "ns", Revision: 4, To: to}), deployment.ErrBusy)
		assert.NoFileExists(t, filepath.Join(folder, "ran"))
	}
}

func TestAnInterruptedHelmMayWriteThatDown(t *testing.T) {
	t.Parallel()
	h, folder := helm(t, `trap 'touch written; exit 1' INT
touch started
while :; do sleep 0.05; done`, 4)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	done, wanted := make(chan error), change(t)
	go func() { done <- h.Change(ctx, wanted) }()
	require.Eventually(t, func() bool { _, err := os.Stat(filepath.Join(folder, "started")); return err == nil }, time.Minute, 10*time.Millisecond)
	stop()
	require.Error(t, <-done)
	assert.FileExists(t, filepath.Join(folder, "written"))
}

func TestWithoutHelmItIsSaidWhatIsToBeDone(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	h, _ := helm(t, "", 4)
	h.Path = ""
	require.ErrorContains(t, h.Change(t.Context(), change(t)), "install it, or name it in HELM_BIN")
}
