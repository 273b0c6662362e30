package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestTheMedianIsTheMiddle(t *testing.T) {
	for want, of := range map[int64][]int64{7: {7}, 3: {9, 3, 1}, 4: {1, 5, 3, 100}} {
		if got := median(of); got != want {
			t.Errorf("median of %v: got %d, want %d", of, got, want)
		}
	}
}

func TestTheTableSetsEveryCommandAgainstTheBaseline(t *testing.T) {
	suites := []suite{{name: "gateway", commands: []*command{
		{name: "helm 3 template", times: []time.Duration{60e6}, peaks: []int64{2 << 20}},
		{name: "helm-otlp lint", times: []time.Duration{30e6, 20e6, 100e6}, peaks: []int64{3 << 20}},
	}}}
	var out strings.Builder
	if err := write(&out, suites, 3, ""); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"helm-otlp lint       30 ms  x0.50      20 ms  x0.33      3 MiB  x1.50\n",
		"helm 3 template      60 ms  x1.00      60 ms  x1.00      2 MiB  x1.00\n",
		"OFFICIAL_CHART=",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in:\n%s", want, out.String())
		}
	}
}

func TestAnotherChartIsNotTheOfficialOne(t *testing.T) {
	folder := t.TempDir()
	about := filepath.Join(folder, "Chart.yaml")
	for text, ok := range map[string]bool{"name: opentelemetry-collector\n": true, "name: opentelemetry-operator\n": false} {
		if err := os.WriteFile(about, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := findOfficial(folder); (err == nil) != ok {
			t.Errorf("%s: got %v", text, err)
		}
	}
}

func TestACommandThatDidNothingIsAnError(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	failing := &command{name: "failing", path: program, args: []string{"-no-such-flag"}}
	if _, err := failing.output(t.Context()); err == nil {
		t.Error("a wrong flag is no error")
	}
	silent := &command{name: "silent", path: program, args: []string{"-test.list=^$"}}
	if _, err := silent.output(t.Context()); err == nil {
		t.Error("no output is no error")
	}
	silent.finds = true
	if _, err := silent.output(t.Context()); err != nil {
		t.Errorf("that nothing was found is an error: %v", err)
	}
	failing.finds = true
	if _, err := failing.output(t.Context()); err == nil {
		t.Error("a wrong flag counts as a finding")
	}
}
