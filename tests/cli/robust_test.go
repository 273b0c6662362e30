//go:build unix

package cli

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mostMemory is what no input makes the program hold, in MiB.
const mostMemory = 512

// A robustRun is what the program did as a process of its own.
type robustRun struct {
	stdout, stderr string
	code           int
}

// runAlone runs the program as a process, and holds that it needs little memory.
func runAlone(t *testing.T, dir string, args ...string) robustRun {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "helm-otlp", args...) // testscript has put it on PATH.
	var out, err bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &err
	if e := cmd.Run(); e != nil && cmd.ProcessState == nil {
		t.Fatal(e)
	}
	held := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss // On Linux at least what this test holds itself.
	if runtime.GOOS == "darwin" {
		held >>= 10
	}
	assert.Less(t, held>>10, int64(mostMemory), "MiB of %s", args)

	return robustRun{stdout: out.String(), stderr: err.String(), code: cmd.ProcessState.ExitCode()}
}

// heads is what stands before hostile text, so that it is a values file, a manifest or a collector's config.
var heads = map[string]string{
	"values":   "",
	"manifest": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n",
	"config":   "receivers: {otlp: {}}\nexporters: {debug: {}}\nservice: {pipelines: {traces: {receivers: [otlp], exporters: [debug]}}}\n",
}

// hostile writes a file of the kind with lines below its head.
func hostile(t *testing.T, dir, kind string, lines func(line func(string))) (args []string) {
	t.Helper()
	file, err := os.Create(filepath.Join(dir, kind+".yaml"))
	require.NoError(t, err)
	out := bufio.NewWriter(file)
	fmt.Fprint(out, heads[kind])
	lines(func(text string) {
		if kind == "manifest" {
			text = "  " + text
		}
		fmt.Fprint(out, text)
	})
	require.NoError(t, out.Flush())
	require.NoError(t, file.Close())
	if kind == "values" {
		return []string{"-f", "values.yaml"}
	}

	return []string{kind + ".yaml"}
}

// text are lines that stand in the test.
func text(all string) func(func(string)) {
	return func(line func(string)) {
		for each := range strings.Lines(all) {
			line(each)
		}
	}
}

func aliasBomb() string {
	bomb := "a0: &a0 [" + strings.Repeat("x, ", 9) + "x]\n"
	for i := 1; i < 10; i++ {
		bomb += fmt.Sprintf("a%d: &a%d [%s*a%d]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 9), i-1)
	}

	return bomb
}

// blocks nest that many levels, each on its line.
func blocks(levels int) func(func(string)) {
	return func(line func(string)) {
		for i := range levels {
			line(strings.Repeat(" ", i) + "a:\n")
		}
	}
}

// TestHostileTextIsRefusedWithItsPlace gives each as values, as a manifest and as a config, and holds what is said, the exit
// code and the memory. How long it takes is not held, on machines that do other things as well: a second or two.
func TestHostileTextIsRefusedWithItsPlace(t *testing.T) {
	hundred := func(line func(string)) {
		line("big: |\n")
		for range 100_000 {
			line("    " + strings.Repeat("x", 995) + "\n")
		}
	}
	tests := []struct {
		name  string
		lines func(func(string))
		// line is that of the text at which it is refused; 0: at that of the file alone, -1: at some line.
		line int
		says string
	}{
		{"alias bomb", text(aliasBomb()), 5, "aliases expand to more than 100000 values"},
		{"1 MB on one line", text("big: [" + strings.Repeat("a, ", 350_000) + "\n"), 1, "a [ or { is not closed"},
		{"100 MB", hundred, 0, "it has more than"},
		{"10,000 levels of blocks", blocks(10_000), -1, "nested deeper than 200 levels|it has more than 10 MiB"},
		{"4,000 levels of blocks", blocks(4_000), -1, "nested deeper than 200 levels"},
		{"10,000 lists in one another", text("big: " + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) + "\n"), 1, "nested deeper than 200 levels"},
		{"10,000 mappings in one another", text("big: " + strings.Repeat("{a: ", 9_990) + strings.Repeat("}", 9_990) + "\n"), 1, "nested deeper than 200 levels"},
		{"10,000 items in one another", text("big:\n  " + strings.Repeat("- ", 9_990) + "x\n"), 2, "nested deeper than 200 levels"},
		{"no UTF-8", text("a: é\nbig: \"\xff\"\n"), 2, "byte 0xff at offset"},
		{"carriage returns", text("a: 1\r\nbig: [1\r\n"), 2, "a [ or { is not closed"},
		{"tabs", text("big:\n\ta: 1\n"), 2, "a tab stands where indentation is wanted"},
		{"cut off in a quote", text("a: 1\nbig: {a: \"x"), 2, "the quote is not closed"},
		{"cut off in a list", text("big:\n  - {a: 1,\n"), 2, "a [ or { is not closed"},
	}
	for _, test := range tests {
		for kind, head := range heads {
			t.Run(test.name+"/"+kind, func(t *testing.T) {
				dir := t.TempDir()
				got := runAlone(t, dir, append([]string{"lint"}, hostile(t, dir, kind, test.lines)...)...)
				assert.Equal(t, 2, got.code)
				assert.Empty(t, got.stdout)
				place := kind + ".yaml"
				switch {
				case test.line > 0:
					place += fmt.Sprintf(`:%d:\d+`, strings.Count(head, "\n")+test.line)
				case test.line < 0:
					place += `(:\d+:\d+)?`
				}
				assert.Regexp(t, `(?m)(^|: )`+place+": .*("+quoteWords(test.says)+")", got.stderr)
			})
		}
	}
}

