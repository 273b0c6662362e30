package docs

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/internal/cli"
)

// yamlBlock is a block of YAML, in a document whose blocks are values files.
var yamlBlock = regexp.MustCompile("(?s)```yaml\n(.*?)```")

func TestTheValuesOfTheDocumentsRenderAndAreClean(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"exposing.md", "autoscaling.md", "nodes.md"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "docs", name))
		require.NoError(t, err)
		blocks := yamlBlock.FindAllStringSubmatch(string(text), -1)
		require.NotEmpty(t, blocks, name)
		for i, block := range blocks {
			t.Run(name+"/"+strconv.Itoa(i+1), func(t *testing.T) {
				t.Parallel()
				file := filepath.Join(t.TempDir(), "values.yaml")
				require.NoError(t, os.WriteFile(file, []byte(block[1]), 0o600))
				var out strings.Builder
				code := cli.Main(context.Background(), []string{"lint", "--fail-on", "warning", "-f", file},
					strings.NewReader(""), &out, &out, func(string) string { return "" })
				assert.Equal(t, 0, code, "%s\n%s", block[1], out.String())
			})
		}
	}
}
