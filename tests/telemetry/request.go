package telemetry

import (
	"context"
	"fmt"

	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"
)

// request is an export request of one signal, which may be sent more than once.
type request interface {
	call(ctx context.Context, connection *grpc.ClientConn) error
	MarshalProto() ([]byte, error)
}

// newRequest makes the records of some numbers. The signal must be known.
func newRequest(signal Signal, shape shape, numbers sequence) request {
	switch signal {
	case Traces:
		return traceRequest{ptraceotlp.NewExportRequestFromTraces(shape.spans(numbers))}
	case Metrics:
		return metricRequest{pmetricotlp.NewExportRequestFromMetrics(shape.points(numbers))}
	case Logs:
		return logRequest{plogotlp.NewExportRequestFromLogs(shape.logRecords(numbers))}
	default:
		panic(unknownSignal(signal))
	}
}

type traceRequest struct{ ptraceotlp.ExportRequest }

func (r traceRequest) call(ctx context.Context, connection *grpc.ClientConn) error {
	response, err := ptraceotlp.NewGRPCClient(connection).Export(ctx, r.ExportRequest)
	if err != nil {
		return err
	}
	return rejected(response.PartialSuccess().RejectedSpans(), response.PartialSuccess().ErrorMessage())
}

type metricRequest struct{ pmetricotlp.ExportRequest }

func (r metricRequest) call(ctx context.Context, connection *grpc.ClientConn) error {
	response, err := pmetricotlp.NewGRPCClient(connection).Export(ctx, r.ExportRequest)
	if err != nil {
		return err
	}
	return rejected(response.PartialSuccess().RejectedDataPoints(), response.PartialSuccess().ErrorMessage())
}

type logRequest struct{ plogotlp.ExportRequest }

func (r logRequest) call(ctx context.Context, connection *grpc.ClientConn) error {
	response, err := plogotlp.NewGRPCClient(connection).Export(ctx, r.ExportRequest)
	if err != nil {
		return err
	}
	return rejected(response.PartialSuccess().RejectedLogRecords(), response.PartialSuccess().ErrorMessage())
}

// partialSuccessError is an answer that took a part of a request alone, without saying which.
type partialSuccessError struct {
	rejected int64
	message  string
}

func (p *partialSuccessError) Error() string {
	return fmt.Sprintf("%d records were rejected: %s", p.rejected, p.message)
}

func rejected(count int64, message string) error {
	if count == 0 {
		return nil
	}
	return &partialSuccessError{rejected: count, message: message}
}
