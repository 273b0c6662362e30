package telemetry

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials/insecure"
)

// Dialer makes a connection, as [net.Dialer.DialContext] does.
type Dialer func(ctx context.Context, network, address string) (net.Conn, error)

// client sends requests over one connection, which it makes with the first.
type client interface {
	// export returns nil when all of a request was acknowledged.
	export(ctx context.Context, request request) error
	// close cuts the connection.
	close()
}

// newClient makes a client of an OTLP receiver at address, host:port.
func newClient(protocol Protocol, address string, signal Signal, dial Dialer) (client, error) {
	if dial == nil {
		dial = (&net.Dialer{Timeout: 5 * time.Second}).DialContext
	}
	switch protocol {
	case HTTP:
		return &httpClient{url: fmt.Sprintf("http://%s/v1/%s", address, signal), transport: &http.Transport{DialContext: dial}}, nil
	case GRPC:
		// The dialer resolves the name, so that each connection meets the endpoint that it would meet by itself.
		connection, err := grpc.NewClient("passthrough:///"+address,
			grpc.WithTransportCredentials(insecure.NewCredentials()),
			grpc.WithContextDialer(func(ctx context.Context, address string) (net.Conn, error) { return dial(ctx, "tcp", address) }),
			grpc.WithConnectParams(grpc.ConnectParams{MinConnectTimeout: 5 * time.Second, Backoff: backoff.Config{
				BaseDelay: 50 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: time.Second,
			}}))
		if err != nil {
			return nil, fmt.Errorf("connecting to %s over gRPC: %w", address, err)
		}
		return &grpcClient{connection: connection}, nil
	default:
		return nil, unknownProtocol(protocol)
	}
}

type grpcClient struct{ connection *grpc.ClientConn }

func (c *grpcClient) export(ctx context.Context, request request) error {
	return request.call(ctx, c.connection)
}

func (c *grpcClient) close() { _ = c.connection.Close() }

type httpClient struct {
	url       string
	transport *http.Transport
}

// statusError is an answer over HTTP that is no success.
type statusError struct {
	code       int
	body       []byte
	retryAfter time.Duration // 0 when the answer does not say
}

func (e *statusError) Error() string {
	return fmt.Sprintf("the receiver answered %d %s: %q", e.code, http.StatusText(e.code), e.body)
}

func (c *httpClient) export(ctx context.Context, request request) error {
	body, err := request.MarshalProto()
	if err != nil {
		return err
	}
	post, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	post.Header.Set("Content-Type", "application/x-protobuf")
	response, err := c.transport.RoundTrip(post)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return fmt.Errorf("reading the answer: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		seconds, _ := strconv.Atoi(response.Header.Get("Retry-After"))
		return &statusError{code: response.StatusCode, body: answer, retryAfter: time.Duration(seconds) * time.Second}
	}
	return rejectedOverHTTP(answer)
}

func (c *httpClient) close() { c.transport.CloseIdleConnections() }

// rejectedOverHTTP reads a partial success out of an answer. The three kinds of answer are the same on the wire,
// so one decoder serves for all.
func rejectedOverHTTP(answer []byte) error {
	response := plogotlp.NewExportResponse()
	if err := response.UnmarshalProto(answer); err != nil {
		return fmt.Errorf("decoding the receiver's answer: %w", err)
	}
	return rejected(response.PartialSuccess().RejectedLogRecords(), response.PartialSuccess().ErrorMessage())
}
