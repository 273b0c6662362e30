package ottl

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"
)

func TestCheckIsOfTheVersionThatItSays(t *testing.T) {
	text, err := os.ReadFile("../../go.mod")
	require.NoError(t, err)
	module, err := modfile.Parse("go.mod", text, nil)
	require.NoError(t, err)
	found := 0
	for _, required := range module.Require {
		switch required.Mod.Path {
		case "github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl",
			"github.com/open-telemetry/opentelemetry-collector-contrib/processor/filterprocessor",
			"github.com/open-telemetry/opentelemetry-collector-contrib/processor/transformprocessor":
			found++
			assert.Equal(t, "v"+Version, semver.MajorMinor(required.Mod.Version), required.Mod.Path)
		}
	}
	assert.Equal(t, 3, found)
}

func TestCheck(t *testing.T) {
	require.NoError(t, Check("transform", map[string]any{"trace_statements": []any{`set(span.name, "a")`}}))
	require.ErrorContains(t, Check("transform", map[string]any{"trace_statements": []any{`sett(span.name, "a")`}}), `"sett"`)
	require.ErrorContains(t, Check("filter", map[string]any{"logs": map[string]any{"log_record": []any{`severity = 3`}}}), "severity = 3")
	assert.NoError(t, Check("batch", map[string]any{"trace_statements": []any{"nonsense"}}))
}

func TestCheckSampling(t *testing.T) {
	require.NoError(t, CheckSampling("span", `attributes["a"] == "b" and IsRootSpan() and resource.attributes["c"] != nil`))
	require.NoError(t, CheckSampling("span", `span.attributes["a"] == "b"`))
	require.NoError(t, CheckSampling("spanevent", `name == "exception" and IsMatch(attributes["a"], "b")`))
	require.ErrorContains(t, CheckSampling("span", `IsMatched(name, "a")`), `"IsMatched"`)
	require.ErrorContains(t, CheckSampling("spanevent", `IsRootSpan()`), `"IsRootSpan"`)
	require.ErrorContains(t, CheckSampling("spanevent", `severity_text == "a"`), "severity_text")
	assert.NoError(t, CheckSampling("log", "nonsense"))
}

func TestCheckRoute(t *testing.T) {
	for context, statement := range map[string]string{
		"":          `route() where attributes["a"] == "b"`,
		"resource":  `delete_key(attributes, "a") where IsMatch(attributes["a"], "b")`,
		"span":      `route() where IsRootSpan() and name == "a"`,
		"metric":    `route() where name == "a"`,
		"datapoint": `route() where value_int > 3`,
		"log":       `route() where severity_number > SEVERITY_NUMBER_INFO`,
		"request":   `nonsense`,
	} {
		require.NoError(t, CheckRoute(context, statement), context)
	}
	require.ErrorContains(t, CheckRoute("", `rout() where attributes["a"] == "b"`), `"rout"`)
	require.ErrorContains(t, CheckRoute("resource", `route() where severity_text == "a"`), "severity_text")
	require.ErrorContains(t, CheckRoute("log", `route() where IsRootSpan()`), `"IsRootSpan"`)
	require.ErrorContains(t, CheckRoute("metric", `route() where value_int = 3`), "syntax")
}
