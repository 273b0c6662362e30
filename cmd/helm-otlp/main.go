// Command helm-otlp is the Helm plugin `helm otlp`, and the same program on its own.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	_ "github.com/helm-otlp/helm-otlp/cmd/helm-otlp/rarely" // Before the others are initialized.
	"github.com/helm-otlp/helm-otlp/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Main(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv)
	stop()
	os.Exit(code)
}
