package telemetry

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"

	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	_ "google.golang.org/grpc/encoding/gzip" // the collector's exporters compress by default
	"google.golang.org/grpc/metadata"
)

type traceSink struct {
	ptraceotlp.UnimplementedGRPCServer
	sink *Sink
}

func (s *traceSink) Export(ctx context.Context, request ptraceotlp.ExportRequest) (ptraceotlp.ExportResponse, error) {
	return ptraceotlp.NewExportResponse(), s.sink.take(ctx, Traces, exporterOf(ctx), readSpans(request.Traces()))
}

type metricSink struct {
	pmetricotlp.UnimplementedGRPCServer
	sink *Sink
}

func (s *metricSink) Export(ctx context.Context, request pmetricotlp.ExportRequest) (pmetricotlp.ExportResponse, error) {
	return pmetricotlp.NewExportResponse(), s.sink.take(ctx, Metrics, exporterOf(ctx), readPoints(request.Metrics()))
}

type logSink struct {
	plogotlp.UnimplementedGRPCServer
	sink *Sink
}

func (s *logSink) Export(ctx context.Context, request plogotlp.ExportRequest) (plogotlp.ExportResponse, error) {
	return plogotlp.NewExportResponse(), s.sink.take(ctx, Logs, exporterOf(ctx), readLogs(request.Logs()))
}

func exporterOf(ctx context.Context) string {
	if values := metadata.ValueFromIncomingContext(ctx, ExporterHeader); len(values) > 0 {
		return values[0]
	}
	return ""
}

// take counts the records of a request when the sink's behaviour permits it, else returns what to answer.
func (s *Sink) take(ctx context.Context, signal Signal, exporter string, records batch) error {
	if err := s.behaviour.Load().permit(ctx); err != nil {
		return err
	}
	s.record(signal, exporter, records)
	return nil
}

func (s *Sink) handler() http.Handler {
	mux := http.NewServeMux()
	for _, signal := range Signals() {
		mux.HandleFunc("POST /v1/"+string(signal), func(w http.ResponseWriter, r *http.Request) {
			records, err := s.read(signal, r)
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			if err := s.take(r.Context(), signal, r.Header.Get(ExporterHeader), records); err != nil {
				http.Error(w, err.Error(), httpStatus(err))
				return
			}
			w.Header().Set("Content-Type", "application/x-protobuf")
		})
	}
	mux.HandleFunc("POST /api/v1/write", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if err := s.behaviour.Load().permit(r.Context()); err != nil {
			http.Error(w, err.Error(), httpStatus(err))
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	return mux
}

func (s *Sink) read(signal Signal, r *http.Request) (batch, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	switch signal {
	case Traces:
		request := ptraceotlp.NewExportRequest()
		if err := request.UnmarshalProto(body); err != nil {
			return nil, fmt.Errorf("decoding spans: %w", err)
		}
		return readSpans(request.Traces()), nil
	case Metrics:
		request := pmetricotlp.NewExportRequest()
		if err := request.UnmarshalProto(body); err != nil {
			return nil, fmt.Errorf("decoding metrics: %w", err)
		}
		return readPoints(request.Metrics()), nil
	case Logs:
		request := plogotlp.NewExportRequest()
		if err := request.UnmarshalProto(body); err != nil {
			return nil, fmt.Errorf("decoding log records: %w", err)
		}
		return readLogs(request.Logs()), nil
	default:
		return nil, unknownSignal(signal)
	}
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
	body, err := io.ReadAll(io.LimitReader(reader, largestBody+1))
	if err != nil {
		return nil, fmt.Errorf("reading a request: %w", err)
	}
	if len(body) > largestBody {
		return nil, fmt.Errorf("a request is longer than the %d bytes that a receiver takes", largestBody)
	}
	return body, nil
}
