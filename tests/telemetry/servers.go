package telemetry

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"
)

// servers are what a sink listens with while it is not down.
type servers struct {
	listeners listeners
	grpc      *grpc.Server
	http      *http.Server
}

type listeners struct{ grpc, http net.Listener }

// listen tries for the time patience, since a connection of anyone may hold the port for a moment.
func (s *Sink) listen(ctx context.Context, patience time.Duration) (listeners, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	overGRPC, err := listenUntil(ctx, s.GRPC)
	if err != nil {
		return listeners{}, err
	}
	overHTTP, err := listenUntil(ctx, s.HTTP)
	if err != nil {
		_ = overGRPC.Close()
		return listeners{}, err
	}
	return listeners{grpc: overGRPC, http: overHTTP}, nil
}

// serve starts the servers.
func (s *Sink) serve(listeners listeners) {
	servers := &servers{
		listeners: listeners,
		grpc:      grpc.NewServer(grpc.MaxRecvMsgSize(largestMessage)),
		http:      &http.Server{Handler: s.handler(), ReadHeaderTimeout: time.Minute},
	}
	ptraceotlp.RegisterGRPCServer(servers.grpc, &traceSink{sink: s})
	pmetricotlp.RegisterGRPCServer(servers.grpc, &metricSink{sink: s})
	plogotlp.RegisterGRPCServer(servers.grpc, &logSink{sink: s})
	go func() { _ = servers.grpc.Serve(listeners.grpc) }()
	go func() { _ = servers.http.Serve(listeners.http) }()
	s.servers = servers
}

// stop closes the listeners and cuts the connections.
func (s *Sink) stop() {
	if s.servers == nil {
		return
	}
	// A server that does not serve yet would close its listener later.
	_ = s.servers.listeners.grpc.Close()
	_ = s.servers.listeners.http.Close()
	s.servers.grpc.Stop()
	_ = s.servers.http.Close()
	s.servers = nil
}

// listenUntil tries until it succeeds or ctx ends.
func listenUntil(ctx context.Context, address string) (net.Listener, error) {
	for {
		listener, err := (&net.ListenConfig{}).Listen(context.WithoutCancel(ctx), "tcp", address)
		if err == nil {
			return listener, nil
		}
		if !sleep(ctx, 20*time.Millisecond) {
			return nil, fmt.Errorf("listening on %s: %w; choose an address of this machine and a free port", address, err)
		}
	}
}
