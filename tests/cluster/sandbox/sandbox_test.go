package sandbox_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/tests/cluster/sandbox"
)

const (
	inside = "SANDBOX_TEST_INSIDE"
	// orphan is a process that nobody waits for, and cable an interface.
	orphan, cable = "86399.5", "sandboxtest0"
	nested        = "nested"
)

// The tests run this program again, which then is what they look at.
func TestMain(m *testing.M) {
	switch {
	case sandbox.Role() == nested:
		os.Exit(listen())
	case os.Getenv(inside) != "":
		os.Exit(enter())
	default:
		os.Exit(m.Run())
	}
}

func enter() int {
	in, code, err := sandbox.Enter(nil)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	if !in {
		return code
	}
	for _, command := range []string{
		"ip link add " + cable + " type bridge",
		"setsid sleep " + orphan + " >/dev/null 2>&1 &",
		"ip -brief address", "hostname", "ps -e -o args",
	} {
		output, err := exec.Command("sh", "-c", command).CombinedOutput()
		if err != nil {
			fmt.Println(command, err)
		}
		fmt.Printf("%s", output)
	}
	if err := dialNested(); err != nil {
		fmt.Println(err)

		return 1
	}

	return 7
}

// dialNested reaches a server on the loopback of a sandbox within this one.
func dialNested() error {
	cmd, err := sandbox.Command(nested, "hello")
	if err != nil {
		return err
	}
	// It ends with the thread that started it, and a Dialer ends threads.
	runtime.LockOSThread()
	if err := cmd.Start(); err != nil {
		return err
	}
	dialer := sandbox.Dialer{Namespace: fmt.Sprintf("/proc/%d/ns/net", cmd.Process.Pid)}
	for range 100 {
		var connection net.Conn
		connection, err = dialer.DialContext(context.Background(), "tcp", "127.0.0.1:7777")
		if err == nil {
			said := make([]byte, 5)
			_, err = connection.Read(said)
			fmt.Printf("nested says %s\n", said)

			return err
		}
		time.Sleep(20 * time.Millisecond)
	}

	return err
}

func listen() int {
	if err := greet(); err != nil {
		fmt.Println("nested:", err)
	}

	return 1
}

// greet says what its task is to the first who connects.
func greet() error {
	var greeting string
	if err := sandbox.Task(&greeting); err != nil {
		return err
	}
	if err := sandbox.SetUp("inner"); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:7777")
	if err != nil {
		return err
	}
	connection, err := listener.Accept()
	if err != nil {
		return err
	}
	_, err = connection.Write([]byte(greeting))
	time.Sleep(time.Hour)

	return err
}

func TestASandboxIsApartAndLeavesNothing(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("a sandbox needs root")
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), inside+"=yes")
	output, err := cmd.CombinedOutput()
	text := string(output)

	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit, text)
	assert.Equal(t, 7, exit.ExitCode(), "the exit code is that of the program inside: %s", text)
	assert.Contains(t, text, "sandbox\n", "it has a host name of its own")
	assert.Contains(t, text, "sleep "+orphan, "the orphan ran")
	assert.Contains(t, text, "nested says hello", "a sandbox within can be dialled from without")
	assert.NotContains(t, text, os.Args[0]+" -test", "processes outside can't be seen")
	for _, line := range strings.Split(text, "\n") {
		if strings.Contains(line, "UP") || strings.Contains(line, "DOWN") {
			assert.Regexp(t, `^(lo|`+cable+`) `, line, "an interface of the machine can be seen")
		}
	}

	links, err := exec.Command("ip", "-brief", "link").Output()
	require.NoError(t, err)
	assert.NotContains(t, string(links), cable)
	processes, err := exec.Command("ps", "-e", "-o", "args").Output()
	require.NoError(t, err)
	assert.NotContains(t, string(processes), "sleep "+orphan)
}
