package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// A command is one program that is measured, with what its runs took.
type command struct {
	name string
	path string
	args []string
	dir  string
	env  []string
	// finds says that it prints findings alone, and has exit code 1 with these.
	finds bool

	times []time.Duration
	// peaks are bytes: the most that one process of a run ever held. Where Helm starts the plugin, they are two.
	peaks []int64
}

// process prepares one run, which dies with the context.
func (c *command) process(ctx context.Context) *exec.Cmd {
	cmd := exec.CommandContext(ctx, c.path, c.args...)
	cmd.Dir, cmd.Env = c.dir, c.env

	return cmd
}

// found says whether the process ended as one that found something does.
func (c *command) found(cmd *exec.Cmd) bool {
	return c.finds && cmd.ProcessState != nil && cmd.ProcessState.ExitCode() == 1
}

// output runs the command and returns what it printed.
func (c *command) output(ctx context.Context) ([]byte, error) {
	var stdout bytes.Buffer
	err := c.try(ctx, &stdout)

	return stdout.Bytes(), err
}

// counter counts what is written, and holds none of it: what this program holds counts for the programs that it starts.
type counter int64

func (n *counter) Write(data []byte) (int, error) {
	*n += counter(len(data))

	return len(data), nil
}

// try runs the command. It fails where the command didn't do its work: that would be quick, and no measure of anything.
func (c *command) try(ctx context.Context, stdout io.Writer) error {
	var printed counter
	var stderr bytes.Buffer
	cmd := c.process(ctx)
	cmd.Stdout, cmd.Stderr = io.MultiWriter(&printed, stdout), &stderr
	err := cmd.Run()
	silent := printed == 0
	switch {
	case err == nil && silent && !c.finds:
		err = errors.New("it printed nothing")
	case c.found(cmd) && !silent:
		err = nil
	}
	if err != nil {
		return fmt.Errorf("%s (%s): %w\n%s", c.name, strings.Join(cmd.Args, " "), err, bytes.TrimSpace(stderr.Bytes()))
	}

	return nil
}

// run runs the command once more, with its output thrown away, and keeps what it took.
func (c *command) run(ctx context.Context) error {
	cmd := c.process(ctx)
	started := time.Now()
	err := cmd.Run()
	took := time.Since(started)
	if err != nil && !c.found(cmd) {
		return fmt.Errorf("%s, which worked before: %w", c.name, err)
	}
	c.times = append(c.times, took)
	c.peaks = append(c.peaks, peak(cmd.ProcessState))

	return nil
}

// seldom is in how many rounds that which takes long is run.
const seldom = 3

// measure runs everything once to see that it works and to fill the system's caches, then in rounds.
func measure(ctx context.Context, suites []suite, rounds int, progress io.Writer) error {
	for _, s := range suites {
		for _, c := range s.commands {
			if err := c.try(ctx, io.Discard); err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
		}
	}
	for round := range rounds {
		fmt.Fprintf(progress, "bench: round %d of %d\n", round+1, rounds)
		for _, s := range suites {
			if s.seldom && round >= seldom {
				continue
			}
			for _, i := range rand.Perm(len(s.commands)) {
				if err := s.commands[i].run(ctx); err != nil {
					return fmt.Errorf("%s: %w", s.name, err)
				}
			}
		}
	}

	return nil
}

// median is the middle one; of an even number the mean of the two in the middle.
func median[N ~int64](numbers []N) N {
	sorted := slices.Sorted(slices.Values(numbers))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}

	return (sorted[middle-1] + sorted[middle]) / 2
}
