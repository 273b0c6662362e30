package otelcol

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"
	_ "google.golang.org/grpc/encoding/gzip" // the collector's exporters compress by default
	"google.golang.org/grpc/metadata"
)

// ExporterHeader is the header by which an exporter that [Rewrite] has pointed at a [Sink] says its id.
const ExporterHeader = "x-helm-otlp-exporter"

const largestRequest = 256 << 20

// Sink is an OTLP backend over gRPC and HTTP on loopback that counts what arrives by its number, apart for each
// exporter that names itself. Anything posted to /api/v1/write is accepted and not counted.
type Sink struct {
	// GRPC and HTTP are its addresses, host:port.
	GRPC, HTTP string

	ledger
}

// StartSink starts a sink that lives until the test ends.
func StartSink(tb testing.TB) *Sink {
	tb.Helper()
	overGRPC, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(tb, err)
	overHTTP, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(tb, err)
	sink := &Sink{GRPC: overGRPC.Addr().String(), HTTP: overHTTP.Addr().String()}
	sink.seen = map[stream]map[int64]int{}
	sink.unnumbered = map[stream]int64{}

	server := grpc.NewServer(grpc.MaxRecvMsgSize(largestRequest))
	ptraceotlp.RegisterGRPCServer(server, &traceSink{sink: sink})
	pmetricotlp.RegisterGRPCServer(server, &metricSink{sink: sink})
	plogotlp.RegisterGRPCServer(server, &logSink{sink: sink})
	web := &http.Server{Handler: sink.handler()}
	go func() { _ = server.Serve(overGRPC) }()
	go func() { _ = web.Serve(overHTTP) }()
	tb.Cleanup(func() {
		server.Stop()
		_ = web.Close()
	})
	return sink
}

type traceSink struct {
	ptraceotlp.UnimplementedGRPCServer
	sink *Sink
}

func (s *traceSink) Export(ctx context.Context, request ptraceotlp.ExportRequest) (ptraceotlp.ExportResponse, error) {
	numbersOfSpans(request.Traces(), s.sink.entry(Traces, exporterOf(ctx)))
	return ptraceotlp.NewExportResponse(), nil
}

type metricSink struct {
	pmetricotlp.UnimplementedGRPCServer
	sink *Sink
}

func (s *metricSink) Export(ctx context.Context, request pmetricotlp.ExportRequest) (pmetricotlp.ExportResponse, error) {
	numbersOfPoints(request.Metrics(), s.sink.entry(Metrics, exporterOf(ctx)))
	return pmetricotlp.NewExportResponse(), nil
}

type logSink struct {
	plogotlp.UnimplementedGRPCServer
	sink *Sink
}

func (s *logSink) Export(ctx context.Context, request plogotlp.ExportRequest) (plogotlp.ExportResponse, error) {
	numbersOfLogs(request.Logs(), s.sink.entry(Logs, exporterOf(ctx)))
	return plogotlp.NewExportResponse(), nil
}

func exporterOf(ctx context.Context) string {
	if values := metadata.ValueFromIncomingContext(ctx, ExporterHeader); len(values) > 0 {
		return values[0]
	}
	return ""
}

func (s *Sink) handler() http.Handler {
	mux := http.NewServeMux()
	for _, signal := range Signals() {
		mux.HandleFunc("POST /v1/"+string(signal), func(w http.ResponseWriter, r *http.Request) {
			if err := s.receive(signal, r); err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			w.Header().Set("Content-Type", "application/x-protobuf")
		})
	}
	mux.HandleFunc("POST /api/v1/write", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusNoContent)
	})
	return mux
}

func (s *Sink) receive(signal Signal, r *http.Request) error {
	body, err := readBody(r)
	if err != nil {
		return err
	}
	add := s.entry(signal, r.Header.Get(ExporterHeader))
	switch signal {
	case Traces:
		request := ptraceotlp.NewExportRequest()
		if err := request.UnmarshalProto(body); err != nil {
			return fmt.Errorf("decoding spans: %w", err)
		}
		numbersOfSpans(request.Traces(), add)
	case Metrics:
		request := pmetricotlp.NewExportRequest()
		if err := request.UnmarshalProto(body); err != nil {
			return fmt.Errorf("decoding metrics: %w", err)
		}
		numbersOfPoints(request.Metrics(), add)
	case Logs:
		request := plogotlp.NewExportRequest()
		if err := request.UnmarshalProto(body); err != nil {
			return fmt.Errorf("decoding log records: %w", err)
		}
		numbersOfLogs(request.Logs(), add)
	}
	return nil
}

func readBody(r *http.Request) ([]byte, error) {
	reader := io.Reader(r.Body)
	switch encoding := r.Header.Get("Content-Encoding"); encoding {
	case "", "none":
	case "gzip":
		unzipped, err := gzip.NewReader(r.Body)
		if err != nil {
			return nil, fmt.Errorf("unzipping a request: %w", err)
		}
		reader = unzipped
	default:
		return nil, fmt.Errorf("content encoding %q is not known to the sink; let the exporter use gzip or none", encoding)
	}
	body, err := io.ReadAll(io.LimitReader(reader, largestRequest))
	if err != nil {
		return nil, fmt.Errorf("reading a request: %w", err)
	}
	return body, nil
}
