package main

import (
	"bufio"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"time"
)

const notGiven = `official chart: left out. Give the folder of the official chart opentelemetry-collector:
  git clone --depth 1 https://github.com/open-telemetry/opentelemetry-helm-charts ../opentelemetry-helm-charts
  OFFICIAL_CHART=../opentelemetry-helm-charts/charts/opentelemetry-collector make bench
`

// write prints a table for each suite, ratios behind each figure.
func write(out io.Writer, suites []suite, rounds int, official string) error {
	w := bufio.NewWriter(out)
	fmt.Fprintf(w, "%d interleaved runs each (of much input %d), on %s/%s with %d CPUs. Behind each figure: how often that of the first line.\n",
		rounds, min(rounds, seldom), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	fmt.Fprintln(w, "Memory: median of the runs' ru_maxrss (with `helm otlp`, that of the larger process).")
	for _, s := range suites {
		writeSuite(w, s)
	}
	if official == "" {
		fmt.Fprint(w, "\n"+notGiven)
	}

	return w.Flush()
}

func writeSuite(w io.Writer, s suite) {
	width := len(s.name)
	for _, c := range s.commands {
		width = max(width, len(c.name))
	}
	base := s.commands[0]

	heading := fmt.Sprintf("%-*s  %9s %6s  %9s %6s  %9s %6s", width, s.name, "median", "", "min", "", "memory", "")
	fmt.Fprintf(w, "\n%s\n%s\n", strings.TrimRight(heading, " "), strings.Repeat("-", len(heading)))
	for _, c := range s.commands {
		middle, least, held := median(c.times), slices.Min(c.times), median(c.peaks)
		fmt.Fprintf(w, "%-*s  %9s %6s  %9s %6s  %9s %6s\n", width, c.name,
			milliseconds(middle), ratio(int64(middle), int64(median(base.times))),
			milliseconds(least), ratio(int64(least), int64(slices.Min(base.times))),
			mebibytes(held), ratio(held, median(base.peaks)))
	}
	if s.sum != nil {
		fmt.Fprintln(w, s.sum(s))
	}
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%d ms", d.Round(time.Millisecond).Milliseconds())
}

func mebibytes(bytes int64) string {
	if bytes == 0 {
		return "unknown"
	}

	return fmt.Sprintf("%d MiB", (bytes+1<<19)>>20)
}

func ratio(n, of int64) string {
	if of == 0 {
		return ""
	}

	return fmt.Sprintf("x%.2f", float64(n)/float64(of))
}
