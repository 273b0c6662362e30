package network

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
	"github.com/helm-otlp/helm-otlp/tests/cluster/sandbox"
)

// A place is where one dials from, or what one dials.
type place struct {
	name string
	// network is its network namespace, and address its own there.
	network, address string
	// behind are the network namespaces that what is sent to it may arrive in, when not in its own.
	behind []string
}

func placeOf(t *testing.T, pod *corev1.Pod) place {
	t.Helper()

	return place{name: pod.Name, network: networkOf(t, pod), address: pod.Status.PodIP}
}

// outside is no Pod and no node: the tests' own network, which the nodes are connected by.
func outside() place {
	return place{name: "outside", network: "/proc/self/ns/net", address: cluster.HostAddress}
}

// A port is one of TCP or UDP.
type port struct {
	protocol corev1.Protocol
	number   int32
}

func tcp(number int32) port { return port{corev1.ProtocolTCP, number} }
func udp(number int32) port { return port{corev1.ProtocolUDP, number} }

func (p port) String() string { return fmt.Sprintf("%d/%s", p.number, p.protocol) }

// A way leads to a port, and is open or not.
type way struct {
	from, to place
	port     port
	open     bool
}

// hold waits until all ways are as they are to be, all at once.
func hold(t *testing.T, ways []way) {
	t.Helper()
	cluster.Eventually(t, func(ctx context.Context) error {
		var wrong []error
		for _, w := range ways {
			wrong = append(wrong, w.check(ctx))
		}

		return errors.Join(wrong...)
	})
}

// check says what is wrong with the way. Only a refusal counts as one: kube-router answers what it does not let pass.
func (w way) check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	dial := w.dialTCP
	if w.port.protocol == corev1.ProtocolUDP {
		dial = w.sendUDP
	}
	err := dial(ctx)
	switch {
	case w.open && err != nil:
		return fmt.Errorf("%s does not reach %s at %s: %w", w.from.name, w.to.name, w.port, err)
	case !w.open && err == nil:
		return fmt.Errorf("%s reaches %s at %s", w.from.name, w.to.name, w.port)
	case !w.open && !errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("%s is not refused by %s at %s: %w", w.from.name, w.to.name, w.port, err)
	}

	return nil
}

func (w way) dial(ctx context.Context) (net.Conn, error) {
	dialer := sandbox.Dialer{Namespace: w.from.network}

	return dialer.DialContext(ctx, strings.ToLower(string(w.port.protocol)), net.JoinHostPort(w.to.address, strconv.Itoa(int(w.port.number))))
}

func (w way) dialTCP(ctx context.Context) error {
	connection, err := w.dial(ctx)
	if err != nil {
		return err
	}

	return connection.Close()
}

// sendUDP waits until a program has read the datagram, since nothing answers it.
func (w way) sendUDP(ctx context.Context) error {
	before, err := w.to.datagrams()
	if err != nil {
		return err
	}
	connection, err := w.dial(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = connection.Close() }()
	if _, err := connection.Write([]byte("datagram")); err != nil {
		return err
	}
	for ctx.Err() == nil {
		if now, err := w.to.datagrams(); err != nil || now > before {
			return err
		}
		_ = connection.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
		if _, err := connection.Read(make([]byte, 1)); errors.Is(err, syscall.ECONNREFUSED) {
			return err
		}
	}

	return ctx.Err()
}

// datagrams counts those that programs behind the place have read.
func (p place) datagrams() (total int, err error) {
	networks := p.behind
	if networks == nil {
		networks = []string{p.network}
	}
	for _, network := range networks {
		content, err := os.ReadFile(strings.TrimSuffix(network, "ns/net") + "net/snmp")
		if err != nil {
			return 0, err
		}
		_, lines, _ := strings.Cut(string(content), "\nUdp: InDatagrams ")
		_, counts, _ := strings.Cut(lines, "\nUdp: ")
		first, _, _ := strings.Cut(counts, " ")
		count, err := strconv.Atoi(first)
		if err != nil {
			return 0, fmt.Errorf("read how many datagrams have arrived: %w", err)
		}
		total += count
	}

	return total, nil
}

// listen has something answer at the ports of a place until the test ends, so that only a policy can refuse.
func listen(t *testing.T, at place, ports ...port) {
	t.Helper()
	for _, p := range ports {
		address := ":" + strconv.Itoa(int(p.number))
		if p.protocol == corev1.ProtocolUDP {
			socket, err := sandbox.ListenPacket(at.network, "udp4", address)
			require.NoError(t, err, at.name)
			t.Cleanup(func() { _ = socket.Close() })
			go swallow(socket)

			continue
		}
		listener, err := sandbox.Listen(at.network, "tcp4", address)
		require.NoError(t, err, at.name)
		t.Cleanup(func() { _ = listener.Close() })
		go accept(listener)
	}
}

func swallow(socket net.PacketConn) {
	buffer := make([]byte, 64)
	for {
		if _, _, err := socket.ReadFrom(buffer); err != nil {
			return
		}
	}
}

func accept(listener net.Listener) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		_ = connection.Close()
	}
}
