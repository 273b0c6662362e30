// Spans sends numbered spans to an OTLP receiver, as an application in a Pod does that is traced, until SIGTERM or SIGINT
// comes or its time is over. After the signal it sends on for a while, as an application does that finishes what it has
// begun. What it sent it says at the end, to stdout and to the file that the kubelet reads a container's last message
// from, as JSON:
//
//	{"stream":"a","offered":100,"acknowledged":100,"retries":0}
//
// The exit code is 0 when every span was acknowledged, and 1 when not.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

func main() {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	cancel()
	os.Exit(code)
}

// grace is how long what was offered may take to be acknowledged in the end.
const grace = 5 * time.Second

// run returns the exit code; 2 is for flags that are wrong.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	load := telemetry.Load{Protocol: telemetry.GRPC, Signal: telemetry.Traces, PerRequest: 5, Senders: 2}
	var limit, linger time.Duration
	var message string
	flags := flag.NewFlagSet("spans", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&load.Address, "address", "localhost:4317", "the receiver, host:port, over gRPC")
	flags.StringVar(&load.Stream, "stream", "", "who sends, for the attribute "+telemetry.StreamAttribute)
	flags.Int64Var(&load.Rate, "rate", 100, "spans a second")
	flags.DurationVar(&limit, "for", 0, "how long to send; 0 for no end")
	flags.DurationVar(&linger, "linger", 0, "how long to send on after a signal")
	flags.StringVar(&message, "message", "", "the file for the last message; none when empty")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	}
	// The signal ends the waiting, not what is under way.
	sending, err := load.Start(context.WithoutCancel(ctx))
	if err != nil {
		fmt.Fprintf(stderr, "spans: %v\n", err)

		return 2
	}
	if !wait(ctx, limit) {
		time.Sleep(linger)
	}
	sent := sending.Stop(grace)
	if err := tell(load.Stream, sent, stdout, message); err != nil {
		fmt.Fprintf(stderr, "spans: telling what was sent: %v\n", err)

		return 1
	}
	if sent.Acknowledged < sent.Numbers.Count {
		fmt.Fprintf(stderr, "spans: %s %v %s\n", sent, sent.Errors, sent.LastRefusal)

		return 1
	}

	return 0
}

// wait returns whether the time is over, and not the context. A time of 0 has no end.
func wait(ctx context.Context, limit time.Duration) bool {
	var over <-chan time.Time
	if limit > 0 {
		over = time.After(limit)
	}
	select {
	case <-ctx.Done():
		return false
	case <-over:
		return true
	}
}

func tell(stream string, sent telemetry.Sent, stdout io.Writer, file string) error {
	text, err := json.Marshal(map[string]any{
		"stream": stream, "offered": sent.Numbers.Count, "acknowledged": sent.Acknowledged, "retries": sent.Retries,
	})
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(stdout, "%s\n", text); err != nil || file == "" {
		return err
	}

	return os.WriteFile(file, text, 0o600)
}
