package otelcol_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/tests/otelcol"
)

// components.txt of each distribution is what its binary prints, below a comment that names what is missing.
func TestComponentsAreListed(t *testing.T) {
	for _, distribution := range otelcol.Distributions() {
		out, err := exec.CommandContext(t.Context(), distribution.Binary(t), "components").Output()
		require.NoError(t, err)
		folder := "v" + strings.TrimPrefix(distribution.Name, "otelcol-")
		text, err := os.ReadFile(filepath.Join(folder, "components.txt"))
		require.NoError(t, err)
		listed := string(text)
		for strings.HasPrefix(listed, "#") {
			_, listed, _ = strings.Cut(listed, "\n")
		}
		assert.Equal(t, string(out), listed, "%s: put the output of otelcol components below the comment of components.txt", folder)
	}
}
