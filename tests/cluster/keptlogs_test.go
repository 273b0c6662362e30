package cluster

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLogsAreKeptWhenTheKubeletRotatesAndRemovesThem(t *testing.T) {
	t.Parallel()
	pods := t.TempDir()
	folder := filepath.Join(pods, "space_pod-a_0001", "collector")
	log := filepath.Join(folder, "0.log")
	write := func(text string) {
		require.NoError(t, os.MkdirAll(folder, 0o755))
		require.NoError(t, os.WriteFile(log, []byte(text), 0o644))
	}
	kept := &KeptLogs{pattern: filepath.Join(pods, "space_*", "collector", "*.log")}
	defer kept.close()

	write("warn 1\ninfo 2\n")
	kept.look()
	require.NoError(t, os.Rename(log, log+".20261127-101112"))
	write("warn 3\n")
	kept.look()
	kept.look()
	require.NoError(t, os.RemoveAll(filepath.Join(pods, "space_pod-a_0001")))

	assert.Equal(t, map[string][]string{"space_pod-a_0001/0.log": {"warn 1", "warn 3"}}, kept.Lines("warn", "error"))
}
