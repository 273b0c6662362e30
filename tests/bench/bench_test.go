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

func TestManifestsAreOfTheSizeThatIsSaid(t *testing.T) {
	size, err := writeManifests(filepath.Join(t.TempDir(), "manifests.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if mib := size >> 20; mib < 19 || mib > 21 {
		t.Errorf("%d MiB, not about 20", mib)
	}
}

func TestValuesFilesDiffer(t *testing.T) {
	seen := map[string]int{}
	for i := range manyReleases {
		text := valuesOf(i)
		if other, there := seen[text]; there {
			t.Fatalf("%d and %d are the same", i, other)
		}
		seen[text] = i
	}
}

func TestTheSumsSayWhatWasAskedFor(t *testing.T) {
	timed := func(name string, took time.Duration) *command {
		return &command{name: name, times: []time.Duration{took}}
	}
	for want, got := range map[string]string{
		"100 releases a second; 4,000 take 4.00 times":   releases(suite{commands: []*command{timed("", 10*time.Second), timed("", 40*time.Second)}}),
		"5000 objects a second, with 90 MiB at the most": injections(suite{commands: []*command{{times: []time.Duration{2 * time.Second}, peaks: []int64{90 << 20, 80 << 20}}}}),
		"reads 10.0 MiB a second, 3.0 times":             throughput(20 << 20)(suite{commands: []*command{timed("", 6*time.Second), timed("", 2*time.Second)}}),
		"x0.50 of helm template, and x0.25 of": beside(suite{commands: []*command{
			timed("helm 3 template", 100), timed("helm 3 lint", 60), timed("kube-score, of the rendered", 20),
			timed("otelcol validate, of its config", 20), timed("helm-otlp lint", 50),
		}}),
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %q", want, got)
		}
	}
}