// quoteWords makes a pattern of words, of which | parts choices.
func quoteWords(words string) string {
	return strings.NewReplacer("[", `\[`, "{", `\{`).Replace(words)
}

// TestAKeyThatStandsTwiceIsFound is refused but in values, which Helm takes.
func TestAKeyThatStandsTwiceIsFound(t *testing.T) {
	for kind, want := range map[string]string{
		"manifest": `(?m)^manifest.yaml:6:3: duplicate key "replicas"`,
		"config":   `(?m)^config.yaml:5:1: duplicate key "replicas"`,
	} {
		dir := t.TempDir()
		got := runAlone(t, dir, append([]string{"lint"}, hostile(t, dir, kind, text("replicas: 2\nreplicas: 3\n"))...)...)
		assert.Equal(t, 2, got.code)
		assert.Regexp(t, want, got.stderr)
	}
	dir := t.TempDir()
	got := runAlone(t, dir, append([]string{"lint", "--fail-on", "warning"}, hostile(t, dir, "values", text("replicas: 2\nreplicas: 3\n"))...)...)
	assert.Equal(t, 1, got.code, got.stderr)
	assert.Regexp(t, `(?m)^values.yaml:2:1: warning: .*\[duplicate-key\]$`, got.stdout)
}

const cycle = `receivers: {otlp: {protocols: {grpc: {endpoint: "${env:POD_IP}:4317"}}}}
exporters: {debug: {}}
connectors: {forward/a: {}, forward/b: {}}
service:
  pipelines:
    traces/a: {receivers: [otlp, forward/b], exporters: [forward/a, debug]}
    traces/b: {receivers: [forward/a], exporters: [forward/b]}
`

const cycleDeployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: collector}
spec:
  selector: {matchLabels: {app: collector}}
  template:
    metadata: {labels: {app: collector}}
    spec:
      containers:
        - name: collector
          image: otel/opentelemetry-collector-contrib:0.161.0
          args: [--config=/conf/config.yaml]
          volumeMounts: [{name: config, mountPath: /conf}]
      volumes: [{name: config, configMap: {name: config}}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: config}
data:
  config.yaml: |
`

// TestConnectorsInACircleAreFound ends, with a finding.
func TestConnectorsInACircleAreFound(t *testing.T) {
	dir := t.TempDir()
	for name, body := range map[string]string{
		"values.yaml":   "config:\n" + indented(cycle, "  "),
		"manifest.yaml": cycleDeployment + indented(cycle, "    "),
		"config.yaml":   cycle,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600))
		args := []string{"lint", name}
		if name == "values.yaml" {
			args = []string{"lint", "-f", name}
		}
		got := runAlone(t, dir, args...)
		assert.Equal(t, 1, got.code, got.stderr)
		assert.Regexp(t, `(?m)^`+name+`:\d+:\d+: error: .*\[connector-cycle\]$`, got.stdout)
	}
}

func indented(all, by string) string {
	var out strings.Builder
	for line := range strings.Lines(all) {
		out.WriteString(by + line)
	}

	return out.String()
}

// TestAChartThatFailsOrNeverEndsIsGivenUp says where, as far as a template that never ends can be placed.
func TestAChartThatFailsOrNeverEndsIsGivenUp(t *testing.T) {
	for template, want := range map[string]string{
		"# First.\n{{ fail \"no luck\" }}\n":                                                               `^helm-otlp: chart/templates/a.yaml:2:4: no luck\n$`,
		"# First.\n{{ .Values.a.b.c }}\n":                                                                  `^helm-otlp: chart/templates/a.yaml:2:\d+: .*nil pointer`,
		"{{ define \"a\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}":                            `^helm-otlp: chart/templates/a.yaml:1:\d+: .*`,
		"{{ range until 30000 }}{{ range until 30000 }}{{ range until 30000 }}{{ end }}{{ end }}{{ end }}": `^helm-otlp: gave up on the chart c: it took too long`,
	} {
		dir := t.TempDir()
		require.NoError(t, os.MkdirAll(filepath.Join(dir, "chart", "templates"), 0o700))
		for name, data := range map[string]string{"Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n", "templates/a.yaml": template} {
			require.NoError(t, os.WriteFile(filepath.Join(dir, "chart", name), []byte(data), 0o600))
		}
		got := runAlone(t, dir, "lint", "chart", "--timeout", "5s")
		assert.Equal(t, 2, got.code)
		assert.Regexp(t, want, got.stderr)
		assert.Empty(t, got.stdout)
	}
}
