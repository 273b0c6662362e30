package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// built returns the program.
func built(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "lines")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return program
}

func TestLinesAreNumberedAndAsLongAsAsked(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), []string{"-rate=0", "-count=2500", "-size=40", "-stream=a"}, &stdout, &stderr)
	require.Zero(t, code, stderr.String())
	lines := strings.Split(strings.TrimSuffix(stdout.String(), "\n"), "\n")
	require.Len(t, lines, 2500)
	assert.Equal(t, "n=98 stream=a "+strings.Repeat("x", 25)+".", lines[98])
	for i, line := range lines {
		require.Len(t, line, 40)
		require.True(t, strings.HasPrefix(line, fmt.Sprintf("n=%d stream=a x", i)), line)
	}
}

func TestALineTooShortForItsNumberIsOnlyThat(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	require.Zero(t, run(t.Context(), []string{"-count=2", "-rate=0", "-size=1"}, &stdout, &stderr))
	assert.Equal(t, "n=0 .\nn=1 .\n", stdout.String())
}

func TestTheRateIsKept(t *testing.T) {
	t.Parallel()
	for _, rate := range []int{20, 5000} {
		var stdout, stderr bytes.Buffer
		began := time.Now()
		require.Zero(t, run(t.Context(), []string{fmt.Sprintf("-rate=%d", rate), fmt.Sprintf("-count=%d", rate/2)}, &stdout, &stderr))
		assert.Equal(t, rate/2, strings.Count(stdout.String(), "\n"))
		assert.GreaterOrEqual(t, time.Since(began), 400*time.Millisecond, "%d lines a second", rate)
		assert.Less(t, time.Since(began), 2*time.Second, "%d lines a second", rate)
	}
}

func TestTermEndsTheProgramAfterAWholeLine(t *testing.T) {
	t.Parallel()
	command := exec.CommandContext(t.Context(), built(t), "-rate=20000", "-size=200")
	stdout, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	lines := bufio.NewReader(stdout)
	for range 1000 {
		_, err := lines.ReadString('\n')
		require.NoError(t, err)
	}
	require.NoError(t, command.Process.Signal(syscall.SIGTERM))
	rest, err := io.ReadAll(lines)
	require.NoError(t, err)
	require.NoError(t, command.Wait(), "exit code 0")
	if len(rest) == 0 {
		return // Nothing more was due.
	}
	assert.True(t, bytes.HasSuffix(rest, []byte("x.\n")), "the last line is whole")
	written := bytes.Split(bytes.TrimSuffix(rest, []byte("\n")), []byte("\n"))
	last := string(written[len(written)-1])
	assert.True(t, strings.HasPrefix(last, fmt.Sprintf("n=%d x", 1000+len(written)-1)), "no line is left out before %s", last)
}

func TestAWriterThatFailsEndsTheProgram(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	reader, writer := io.Pipe()
	require.NoError(t, reader.Close())
	assert.Equal(t, 1, run(t.Context(), nil, writer, &stderr))
	assert.Contains(t, stderr.String(), "lines: writing to stdout")
}

func TestWrongFlagsAreRefused(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"-rate=-1"}, {"-count=-1"}, {"-count=x"}, {"more"}} {
		assert.Equal(t, 2, run(t.Context(), args, io.Discard, io.Discard), args)
	}
}
