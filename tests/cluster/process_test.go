package cluster_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

// abandon makes this test program start a process and panic, instead of running tests.
const abandon = "HELM_OTLP_TEST_ABANDON_PROCESS"

func TestServersDieWithAPanickingTest(t *testing.T) {
	self := exec.CommandContext(t.Context(), os.Args[0])
	self.Env = append(os.Environ(), abandon+"=1")
	output, err := self.Output()
	require.Error(t, err, "it should have panicked")
	pid, err := strconv.Atoi(strings.TrimSpace(string(output)))
	require.NoError(t, err)

	cluster.Eventually(t, func(context.Context) error {
		if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) && !zombie(pid) {
			return fmt.Errorf("process %d outlived the test that started it: %w", pid, err)
		}

		return nil
	})
}

// zombie tells whether the process has ended and only waits for its parent to notice.
func zombie(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))

	return err == nil && strings.Contains(string(stat), ") Z ")
}
