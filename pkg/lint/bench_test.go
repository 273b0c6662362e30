package lint_test

import (
	"os"
	"testing"

	_ "github.com/helm-otlp/helm-otlp/cmd/helm-otlp/rarely" // Garbage is collected as the program does.
	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/lint/rules"
)

func BenchmarkAConfigOf300Lines(b *testing.B) {
	data, err := os.ReadFile("../../tests/bench/testdata/collector.yaml")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		result, err := lint.Run(b.Context(), []lint.Manifest{{File: "config.yaml", Data: data}}, rules.All(), lint.ForImage("otel/opentelemetry-collector-contrib:0.161.0"))
		if err != nil || len(result.Collectors) != 1 || len(result.Findings) > 0 {
			b.Fatal(err, result)
		}
	}
}
