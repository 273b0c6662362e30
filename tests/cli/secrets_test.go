package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/internal/report"
	"github.com/helm-otlp/helm-otlp/pkg/lint/rules"
)

// planted is the secret that no output may show.
const planted = "PLANTED-s3cret"

// exporter is a component with the secret everywhere that one may stand.
const exporter = `otlp_http/planted: {endpoint: "https://me:` + planted + `@host:4318/x?api_key=` + planted + `", ` +
	`headers: {authorization: "Bearer ` + planted + `", x-team: ` + planted + `}, password: ` + planted + `}`

var (
	blockExporters = regexp.MustCompile(`(?m)^(\s*)exporters:[ ]*(#.*)?$`)
	flowExporters  = regexp.MustCompile(`exporters: \{`)
	blockEnv       = regexp.MustCompile(`(?m)^(\s*)env:[ ]*$`)
)

// plant puts the secret into an example; false where it has no place for one.
func plant(text string) (string, bool) {
	out := blockExporters.ReplaceAllString(text, "${0}\n${1}  "+strings.ReplaceAll(exporter, "$", "$$"))
	out = flowExporters.ReplaceAllString(out, "exporters: {"+exporter+", ")
	out = blockEnv.ReplaceAllString(out, "${0}\n${1}- {name: DB_PASSWORD, value: "+planted+"}")

	return out, out != text
}

func TestNoFindingOfAnyRuleShowsASecretInAnyFormat(t *testing.T) {
	dir, count, quoted, diffs := t.TempDir(), 0, 0, 0
	for _, rule := range rules.All() {
		bad, err := filepath.Glob(filepath.Join("../../pkg/lint/rules", rule.Name, "testdata", "bad*.yaml"))
		require.NoError(t, err)
		texts := []string{rule.Bad}
		for _, file := range bad {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			texts = append(texts, string(data))
		}
		for _, text := range texts {
			text, ok := plant(text)
			if !ok {
				continue
			}
			count++
			file := filepath.Join(dir, rule.Name+".yaml")
			require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
			args := []string{"lint", file}
			if strings.HasPrefix(text, "# values of the chart\n") {
				args = []string{"lint", "-f", file}
			}
			for _, format := range report.Names() {
				stdout, stderr, _ := runProgram(t, append(args, "--output", format)...)
				assert.NotContains(t, stdout+stderr, planted, "%s, %s:\n%s", rule.Name, format, text)
				quoted += strings.Count(stdout, "****")
			}
			stdout, stderr, _ := runProgram(t, append(args, "--fix")...)
			assert.NotContains(t, stdout+stderr, planted, "%s, --fix:\n%s", rule.Name, text)
			diffs += strings.Count(stdout, "****")
		}
	}
	assert.Greater(t, count, 60, "most examples have a place for a secret")
	assert.Greater(t, quoted, 60, "findings quote lines with a secret")
	assert.Positive(t, diffs, "fixes stand beside secrets")
}

