package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// A command is a server to run and the condition under which the next one can be started.
type command struct {
	name  string
	path  string
	args  []string
	ready func(context.Context, *Cluster) error
}

// A process is a running server. It dies with this process, however that ends.
type process struct {
	name string
	log  string
	cmd  *exec.Cmd
	done chan struct{}
}

// startProcess runs the command with its output in the folder logs of dir.
func startProcess(c command, dir string) (*process, error) {
	return runProcess(c.name, exec.Command(c.path, c.args...), dir)
}

// runProcess is startProcess for a program that is set up already.
func runProcess(name string, cmd *exec.Cmd, dir string) (*process, error) {
	logs := filepath.Join(dir, "logs")
	if err := os.MkdirAll(logs, 0o755); err != nil {
		return nil, fmt.Errorf("create the folder of logs: %w", err)
	}
	log, err := os.OpenFile(filepath.Join(logs, name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, fmt.Errorf("create the log of %s: %w", name, err)
	}

	cmd.Dir = dir
	cmd.Stdin, cmd.Stdout, cmd.Stderr = nil, log, log
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Pdeathsig, cmd.SysProcAttr.Setpgid = syscall.SIGKILL, true
	p := &process{name: name, log: log.Name(), cmd: cmd, done: make(chan struct{})}

	started := make(chan error)
	go func() {
		defer close(p.done)
		defer func() { _ = log.Close() }()
		// The death signal is sent when the thread that started the process ends: keep it as long as the process.
		runtime.LockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("run %s: %w", name, err)
	}

	return p, nil
}

func (p *process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// stop asks the process to end, and kills it when it has not done so in five seconds.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
		return
	case <-time.After(5 * time.Second):
	}
	_ = p.cmd.Process.Kill()
	<-p.done
}

// logTail returns the last lines of the log as an error.
func (p *process) logTail() error {
	content, err := os.ReadFile(p.log)
	if err != nil {
		return fmt.Errorf("read the log of %s: %w", p.name, err)
	}
	lines := strings.Split(strings.TrimRight(string(content), "\n"), "\n")

	return errors.New("the end of its log:\n" + strings.Join(lines[max(0, len(lines)-20):], "\n"))
}
