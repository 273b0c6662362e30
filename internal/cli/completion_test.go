package cli

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

var update = flag.Bool("update", false, "write completion.yaml")

// completion is what Helm reads of completion.yaml.
type completion struct {
	Name     string       `json:"name,omitempty"`
	Flags    []string     `json:"flags,omitempty"`
	Commands []completion `json:"commands,omitempty"`
}

func asPlugin(name string) string {
	return map[string]string{"HELM_PLUGIN_DIR": "/plugins/otlp", "HELM_BIN": "helm"}[name]
}

func completionOf(cmd *cobra.Command) completion {
	c := completion{Name: cmd.Name()}
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if f.Name == "help" {
			return
		}
		c.Flags = append(c.Flags, f.Name)
		if f.Shorthand != "" {
			c.Flags = append(c.Flags, f.Shorthand)
		}
	})
	for _, sub := range cmd.Commands() {
		if !sub.Hidden {
			c.Commands = append(c.Commands, completionOf(sub))
		}
	}

	return c
}

func TestCompletionFileListsEveryCommandAndFlag(t *testing.T) {
	root := completionOf((&program{env: asPlugin}).root())
	root.Name = ""
	data, err := yaml.Marshal(root)
	require.NoError(t, err)
	want := "# What Helm completes after `helm otlp`. Written by `go test ./internal/cli -update`.\n" + string(data)
	if *update {
		require.NoError(t, os.WriteFile("../../completion.yaml", []byte(want), 0o644))
	}
	got, err := os.ReadFile("../../completion.yaml")
	require.NoError(t, err)
	assert.Equal(t, want, string(got), "run `go test ./internal/cli -update`")
}

func TestPluginFileHasTheProgramsVersion(t *testing.T) {
	data, err := os.ReadFile("../../plugin.yaml")
	require.NoError(t, err)
	var plugin struct{ Name, Version string }
	require.NoError(t, yaml.Unmarshal(data, &plugin))
	assert.Equal(t, "otlp", plugin.Name)
	assert.Equal(t, Version, plugin.Version)

	data, err = os.ReadFile("../../post-renderer/plugin.yaml")
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(data, &plugin))
	assert.Equal(t, "otlp-inject", plugin.Name)
	assert.Equal(t, Version, plugin.Version)
}

func TestAPanicIsAnInternalFailure(t *testing.T) {
	var stderr bytes.Buffer
	code := Main(t.Context(), []string{"version"}, strings.NewReader(""), panics{}, &stderr, func(string) string { return "" })
	assert.Equal(t, ExitInternal, code)
	assert.Contains(t, stderr.String(), "internal failure: the writer broke")
}

type panics struct{}

func (panics) Write([]byte) (int, error) { panic("the writer broke") }
