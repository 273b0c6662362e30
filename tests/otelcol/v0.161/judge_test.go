package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"testing"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	envprovider "go.opentelemetry.io/collector/confmap/provider/envprovider"
	yamlprovider "go.opentelemetry.io/collector/confmap/provider/yamlprovider"
	"go.opentelemetry.io/collector/otelcol"
)

// TestMain is no test: built with `go test -c`, since only a test can add to a generated program, it does for many configs
// what `otelcol validate` does for one. It reads a JSON string with a config each, and writes a JSON string with what the
// collector says against it, empty where it accepts it.
func TestMain(*testing.M) {
	if err := judge(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "judge:", err)
		os.Exit(1)
	}
}

func judge(in io.Reader, out io.Writer) error {
	configs, verdicts := json.NewDecoder(in), json.NewEncoder(out)
	for {
		var config string
		if err := configs.Decode(&config); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("read a config: %w", err)
		}
		verdict := ""
		if err := dryRun(config); err != nil {
			verdict = err.Error()
		}
		if err := verdicts.Encode(verdict); err != nil {
			return fmt.Errorf("write a verdict: %w", err)
		}
	}
}

// dryRun returns what the collector says against a config. Where it panics, that is what it says.
func dryRun(config string) (err error) {
	defer func() {
		if broken := recover(); broken != nil {
			err = fmt.Errorf("panic: %v", broken)
		}
	}()
	collector, err := otelcol.NewCollector(otelcol.CollectorSettings{
		BuildInfo: component.BuildInfo{Command: "otelcol", Version: "0.161.0"},
		Factories: components,
		ConfigProviderSettings: otelcol.ConfigProviderSettings{ResolverSettings: confmap.ResolverSettings{
			URIs:              []string{"yaml:" + config},
			ProviderFactories: []confmap.ProviderFactory{envprovider.NewFactory(), yamlprovider.NewFactory()},
			DefaultScheme:     "env",
		}},
	})
	if err != nil {
		return err
	}

	return collector.DryRun(context.Background())
}
