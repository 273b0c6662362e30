package otelcol_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/tests/binaries"
	"github.com/helm-otlp/helm-otlp/tests/otelcol"
	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

const collectorChart = "../../charts/otlp-collector"

// overfilled keeps five requests, and gives up what it could not send in two seconds.
const overfilled = `
config:
  exporters:
    otlp_http:
      endpoint: http://backend:4318
      sending_queue: {sizer: requests, queue_size: 5, num_consumers: 1, batch: }
      retry_on_failure: {initial_interval: 100ms, max_interval: 100ms, max_elapsed_time: 2s}
`

// objectOf is the object that a template of the chart renders to, as release r in the namespace default.
func objectOf(t *testing.T, template, values string, into any, args ...string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "values.yaml")
	require.NoError(t, os.WriteFile(file, []byte(values), 0o600))
	args = append([]string{"template", "r", collectorChart, "--values", file, "--show-only", "templates/" + template}, args...)
	cmd := exec.CommandContext(t.Context(), binaries.For(t, "helm4"), args...)
	out, err := cmd.Output()
	require.NoError(t, err, "helm %s", strings.Join(args, " "))
	require.NoError(t, yaml.Unmarshal(out, into))
}

// A ruleFile is what Prometheus reads, and a PrometheusRule has in its spec.
type ruleFile struct {
	Groups []struct {
		Name  string `json:"name"`
		Rules []rule `json:"rules"`
	} `json:"groups"`
}

