package differential

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// TestTheTemplatesNameNoComponent keeps knowledge of components in the table. A name with
// an underscore can be nothing else; of the others, what stands in quotes or as a key.
func TestTheTemplatesNameNoComponent(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(chartDir, "templates", "*"))
	require.NoError(t, err)
	for _, path := range paths {
		if info, err := os.Stat(path); err != nil || info.IsDir() {
			continue
		}
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		for kind, rows := range component.All().Components {
			for name, row := range rows {
				names := []string{name}
				for _, old := range row.OldNames {
					names = append(names, old.Name)
				}
				for _, name := range names {
					assert.NotRegexp(t, named(name), string(text), "%s names the %s %s", filepath.Base(path), kind, name)
				}
			}
		}
	}
}

// named finds a component's name. `otlp` is also the state's name and a distribution's,
// and `resource`, `filter` and `file` are words of Kubernetes and of CEL.
func named(name string) *regexp.Regexp {
	switch name {
	case "otlp", "resource", "filter", "file":
		return regexp.MustCompile(`(receivers|processors|exporters)\.` + name + `\b`)
	default:
		return regexp.MustCompile(`(^|[\s"'.])` + regexp.QuoteMeta(name) + `["':.]`)
	}
}
