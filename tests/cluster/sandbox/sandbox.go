// Package sandbox runs a program again in Linux namespaces of its own (network, mounts, processes, host name), so that
// nothing it starts reaches the network or outlives it: when the first process of the sandbox ends, the kernel ends all
// others and removes every interface, firewall rule and mount.
//
// It needs root, and Debian's iproute2.
package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
)

const (
	// roleVariable says, in the environment of a program that was run again, which part it has.
	roleVariable = "HELM_OTLP_SANDBOX"
	// taskVariable holds what a role needs to know, in JSON.
	taskVariable = "HELM_OTLP_SANDBOX_TASK"

	firstRole  = "first"
	insideRole = "inside"

	namespaces = syscall.CLONE_NEWNET | syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWUTS | syscall.CLONE_NEWIPC
)

// Role is the part of a program that [Command] has run, empty for one that was started otherwise.
func Role() string {
	switch role := os.Getenv(roleVariable); role {
	case firstRole, insideRole:
		return ""
	default:
		return role
	}
}

// Within tells whether the program runs inside a sandbox already.
func Within() bool { return os.Getenv(roleVariable) != "" }

// Task reads what the caller of [Command] gave.
func Task(task any) error {
	if err := json.Unmarshal([]byte(os.Getenv(taskVariable)), task); err != nil {
		return fmt.Errorf("read the task of this role: %w", err)
	}

	return nil
}

// Enter runs the program again in a sandbox, with the same arguments. There, Enter returns true. Outside, it returns
// false and the exit code once all that ran inside is gone; meanwhile it has called outside, unless that is nil, with the
// number of the sandbox's first process. The environment inside has the given additions.
func Enter(outside func(pid int), additions ...string) (inside bool, code int, err error) {
	switch os.Getenv(roleVariable) {
	case insideRole:
		return true, 0, nil
	case firstRole:
		code, err := runFirst()

		return false, code, err
	}
	if os.Geteuid() != 0 {
		return false, 1, errors.New("a sandbox needs root, for its namespaces")
	}

	cmd := again(firstRole, additions)
	cmd.SysProcAttr.Cloneflags = namespaces
	// Go may keep several threads; the death signal is sent when the one that started the process ends.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := cmd.Start(); err != nil {
		return false, 1, fmt.Errorf("start a sandbox: %w", err)
	}
	stop := forward(cmd.Process)
	defer stop()
	if outside != nil {
		outside(cmd.Process.Pid)
	}

	return false, exitCode(cmd.Wait()), nil
}

// Command is this program in a further sandbox within this one, where [Role] returns the role and [Task] the task. It is
// killed when the thread that starts it ends, so that thread must be locked.
func Command(role string, task any) (*exec.Cmd, error) {
	encoded, err := json.Marshal(task)
	if err != nil {
		return nil, fmt.Errorf("encode the task of %s: %w", role, err)
	}
	cmd := again(role, []string{taskVariable + "=" + string(encoded)})
	cmd.Args = cmd.Args[:1]
	cmd.SysProcAttr.Cloneflags = namespaces

	return cmd, nil
}

func again(role string, additions []string) *exec.Cmd {
	cmd := exec.Command("/proc/self/exe", os.Args[1:]...)
	for _, setting := range os.Environ() {
		if !strings.HasPrefix(setting, roleVariable) {
			cmd.Env = append(cmd.Env, setting)
		}
	}
	cmd.Env = append(append(cmd.Env, roleVariable+"="+role), additions...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}

	return cmd
}

// runFirst is the first process of a sandbox. It runs the program once more, for the real work, and buries the dead.
func runFirst() (int, error) {
	if err := SetUp("sandbox"); err != nil {
		return 1, err
	}
	cmd := again(insideRole, nil)
	runtime.LockOSThread()
	if err := cmd.Start(); err != nil {
		return 1, fmt.Errorf("start the program inside: %w", err)
	}
	stop := forward(cmd.Process)
	defer stop()

	for {
		pid, status, err := Bury()
		if err != nil {
			return 1, err
		}
		if pid == cmd.Process.Pid {
			return codeOf(status), nil
		}
	}
}

// SetUp prepares new namespaces from within: mounts are not seen outside, /proc shows the processes inside, the host has the
// name, and loopback is up.
func SetUp(host string) error {
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make the mounts private: %w", err)
	}
	// As systemd does on a node: a volume with mountPropagation asks for it.
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_SHARED, ""); err != nil {
		return fmt.Errorf("share the mounts with what is mounted inside: %w", err)
	}
	if err := syscall.Mount("proc", "/proc", "proc", syscall.MS_NOSUID|syscall.MS_NODEV|syscall.MS_NOEXEC, ""); err != nil {
		return fmt.Errorf("mount /proc: %w", err)
	}
	if err := syscall.Sethostname([]byte(host)); err != nil {
		return fmt.Errorf("name the host: %w", err)
	}

	return Run("ip", "link", "set", "lo", "up")
}

// Run runs a short command to its end, and returns what it said as the error.
func Run(name string, args ...string) error {
	output, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, strings.TrimSpace(string(output)))
	}

	return nil
}

// Bury waits for any process to end, the orphans among them, which are the first process's to wait for.
func Bury() (pid int, status syscall.WaitStatus, err error) {
	for {
		pid, err = syscall.Wait4(-1, &status, 0, nil)
		if !errors.Is(err, syscall.EINTR) {
			return pid, status, err
		}
	}
}

// forward passes on what asks this process to end.
func forward(process *os.Process) (stop func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGQUIT, syscall.SIGHUP)
	go func() {
		for s := range signals {
			_ = process.Signal(s)
		}
	}()

	return func() {
		signal.Stop(signals)
		close(signals)
	}
}

func exitCode(err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if status, ok := exit.Sys().(syscall.WaitStatus); ok {
			return codeOf(status)
		}
	}
	if err != nil {
		return 1
	}

	return 0
}

// codeOf is a shell's: 128 and the signal for a process that a signal ended.
func codeOf(status syscall.WaitStatus) int {
	if status.Signaled() {
		return 128 + int(status.Signal())
	}

	return status.ExitStatus()
}
