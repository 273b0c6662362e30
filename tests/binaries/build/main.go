// Command build builds the programs that tests run, where the cache doesn't have them, and prints their paths.
//
//	go run ./tests/binaries/build [NAME... | all]
//
// Without a name it lists the names. Progress goes to standard error, one path a line to standard output.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/helm-otlp/helm-otlp/tests/binaries"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, names []string) error {
	if len(names) == 0 {
		for _, name := range binaries.Names() {
			fmt.Println(name)
		}

		return nil
	}
	if len(names) == 1 && names[0] == "all" {
		names = binaries.Names()
	}

	for _, name := range names {
		path, err := binaries.Path(ctx, name)
		if err != nil {
			return err
		}
		fmt.Println(path)
	}

	return nil
}
