package collectorconfig_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
)

func TestIdleRemovalsAreThoseOfWhatIsNotThere(t *testing.T) {
	t.Parallel()
	in := collectorconfig.Input{
		Mode: "daemonset", Version: "0.161.0", Distribution: "k8s",
		Presets: map[string]any{"kubernetesAttributes": map[string]any{"enabled": true}},
		Config: map[string]any{
			"receivers": map[string]any{"zipkin/mine": nil},
			"service":   map[string]any{"pipelines": map[string]any{"traces/mine": map[string]any{"exporters": []any{"named_only"}}}},
		},
		Without: map[string]map[string]bool{
			"receivers":  {"otlp": true, "zipkin/mine": true, "zipkin": true},
			"processors": {"k8s_attribute": true, "k8sattributes": true, "resource_detection": false, "health_check": true},
			"exporters":  {"debug": true, "named_only": true, "unheard_of": true},
			"pipelines":  {"traces": true, "logs/none": true},
		},
	}
	assert.Equal(t, []collectorconfig.Removal{
		{Kind: "exporters", ID: "unheard_of"},
		{Kind: "pipelines", ID: "logs/none"},
		{Kind: "processors", ID: "health_check", Hint: "health_check is one of the extensions: write without.extensions"},
		{Kind: "processors", ID: "k8s_attribute", Hint: "did you mean k8s_attributes?"},
		{Kind: "receivers", ID: "zipkin"},
	}, collectorconfig.IdleRemovals(in))
}

func TestIdleNullsAreThoseOfWhatTheChartHasAllTheSame(t *testing.T) {
	t.Parallel()
	in := collectorconfig.Input{
		Mode: "daemonset", Version: "0.161.0", Distribution: "k8s",
		Presets: map[string]any{
			"kubernetesAttributes": map[string]any{"enabled": true}, "hostMetrics": map[string]any{"enabled": true},
			"resourceDetection": map[string]any{"enabled": true},
		},
		Config: map[string]any{
			"receivers": map[string]any{
				"otlp": map[string]any{"protocols": map[string]any{"grpc": nil}}, "hostmetrics": nil, "zipkin": nil,
			},
			"processors": map[string]any{"memory_limiter": nil, "k8s_attributes": nil, "resource_detection": nil, "batch": nil},
			"exporters":  map[string]any{"debug": nil},
			"extensions": map[string]any{"health_check": nil, "pprof": nil},
			"service": map[string]any{
				"extensions": []any{"health_check"},
				"pipelines":  map[string]any{"logs": nil, "traces": nil, "metrics": map[string]any{"processors": []any{"k8sattributes"}}},
			},
		},
		Without: map[string]map[string]bool{
			"processors": {"resourcedetection": true, "memory_limiter": false}, "pipelines": {"traces": true},
		},
	}
	assert.Equal(t, []collectorconfig.Removal{
		{Kind: "receivers", ID: "hostmetrics"},
		{Kind: "processors", ID: "memory_limiter"},
		{Kind: "pipelines", ID: "logs"},
	}, collectorconfig.IdleNulls(in))
	in.ExactPipelines = map[string]bool{"logs": true}
	assert.NotContains(t, collectorconfig.IdleNulls(in), collectorconfig.Removal{Kind: "pipelines", ID: "logs"}, "exact pipelines are as they are written")
}
