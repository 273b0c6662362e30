package sandbox

import (
	"context"
	"fmt"
	"net"
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// Dialer opens connections from within the network namespace of a process, wherever this one is: as if a program on
// that node or in that Pod did. Addresses are numbers, since names are looked up outside.
type Dialer struct {
	// Namespace is a file such as /proc/123/ns/net.
	Namespace string
}

// DialContext is net.Dialer's.
func (d Dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	return within(d.Namespace, func() (net.Conn, error) { return new(net.Dialer).DialContext(ctx, network, address) })
}

// Listen is net.Listen within the network namespace.
func Listen(namespace, network, address string) (net.Listener, error) {
	return within(namespace, func() (net.Listener, error) { return net.Listen(network, address) })
}

// ListenPacket is net.ListenPacket within the network namespace.
func ListenPacket(namespace, network, address string) (net.PacketConn, error) {
	return within(namespace, func() (net.PacketConn, error) { return net.ListenPacket(network, address) })
}

// within opens a socket from a thread in the network namespace, where the socket then is for good.
func within[T any](namespace string, open func() (T, error)) (T, error) {
	var opened T
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		var err error
		if unix.Gettid() == os.Getpid() {
			// The first thread does not end with a goroutine, and /proc/self is what it is. While this one keeps it, the
			// next is on another.
			defer runtime.UnlockOSThread()
			opened, err = within(namespace, open)
			done <- err

			return
		}
		// Never unlocked: the thread ends with the goroutine, rather than go on in the wrong namespace.
		err = enter(namespace)
		if err == nil {
			opened, err = open()
		}
		done <- err
	}()
	err := <-done

	return opened, err
}

// enter moves the calling thread into the network namespace.
func enter(namespace string) error {
	file, err := unix.Open(namespace, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open the network namespace %s: %w", namespace, err)
	}
	defer func() { _ = unix.Close(file) }()
	if err := unix.Setns(file, unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("enter the network namespace %s: %w", namespace, err)
	}

	return nil
}
