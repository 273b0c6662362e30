// Command bench prints wall time and memory of helm-otlp beside those of Helm and kube-score, on the same chart and
// values, all measured in one run:
//
//	make bench BENCH_FLAGS="-runs 5"
//
// With -only NAME it measures the cases whose name has that in it; with -page FILE the figures go into that page of the
// docs too. It needs bin/helm-otlp, which `make bench` builds
// first. With OFFICIAL_CHART set to a folder that holds the official
// chart opentelemetry-collector, the render of that one is measured too; it is no part of this checkout:
//
//	git clone --depth 1 https://github.com/open-telemetry/opentelemetry-helm-charts ../opentelemetry-helm-charts
//	OFFICIAL_CHART=../opentelemetry-helm-charts/charts/opentelemetry-collector make bench
//
// Every round runs every command once, in random order within its case, so that whatever else the machine does hits
// all alike. Times on a busy machine say little; their ratios still do.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return
		}
		fmt.Fprintln(os.Stderr, "bench:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	rounds := flags.Int("runs", 15, "how often to run each command")
	only := flags.String("only", "", "the cases to measure: those whose name has this in it (default: all)")
	page := flags.String("page", "", "the page of the docs that the figures are written into as well")
	schemas := flags.String("schemas", "", "write the schemas for kubeconform into that folder, and do nothing else")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *rounds < 1 || flags.NArg() > 0 {
		return fmt.Errorf("wrong usage: it takes -runs N with N of at least 1, -only NAME, -page FILE, and nothing else")
	}

	official, err := findOfficial(os.Getenv("OFFICIAL_CHART"))
	if err != nil {
		return err
	}
	programs, err := findPrograms(ctx)
	if err != nil {
		return err
	}
	if *schemas != "" {
		return layOutSchemas(ctx, programs.checkout, *schemas)
	}
	bench, err := setUp(programs)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, bench.close()) }()

	cases, err := bench.cases(ctx, official)
	if err != nil {
		return err
	}
	cases = slices.DeleteFunc(cases, func(s suite) bool { return !strings.Contains(s.name, *only) })
	if err := measure(ctx, cases, *rounds, stderr); err != nil {
		return err
	}

	var table bytes.Buffer
	if err := write(io.MultiWriter(stdout, &table), cases, *rounds, official); err != nil || *page == "" {
		return err
	}

	return intoPage(*page, table.Bytes(), time.Now())
}
