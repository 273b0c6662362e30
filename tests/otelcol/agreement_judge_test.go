package otelcol_test

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/lint/rules"
	"github.com/helm-otlp/helm-otlp/tests/binaries"
	"github.com/helm-otlp/helm-otlp/tests/otelcol"
)

const (
	judge = "otelcol-0.161-judge"
	// judged has all that the judge has, and is of its version.
	judged = "otel/opentelemetry-collector-contrib:0.161.0"
)

// verdicts are what a real collector says against each config, empty where it accepts it.
func verdicts(t *testing.T, configs []string) []string {
	t.Helper()
	command := exec.CommandContext(t.Context(), binaries.For(t, judge))
	command.Env = append(variables(configs), "PATH="+os.Getenv("PATH"))
	command.Dir = t.TempDir()
	in, err := command.StdinPipe()
	require.NoError(t, err)
	out, err := command.StdoutPipe()
	require.NoError(t, err)
	log, err := os.Create(command.Dir + "/judge.log")
	require.NoError(t, err)
	defer func() { require.NoError(t, log.Close()) }()
	command.Stderr = log
	require.NoError(t, command.Start())
	go func() {
		encoder := json.NewEncoder(in)
		for _, config := range configs {
			if err := encoder.Encode(config); err != nil {
				break // It has ended, and what it wrote is too little.
			}
		}
		_ = in.Close()
	}()
	said := make([]string, len(configs))
	decoder := json.NewDecoder(out)
	for i := range said {
		if err := decoder.Decode(&said[i]); err != nil {
			text, _ := os.ReadFile(log.Name())
			require.NoError(t, err, "config %d of %d:\n%s\n%s", i+1, len(configs), configs[i], text[max(0, len(text)-2000):])
		}
	}
	_, err = decoder.Token()
	require.ErrorIs(t, err, io.EOF)
	require.NoError(t, command.Wait())

	return said
}

var readVariable = regexp.MustCompile(`\$\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)`)

// variables gives each variable that a config reads a value that fits an address or a name.
func variables(configs []string) []string {
	// The chart sets this one, which a body names.
	set := []string{"K8S_NODE_NAME=node", "KUBE_NODE_NAME=node", "KUBERNETES_SERVICE_HOST=127.0.0.1", "KUBERNETES_SERVICE_PORT=1"}
	seen := map[string]bool{}
	for _, config := range configs {
		for _, match := range readVariable.FindAllStringSubmatch(config, -1) {
			if name := match[1]; !seen[name] {
				seen[name] = true
				set = append(set, name+"=127.0.0.1")
			}
		}
	}

	return set
}

// findings are what helm otlp lint says is wrong with a config, but for what a collector starts with and sends nothing.
func findings(t *testing.T, config string) []lint.Finding {
	t.Helper()
	result, err := lint.Run(t.Context(), []lint.Manifest{{File: "config.yaml", Data: []byte(config)}}, rules.All(), lint.ForImage(judged))
	require.NoError(t, err, config)
	var errors []lint.Finding
	for _, finding := range result.Findings {
		if finding.Severity == lint.Error && !strings.Contains(finding.Message, "so that nothing is sent") {
			errors = append(errors, finding)
		}
	}

	return errors
}

// ofStart tells whether all are about extensions that components ask for when they start, or about sampling policies, which are
// made then: a dry run does not look.
func ofStart(errors []lint.Finding) bool {
	return !slices.ContainsFunc(errors, func(finding lint.Finding) bool {
		return !strings.Contains(finding.Message, " names the extension ") && !samplingPolicy.MatchString(finding.Path)
	})
}

var samplingPolicy = regexp.MustCompile(`^processors\W+tail_sampling\b.*\.policies\b`)

// refusedPolicy is what the processor says of a policy that it does not take when it starts.
var refusedPolicy = regexp.MustCompile(`failed to create policy evaluator|duplicate policy name|policy name cannot be empty`)

var namedExtension = regexp.MustCompile(` names the extension ([^\s,]+)`)

// refusalToStart is what a collector says when it does not start with a config for want of one of the extensions, or for one of the
// policies, that the findings are about; empty where it starts, or ends of something else.
func refusalToStart(t *testing.T, config string, errors []lint.Finding) string {
	t.Helper()
	distributions := otelcol.Distributions()
	// The chart mounts a volume there.
	config = strings.ReplaceAll(config, "/var/lib/otelcol", t.TempDir())
	path := filepath.Join(t.TempDir(), "config.yaml")
	require.NoError(t, os.WriteFile(path, []byte(config), 0o600))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	command := exec.CommandContext(ctx, distributions[len(distributions)-1].Binary(t), "--config="+path)
	command.Env = append(variables([]string{config}), "PATH="+os.Getenv("PATH"))
	out, err := command.CombinedOutput()
	if ctx.Err() != nil || err == nil {
		return ""
	}
	_, last, _ := strings.Cut(string(out), "\nError: ")
	for _, finding := range errors {
		if samplingPolicy.MatchString(finding.Path) && refusedPolicy.MatchString(last) {
			return last
		}
		name := namedExtension.FindStringSubmatch(finding.Message)
		if name != nil && (strings.Contains(last, name[1]) ||
			strings.HasSuffix(finding.Path, ".storage") && strings.Contains(last, "no storage client extension found")) {
			return last
		}
	}

	return ""
}

// places are how a collector names one in what it says: a component's or a pipeline's.
var places = []struct {
	said *regexp.Regexp
	path string
}{
	{regexp.MustCompile(`'(receivers|processors|exporters|connectors|extensions)' (?:error reading configuration for|unknown type: "[^"]*" for id:|invalid type) "([^"]+)"`), "$1.$2"},
	{regexp.MustCompile(`(receivers|processors|exporters|connectors|extensions)::([\w./-]+)`), "$1.$2"},
	{regexp.MustCompile(`service::pipelines::([\w./-]+)`), "service.pipelines.$1"},
	{regexp.MustCompile(`service::(extensions|telemetry)`), "service.$1"},
	{regexp.MustCompile(`failed to create "([^"]+)" (receiver|processor|exporter|connector|extension)`), "${2}s.${1}"},
}

// placesOf are the paths that a verdict names; none where it names none.
func placesOf(verdict string) []string {
	var found []string
	for _, place := range places {
		for _, match := range place.said.FindAllStringSubmatchIndex(verdict, -1) {
			found = append(found, string(place.said.ExpandString(nil, place.path, verdict, match)))
		}
	}

	return found
}

// named tells whether one of the findings is at a place that the verdict names.
func named(verdict string, findings []lint.Finding) bool {
	places := placesOf(verdict)
	if len(places) == 0 {
		return true
	}
	for _, place := range places {
		for _, finding := range findings {
			path := strings.NewReplacer(`["`, ".", `"]`, "").Replace(finding.Path)
			// A pipeline that names a component which can't be made is the place of that component too.
			_, id, _ := strings.Cut(place, ".")
			if path == place || strings.HasPrefix(path, place+".") || strings.HasPrefix(path, place+"[") ||
				strings.HasPrefix(path, "service.pipelines.") && strings.Contains(finding.Message, " "+id+" ") {
				return true
			}
		}
	}

	return false
}
