package cli

import (
	"errors"
	"os/exec"
	"strconv"
)

// exitCode is the exit code of a program that ran, or what kept it from running.
func exitCode(err error) string {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return strconv.Itoa(exit.ExitCode())
	}

	return err.Error()
}
