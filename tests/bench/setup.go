package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/helm-otlp/helm-otlp/tests/binaries"
)

// programs are the paths of what is measured.
type programs struct {
	checkout, plugin, helm3, helm4, kubeScore, kubeconform, collector string
}

// findPrograms builds what is not built yet, but for helm-otlp itself: that is the Makefile's.
func findPrograms(ctx context.Context) (programs, error) {
	store, err := binaries.Default()
	if err != nil {
		return programs{}, err
	}
	p := programs{checkout: store.Checkout, plugin: filepath.Join(store.Checkout, "bin", "helm-otlp")}
	if runtime.GOOS == "windows" {
		p.plugin += ".exe"
	}
	if _, err := os.Stat(p.plugin); err != nil {
		return programs{}, fmt.Errorf("helm-otlp is not built (run `make build` first): %w", err)
	}
	for name, path := range map[string]*string{
		"helm3": &p.helm3, "helm4": &p.helm4, "kube-score": &p.kubeScore, "kubeconform": &p.kubeconform, "otelcol-0.161": &p.collector,
	} {
		if *path, err = store.Path(ctx, name); err != nil {
			return programs{}, err
		}
	}

	return p, nil
}

// findOfficial checks the folder of the official chart, and makes its path absolute. It may be empty.
func findOfficial(folder string) (string, error) {
	if folder == "" {
		return "", nil
	}
	folder, err := filepath.Abs(folder)
	if err != nil {
		return "", fmt.Errorf("resolve OFFICIAL_CHART: %w", err)
	}
	about, err := os.ReadFile(filepath.Join(folder, "Chart.yaml"))
	if err != nil {
		return "", fmt.Errorf("OFFICIAL_CHART is not the folder of a chart: %w", err)
	}
	for line := range strings.Lines(string(about)) {
		if strings.TrimSpace(line) == "name: opentelemetry-collector" {
			return folder, nil
		}
	}

	return "", fmt.Errorf("OFFICIAL_CHART=%s holds another chart: want opentelemetry-collector", folder)
}

// bench is the programs with a home for both Helms that has one plugin, ours.
type bench struct {
	programs
	home string
	env  []string
}

func setUp(p programs) (bench, error) {
	home, err := os.MkdirTemp("", "helm-otlp-bench-")
	if err != nil {
		return bench{}, err
	}
	b := bench{programs: p, home: home, env: environment(home)}
	if err := b.installPlugin(); err != nil {
		_ = b.close()

		return bench{}, fmt.Errorf("lay out the plugin: %w", err)
	}

	return b, nil
}

// environment is this process' one without Helm's settings and the cluster of the one who runs it.
func environment(home string) []string {
	var env []string
	for _, setting := range os.Environ() {
		if !strings.HasPrefix(setting, "HELM_") && !strings.HasPrefix(setting, "KUBECONFIG=") {
			env = append(env, setting)
		}
	}

	return append(env,
		"HELM_PLUGINS="+filepath.Join(home, "plugins"), "HELM_DATA_HOME="+filepath.Join(home, "data"),
		"HELM_CONFIG_HOME="+filepath.Join(home, "config"), "HELM_CACHE_HOME="+filepath.Join(home, "cache"),
		"KUBECONFIG="+filepath.Join(home, "none"))
}

// installPlugin does what `helm plugin install` does, around the program that is there already.
func (b bench) installPlugin() error {
	folder := filepath.Join(b.home, "plugins", "otlp")
	if err := os.MkdirAll(filepath.Join(folder, "bin"), 0o755); err != nil {
		return err
	}
	about, err := os.ReadFile(filepath.Join(b.checkout, "plugin.yaml"))
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "plugin.yaml"), about, 0o644); err != nil {
		return err
	}

	return os.Symlink(b.plugin, filepath.Join(folder, "bin", filepath.Base(b.plugin)))
}

func (b bench) close() error { return os.RemoveAll(b.home) }
