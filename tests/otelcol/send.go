package otelcol

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"

	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// Protocol is how OTLP travels.
type Protocol string

// The protocols over which tests send.
const (
	GRPC Protocol = "grpc"
	HTTP Protocol = "http"
)

// Protocols returns every protocol over which tests send.
func Protocols() []Protocol { return []Protocol{GRPC, HTTP} }

// recordsPerRequest is how many spans, points or log records travel in one request.
const recordsPerRequest = 100

// Send sends one span, data point or log record for each number to an OTLP receiver at address, host:port, a
// hundred a request. It stops at the first request that is not wholly accepted and returns how many records were
// acknowledged before, counted from the first number; with no error that is all of them.
func Send(ctx context.Context, protocol Protocol, address string, signal Signal, numbers Numbers) (acknowledged int64, err error) {
	send, done, err := sender(protocol, address, signal)
	if err != nil {
		return 0, err
	}
	defer done()
	for acknowledged < numbers.Count {
		part := Numbers{First: numbers.First + acknowledged, Count: min(recordsPerRequest, numbers.Count-acknowledged)}
		if err := send(ctx, part); err != nil {
			return acknowledged, fmt.Errorf("sending %s over %s to %s: %w", signal, protocol, address, err)
		}
		acknowledged += part.Count
	}
	return acknowledged, nil
}

type sendPart func(context.Context, Numbers) error

func sender(protocol Protocol, address string, signal Signal) (send sendPart, done func(), err error) {
	if protocol == HTTP {
		url := fmt.Sprintf("http://%s/v1/%s", address, signal)
		client := &http.Client{Transport: &http.Transport{}}
		return func(ctx context.Context, n Numbers) error { return post(ctx, client, url, signal, n) }, client.CloseIdleConnections, nil
	}
	connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, nil, fmt.Errorf("connecting to %s over gRPC: %w", address, err)
	}
	return func(ctx context.Context, n Numbers) error { return call(ctx, connection, signal, n) }, func() { _ = connection.Close() }, nil
}

func call(ctx context.Context, connection *grpc.ClientConn, signal Signal, n Numbers) error {
	switch signal {
	case Traces:
		response, err := ptraceotlp.NewGRPCClient(connection).Export(ctx, ptraceotlp.NewExportRequestFromTraces(spans(n)))
		if err != nil {
			return err
		}
		return rejected(response.PartialSuccess().RejectedSpans(), response.PartialSuccess().ErrorMessage())
	case Metrics:
		response, err := pmetricotlp.NewGRPCClient(connection).Export(ctx, pmetricotlp.NewExportRequestFromMetrics(points(n)))
		if err != nil {
			return err
		}
		return rejected(response.PartialSuccess().RejectedDataPoints(), response.PartialSuccess().ErrorMessage())
	case Logs:
		response, err := plogotlp.NewGRPCClient(connection).Export(ctx, plogotlp.NewExportRequestFromLogs(logRecords(n)))
		if err != nil {
			return err
		}
		return rejected(response.PartialSuccess().RejectedLogRecords(), response.PartialSuccess().ErrorMessage())
	default:
		return unknownSignal(signal)
	}
}

func rejected(count int64, message string) error {
	if count == 0 {
		return nil
	}
	return fmt.Errorf("%d records were rejected: %s", count, message)
}

func unknownSignal(signal Signal) error {
	return fmt.Errorf("unknown signal %q; use one of %v", signal, Signals())
}

func post(ctx context.Context, client *http.Client, url string, signal Signal, n Numbers) error {
	body, err := encodeRequest(signal, n)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-protobuf")
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return fmt.Errorf("reading the answer: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the receiver answered %s: %q", response.Status, answer)
	}
	return rejectedOverHTTP(signal, answer)
}

func encodeRequest(signal Signal, n Numbers) ([]byte, error) {
	switch signal {
	case Traces:
		return ptraceotlp.NewExportRequestFromTraces(spans(n)).MarshalProto()
	case Metrics:
		return pmetricotlp.NewExportRequestFromMetrics(points(n)).MarshalProto()
	case Logs:
		return plogotlp.NewExportRequestFromLogs(logRecords(n)).MarshalProto()
	default:
		return nil, unknownSignal(signal)
	}
}

// rejectedOverHTTP reads a partial success out of an answer. The three kinds of answer are the same on the wire,
// so one decoder serves for all.
func rejectedOverHTTP(signal Signal, answer []byte) error {
	response := plogotlp.NewExportResponse()
	if err := response.UnmarshalProto(answer); err != nil {
		return fmt.Errorf("decoding the receiver's answer about %s: %w", signal, err)
	}
	return rejected(response.PartialSuccess().RejectedLogRecords(), response.PartialSuccess().ErrorMessage())
}
