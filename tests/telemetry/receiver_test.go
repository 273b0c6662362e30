package telemetry_test

import (
	"context"
	"net"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

// receiver is a gRPC server for traces that answers as a test wants.
type receiver struct {
	ptraceotlp.UnimplementedGRPCServer
	answer func(ctx context.Context, request ptraceotlp.ExportRequest) (ptraceotlp.ExportResponse, error)
}

func (r *receiver) Export(ctx context.Context, request ptraceotlp.ExportRequest) (ptraceotlp.ExportResponse, error) {
	return r.answer(ctx, request)
}

// receiving returns the address of a receiver that lives until the test ends.
func receiving(t *testing.T, answer func(ctx context.Context, request ptraceotlp.ExportRequest) (ptraceotlp.ExportResponse, error)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := grpc.NewServer()
	ptraceotlp.RegisterGRPCServer(server, &receiver{answer: answer})
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return listener.Addr().String()
}

// sampling returns the address of a receiver that acknowledges everything and passes on the spans that keep wants.
func sampling(t *testing.T, sink *telemetry.Sink, keep func(span ptrace.Span) bool) string {
	t.Helper()
	connection, err := grpc.NewClient(sink.GRPC, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { _ = connection.Close() })
	return receiving(t, func(ctx context.Context, request ptraceotlp.ExportRequest) (ptraceotlp.ExportResponse, error) {
		for _, resource := range request.Traces().ResourceSpans().All() {
			for _, scope := range resource.ScopeSpans().All() {
				scope.Spans().RemoveIf(func(span ptrace.Span) bool { return !keep(span) })
			}
		}
		return ptraceotlp.NewGRPCClient(connection).Export(ctx, request)
	})
}

// lossy is a dialer whose connections write as ever and lose each answer while on is set.
type lossy struct {
	on    atomic.Bool
	dials atomic.Int64
}

func (l *lossy) dial(ctx context.Context, network, address string) (net.Conn, error) {
	l.dials.Add(1)
	connection, err := (&net.Dialer{}).DialContext(ctx, network, address)
	return &lossyConnection{Conn: connection, lossy: l}, err
}

type lossyConnection struct {
	net.Conn
	lossy *lossy
}

func (c *lossyConnection) Read(into []byte) (int, error) {
	n, err := c.Conn.Read(into)
	if c.lossy.on.Load() {
		_ = c.Close()
		return 0, net.ErrClosed
	}
	return n, err
}