type rule struct {
	Alert       string            `json:"alert"`
	Expr        string            `json:"expr"`
	For         string            `json:"for"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
}

// chartRules are the chart's alerts; without waiting, they fire at once.
func chartRules(t *testing.T, waiting bool) (rules []rule, file string) {
	t.Helper()
	var object struct{ Spec ruleFile }
	objectOf(t, "prometheusrule.yaml", "prometheusRule: {enabled: true}\n", &object)
	require.Len(t, object.Spec.Groups, 1)
	rules = object.Spec.Groups[0].Rules
	require.NotEmpty(t, rules)
	for i := range rules {
		if !waiting {
			rules[i].For = "0s"
		}
	}
	text, err := yaml.Marshal(object.Spec)
	require.NoError(t, err)
	file = filepath.Join(t.TempDir(), "rules.yaml")
	require.NoError(t, os.WriteFile(file, text, 0o600))

	return rules, file
}

func TestPromtoolTakesTheChartsRules(t *testing.T) {
	rules, file := chartRules(t, true)
	out, err := exec.CommandContext(t.Context(), binaries.For(t, "promtool"), "check", "rules", file).CombinedOutput()
	require.NoError(t, err, "%s", out)

	page, err := os.ReadFile("../../docs/alerts.md")
	require.NoError(t, err)
	for _, r := range rules {
		assert.Equal(t, "https://github.com/helm-otlp/helm-otlp/blob/main/docs/alerts.md#"+strings.ToLower(r.Alert), r.Annotations["runbook_url"])
		assert.Contains(t, string(page), "\n## "+r.Alert+"\n")
	}
}

// A monitored collector runs with the config that the chart renders, and is scraped.
type monitored struct {
	*otelcol.Collector
	pod, metrics string
}

func monitor(t *testing.T, distribution otelcol.Distribution, pod, values string, sink *telemetry.Sink) monitored {
	t.Helper()
	var object struct{ Data map[string]string }
	objectOf(t, "configmap.yaml", values, &object, "--set", "image.collectorVersion="+distribution.Version)
	rewritten, err := otelcol.Rewrite(object.Data["config.yaml"], otelcol.Machine{Dir: t.TempDir(), Sink: sink})
	require.NoError(t, err)
	var config struct {
		Service struct {
			Telemetry struct {
				Metrics struct {
					Readers []struct {
						Pull struct {
							Exporter struct {
								Prometheus struct {
									Host string
									Port int
								}
							}
						}
					}
				}
			}
		}
	}
	require.NoError(t, yaml.Unmarshal([]byte(rewritten.Config), &config))
	require.Len(t, config.Service.Telemetry.Metrics.Readers, 1)
	at := config.Service.Telemetry.Metrics.Readers[0].Pull.Exporter.Prometheus

	return monitored{otelcol.Start(t, distribution.Binary(t), rewritten.Config, rewritten.Env), pod, fmt.Sprintf("127.0.0.1:%d", at.Port)}
}

// load sends spans, points and log records until the test ends.
func (m monitored) load(t *testing.T) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for first := int64(0); ctx.Err() == nil; first += 10 {
			for _, signal := range telemetry.Signals() {
				// What is refused is what the test is about.
				_, _ = telemetry.Send(ctx, telemetry.HTTP, m.Endpoints.OTLPHTTP, signal, telemetry.Numbers{First: first, Count: 10})
			}
			select {
			case <-ctx.Done():
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	t.Cleanup(func() {
		stop()
		<-stopped
	})
}

// A server is a running Prometheus.
type server struct{ url string }

// watch runs a Prometheus that scrapes collectors each second, as the labels of Pods of release r.
func watch(t *testing.T, rules string, collectors ...monitored) server {
	t.Helper()
	var targets bytes.Buffer
	for _, c := range collectors {
		fmt.Fprintf(&targets, "      - {targets: [%q], labels: {namespace: default, service: r-otlp-collector-headless, pod: %s}}\n", c.metrics, c.pod)
	}
	folder := t.TempDir()
	file := filepath.Join(folder, "prometheus.yaml")
	config := "global: {scrape_interval: 1s, evaluation_interval: 1s}\nrule_files: [" + rules + "]\nscrape_configs:\n  - job_name: collectors\n    static_configs:\n" + targets.String()
	require.NoError(t, os.WriteFile(file, []byte(config), 0o600))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	cmd := exec.CommandContext(t.Context(), binaries.For(t, "prometheus"), "--config.file="+file, "--storage.tsdb.path="+filepath.Join(folder, "data"), "--web.listen-address="+address)
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
		if t.Failed() {
			t.Log(log.String())
		}
	})

	return server{"http://" + address}
}

// ask reads an answer of the API into data; false while the server does not answer.
func (s server) ask(t *testing.T, path string, query url.Values, data any) bool {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+path+"?"+query.Encode(), nil)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	answer := struct {
		Error string
		Data  any
	}{Data: data}
	require.NoError(t, json.NewDecoder(response.Body).Decode(&answer))
	require.Empty(t, answer.Error, "%s", query)

	return true
}

// An alert as Prometheus tells it.
type alert struct {
	State       string
	Labels      map[string]string
	Annotations map[string]string
}

func (s server) firing(t *testing.T) (firing []alert) {
	t.Helper()
	var data struct{ Alerts []alert }
	s.ask(t, "/api/v1/alerts", nil, &data)

	return slices.DeleteFunc(data.Alerts, func(a alert) bool { return a.State != "firing" })
}

// Each alert fires for a real fault of a real collector, and none for one that is well.
func TestEachAlertFiresForItsFault(t *testing.T) {
	for _, distribution := range otelcol.Distributions() {
		t.Run(distribution.Version, func(t *testing.T) {
			sink, away := telemetry.StartSink(t, telemetry.SinkConfig{}), telemetry.StartSink(t, telemetry.SinkConfig{})
			require.NoError(t, away.Behave(telemetry.Refusing()))
			well := monitor(t, distribution, "well", "config: {exporters: {otlp_http: {endpoint: \"http://backend:4318\"}}}\n", sink)
			full := monitor(t, distribution, "full", overfilled, away)
			gone := monitor(t, distribution, "gone", "", sink)
			rules, file := chartRules(t, false)
			prometheus := watch(t, file, well, full, gone)
			well.load(t)
			full.load(t)
			require.NoError(t, gone.Stop())

			var firing []alert
			require.EventuallyWithT(t, func(collect *assert.CollectT) {
				firing = prometheus.firing(t)
				for _, r := range rules {
					assert.True(collect, slices.ContainsFunc(firing, func(a alert) bool { return a.Labels["alertname"] == r.Alert }), "%s does not fire", r.Alert)
				}
			}, time.Minute, time.Second)
			for _, a := range firing {
				want := "full"
				if a.Labels["alertname"] == "CollectorDown" {
					want = "gone"
				}
				assert.Equal(t, want, a.Labels["pod"], "%v", a)
				assert.Contains(t, a.Annotations["summary"], want)
				assert.NotRegexp(t, `<no value>|by \.$|at \.$`, a.Annotations["summary"])
			}
		})
	}
}

// grafana is what Grafana puts in.
var grafana = strings.NewReplacer("$namespace", ".*", "$pod", ".*", "$__rate_interval", "1m")

// A dashboard as the chart's ConfigMap has it, with what is asked of Prometheus.
type dashboard struct {
	Panels []struct {
		Title   string
		Targets []struct{ Expr string }
	}
	Templating struct{ List []struct{ Definition string } }
}

// What a dashboard asks for is there, of a real collector with something to tell.
func TestEachPanelOfTheDashboardsShowsSomething(t *testing.T) {
	var object struct{ Data map[string]string }
	objectOf(t, "dashboards.yaml", "dashboards: {enabled: true}\n", &object)
	require.NotEmpty(t, object.Data)
	ofVariable := regexp.MustCompile(`^label_values\((.*), \w+\)$`)
	for _, distribution := range otelcol.Distributions() {
		t.Run(distribution.Version, func(t *testing.T) {
			sink, away := telemetry.StartSink(t, telemetry.SinkConfig{}), telemetry.StartSink(t, telemetry.SinkConfig{})
			require.NoError(t, away.Behave(telemetry.Refusing()))
			well := monitor(t, distribution, "well", "config: {exporters: {otlp_http: {endpoint: \"http://backend:4318\"}}}\n", sink)
			full := monitor(t, distribution, "full", overfilled, away)
			_, file := chartRules(t, true)
			prometheus := watch(t, file, well, full)
			well.load(t)
			full.load(t)
			asked := map[string]string{}
			for _, text := range object.Data {
				var d dashboard
				require.NoError(t, json.Unmarshal([]byte(text), &d))
				for _, panel := range d.Panels {
					for _, target := range panel.Targets {
						asked[grafana.Replace(target.Expr)] = panel.Title
					}
				}
				for _, variable := range d.Templating.List {
					if match := ofVariable.FindStringSubmatch(variable.Definition); match != nil {
						asked[grafana.Replace(match[1])] = "a variable"
					}
				}
			}
			require.Greater(t, len(asked), 10)
			require.EventuallyWithT(t, func(collect *assert.CollectT) {
				for expr, title := range asked {
					var data struct{ Result []any }
					prometheus.ask(t, "/api/v1/query", url.Values{"query": {expr}}, &data)
					assert.NotEmpty(collect, data.Result, "%s: %s", title, expr)
				}
			}, time.Minute, 2*time.Second)
		})
	}
}
