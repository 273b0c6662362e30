package otelcol

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	readyTimeout = 60 * time.Second
	stopTimeout  = 60 * time.Second
	readyMessage = "Everything is ready"
)

// Validate asks the collector at binary whether it accepts a config, and returns what it says against it. The
// collector stops at the first of several errors, in no fixed order. env is all that it sees of the environment
// beside PATH.
func Validate(ctx context.Context, binary, configYAML string, env map[string]string) error {
	dir, err := os.MkdirTemp("", "otelcol-validate-")
	if err != nil {
		return fmt.Errorf("making a folder for the config to validate: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "config.yaml")
	if err := os.WriteFile(path, []byte(configYAML), 0o600); err != nil {
		return fmt.Errorf("writing the config to validate: %w", err)
	}
	cmd := exec.CommandContext(ctx, binary, "validate", "--config=file:"+path)
	cmd.Env = environment(env)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s validate: %w\n%s", filepath.Base(binary), err, strings.TrimSpace(string(out)))
	}
	return nil
}

// Accepts tells whether the collector at binary knows a type, by its current name or an older one. kind is a
// section of a config, such as receivers. It is surer than `otelcol components`, which in 0.149 leaves out each
// type that has an older name too.
func Accepts(ctx context.Context, binary, kind, name string) (bool, error) {
	text := fmt.Sprintf("%s: {%s: {}}\nservice: {pipelines: {logs: {receivers: [none], exporters: [none]}}}\n", kind, name)
	err := Validate(ctx, binary, text, nil)
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return false, fmt.Errorf("asking %s for the type %s: it should have refused a pipeline without components: %w", binary, name, err)
	}
	gone := strings.Contains(err.Error(), "unknown type: ") || strings.Contains(err.Error(), "has been deprecated, use")
	return !gone, nil
}

// Collector is a running collector. Its methods may be called from several goroutines.
type Collector struct {
	// Endpoints are the addresses at which it answers.
	Endpoints Endpoints

	cmd    *exec.Cmd
	output *output
	exited chan struct{}
	// answered is when it was ready for the first time.
	answered time.Time
	// exit is what ended the process; read it only once exited is closed.
	exit error
}

// Start runs the collector at binary with a config and returns once it is ready: the health check answers 200
// where the config has one, else the OTLP ports answer, else its log says so. The test fails at once, with the
// log, when it exits or is not ready within a minute. When the test ends the collector gets SIGTERM; one that
// does not end cleanly fails the test. env is all that it sees of the environment beside PATH.
func Start(tb testing.TB, binary, configYAML string, env map[string]string) *Collector {
	tb.Helper()
	c, err := TryStart(tb, binary, configYAML, env)
	require.NoError(tb, err)
	return c
}

// TryStart is [Start] for a config that may not start: it returns the error, with the end of the log, where Start
// fails the test.
func TryStart(tb testing.TB, binary, configYAML string, env map[string]string) (*Collector, error) {
	tb.Helper()
	config, err := parseConfig(configYAML)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(tb.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte(configYAML), 0o600); err != nil {
		return nil, fmt.Errorf("writing the collector's config: %w", err)
	}
	c := &Collector{Endpoints: endpointsOf(config, env), output: &output{}, exited: make(chan struct{})}
	c.cmd = exec.Command(binary, "--config=file:"+path)
	c.cmd.Env = environment(env)
	c.cmd.Stdout, c.cmd.Stderr = c.output, c.output
	// It dies with the tests, however they end.
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	started := make(chan error)
	go func() {
		// The death signal is sent when the thread that started the process ends: keep it as long as the process.
		runtime.LockOSThread()
		err := c.cmd.Start()
		started <- err
		if err == nil {
			c.exit = c.cmd.Wait()
			close(c.exited)
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("starting %s: %w", binary, err)
	}
	ctx, cancel := context.WithTimeout(tb.Context(), readyTimeout)
	defer cancel()
	if err := c.waitReady(ctx); err != nil {
		c.Kill()
		return nil, err
	}
	c.answered = time.Now()
	tb.Cleanup(func() {
		if err := c.Stop(); err != nil {
			tb.Errorf("%v", err)
		}
		if tb.Failed() {
			tb.Logf("log of %s:\n%s", filepath.Base(binary), lastLines(c.Log(), 60))
		}
	})
	return c, nil
}

// Log returns what the collector has written so far.
func (c *Collector) Log() string { return c.output.String() }

// Stop sends SIGTERM and returns once the process is gone. It returns an error when that takes longer than a
// minute (the process is then killed) or when the collector ends with another code than 0. A collector that
// [Collector.Kill] or Stop has ended before is no error.
func (c *Collector) Stop() error {
	if c.gone() {
		return c.unexpectedExit()
	}
	// A collector listens for signals only a moment after it says that it is ready.
	time.Sleep(time.Until(c.answered.Add(time.Second)))
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stopping the collector: %w", err)
	}
	select {
	case <-c.exited:
		return c.unexpectedExit()
	case <-time.After(stopTimeout):
		c.Kill()
		return fmt.Errorf("stopping the collector: it still ran %s after SIGTERM; its queue may not drain, see its log", stopTimeout)
	}
}

// Kill ends the collector by SIGKILL, as a node's out-of-memory killer would, and returns once it is gone.
func (c *Collector) Kill() {
	_ = c.cmd.Process.Kill()
	<-c.exited
}

func (c *Collector) gone() bool {
	select {
	case <-c.exited:
		return true
	default:
		return false
	}
}

// unexpectedExit tells how the process ended, nil after exit code 0 or SIGKILL.
func (c *Collector) unexpectedExit() error {
	var exit *exec.ExitError
	if errors.As(c.exit, &exit) {
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signal() == syscall.SIGKILL {
			return nil
		}
	}
	if c.exit != nil {
		return fmt.Errorf("the collector ended by itself: %w", c.exit)
	}
	return nil
}

func (c *Collector) waitReady(ctx context.Context) error {
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for !c.ready(ctx) {
		select {
		case <-c.exited:
			return fmt.Errorf("waiting for the collector to be ready: it exited (%v); its log ends with:\n%s", c.cmd.ProcessState, lastLines(c.Log(), 20))
		case <-ctx.Done():
			return fmt.Errorf("waiting for the collector to be ready: %w; its log ends with:\n%s", ctx.Err(), lastLines(c.Log(), 20))
		case <-ticker.C:
		}
	}
	return nil
}

func (c *Collector) ready(ctx context.Context) bool {
	switch {
	case c.Endpoints.Health != "":
		return healthy(ctx, c.Endpoints.Health)
	case c.Endpoints.OTLPGRPC != "" || c.Endpoints.OTLPHTTP != "":
		return answers(ctx, c.Endpoints.OTLPGRPC) && answers(ctx, c.Endpoints.OTLPHTTP)
	default:
		return strings.Contains(c.Log(), readyMessage)
	}
}

func healthy(ctx context.Context, url string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// answers tells whether something listens at an address; no address is nothing to wait for.
func answers(ctx context.Context, address string) bool {
	if address == "" {
		return true
	}
	var dialer net.Dialer
	connection, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return false
	}
	_ = connection.Close()
	return true
}

// output keeps what a process writes.
type output struct {
	mu   sync.Mutex
	text strings.Builder
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