// TestNoMessageShowsASecret has every message that quotes what a user wrote, of whatever command.
func TestNoMessageShowsASecret(t *testing.T) {
	t.Chdir(t.TempDir())
	write := func(name, text string) {
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o700))
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	}
	const top = "apiVersion: v2\nname: c\nversion: 1.0.0\n"
	write("schema/Chart.yaml", top)
	write("schema/values.schema.json", `{"properties": {"password": {"pattern": "^x$"}, "token": {"enum": ["a", "b"]}, "db": {"properties": {"secret": {"const": 1}}}}}`)
	write("schema/values.yaml", "password: "+planted+"\n")
	write("fails/Chart.yaml", top)
	write("fails/templates/a.yaml", `{{ fail (printf "no luck with %s" .Values.token) }}`)
	write("says/Chart.yaml", top)
	write("says/templates/a.yaml", `{{ fail (printf "no luck with %s" (index .Values.headers "x-team")) }}`)
	write("broken/Chart.yaml", top)
	write("broken/templates/a.yaml", "a: [\ntoken: {{ .Values.token }}\n")
	write("warns/Chart.yaml", top)
	write("warns/values.yaml", "db: {password: x}\n")
	write("alias.yaml", "token: *"+planted+"\n")
	write("reserved.yaml", "token: `"+planted+"\n")
	write("colon.yaml", "token: a: "+planted+"\n")
	write("twice.yaml", "password: "+planted+"\npassword: "+planted+"\n")
	write("list.yaml", "- password: "+planted+"\n")
	write("values.yaml", "token: "+planted+"\n")
	write("enum.yaml", "token: "+planted+"\ndb: {secret: "+planted+"}\n")
	write("flat.yaml", "db: "+planted+"\npassword: "+planted+"\n")
	write("pipelines.yaml", "receivers: {otlp: {protocols: {grpc: {}}}}\nexporters: {otlp: {endpoint: 'a:1', token: "+planted+", headers: "+planted+"}}\n"+
		"service: {pipelines: {traces: {receivers: [otlp], exporters: [otlp]}}}\n")
	write("unseen.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: c, image: otel/opentelemetry-collector, args: ['--config=https://me:"+planted+"@host/c.yaml']}]}\n")
	write("suppressed/.helm-otlp.yaml", "ignore: [{rule: x, token: "+planted+"}]\n")

	for _, args := range [][]string{
		{"template", "schema"},
		{"template", "schema", "-f", "enum.yaml"},
		{"template", "schema", "--set", "password=" + planted},
		{"template", "schema", "--set-json", `{"password": "` + planted + `"}`},
		{"template", "schema", "--set", "token", "--set", "password=" + planted},
		{"template", "schema", "--set", "password[" + planted},
		{"template", "schema", "--set", "password=ab," + planted},
		{"template", "schema", "--set-json", "password={" + planted},
		{"template", "schema", "--set-literal", "password=" + planted},
		{"template", "fails", "-f", "values.yaml"},
		{"template", "fails", "--set", "token=" + planted},
		{"template", "says", "--set", "headers.x-team=" + planted},
		{"template", "says", "--set-json", `{"headers": {"x-team": "` + planted + `"}}`},
		{"lint", "broken", "-f", "values.yaml"},
		{"lint", "warns", "-f", "flat.yaml"},
		{"lint", "-f", "alias.yaml"},
		{"lint", "-f", "reserved.yaml"},
		{"lint", "-f", "colon.yaml"},
		{"lint", "-f", "list.yaml"},
		{"lint", "-f", "twice.yaml"},
		{"lint", "-f", "values.yaml"},
		{"lint", "alias.yaml"},
		{"lint", "colon.yaml"},
		{"lint", "twice.yaml"},
		{"lint", "unseen.yaml"},
		{"lint", "-f", "http://me:" + planted + "@127.0.0.1:1/values.yaml"},
		{"lint", "oci://me:" + planted + "@127.0.0.1:1/x", "--plain-http"},
		{"lint", "--set", "config.exporters.otlp_http.headers.authorization=" + planted, "--set", "replicas=many"},
		{"lint", "--set", "replicas=1,config.exporters.otlp_http.headers.authorization=" + planted},
		{"lint", "--set", "config.exporters.otlp_http.endpoint=https://me:" + planted + "@h:4318,replicas=1"},
		{"compile", "pipelines.yaml"},
		{"compile", "alias.yaml"},
		{"compile", "colon.yaml"},
	} {
		for _, more := range [][]string{nil, {"--debug"}} {
			stdout, stderr, _ := runProgram(t, append(args, more...)...)
			if args[0] == "compile" {
				stdout = "" // The config itself, which was asked for.
			}
			assert.NotContains(t, stdout+stderr, planted, "%v", args)
		}
	}
}

func TestAUsersOwnConfigIsPrintedToTheLetter(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"compile", "--output", "config"}, {"template"}} {
		stdout, stderr, code := runProgram(t, append(args, "--set", "config.exporters.otlp_http.endpoint=https://h:4318,config.exporters.otlp_http.headers.x-team="+planted)...)
		require.Zero(t, code, stderr)
		assert.True(t, bytes.Contains([]byte(stdout), []byte(planted)), "%v", args)
		assert.NotContains(t, stderr, planted)
	}
}
