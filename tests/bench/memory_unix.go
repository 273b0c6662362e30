//go:build unix

package main

import (
	"os"
	"runtime"
	"syscall"
)

// peak is ru_maxrss in bytes: the most memory that the process, or one that it waited for, ever held.
// On Linux it is never less than what this program holds, which is a few MiB.
func peak(state *os.ProcessState) int64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return usage.Maxrss
	}

	return usage.Maxrss * 1024
}
