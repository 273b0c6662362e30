// Lines writes numbered lines to stdout at a rate, until it has written enough or SIGTERM or SIGINT ends it with
// exit code 0:
//
//	n=17 stream=a xxxxxxx.
//
// It depends on the standard library alone, so that a static binary runs in an empty image.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	cancel()
	os.Exit(code)
}

// run returns the exit code: 0 when all is written or ctx ended, 1 when writing failed, 2 when the flags are wrong.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var w writer
	flags := flag.NewFlagSet("lines", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Int64Var(&w.rate, "rate", 10, "lines a second; 0 for as fast as they are taken")
	flags.Int64Var(&w.count, "count", 0, "how many lines; 0 for no end")
	flags.IntVar(&w.size, "size", 100, "bytes of a line without its newline, unless the number alone takes more")
	flags.StringVar(&w.stream, "stream", "", "who writes, for the token stream=; none when empty")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case w.rate < 0 || w.count < 0 || flags.NArg() > 0:
		fmt.Fprintln(stderr, "lines: a rate or count is negative, or there are arguments beside the flags")
		return 2
	}
	if err := w.write(ctx, stdout); err != nil {
		fmt.Fprintf(stderr, "lines: %v\n", err)
		return 1
	}
	return 0
}
