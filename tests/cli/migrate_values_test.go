//go:build unix

package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A file that is meant to harm is refused, or converted, in little memory.
func TestMigrateValuesOfHostileFiles(t *testing.T) {
	dir := t.TempDir()
	const head = "mode: deployment\nimage: {repository: a/b}\n"
	bomb := "a0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n"
	for i := 1; i < 12; i++ {
		bomb += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10), ", "))
	}
	for name, test := range map[string]struct {
		text string
		code int
		says string
	}{
		"aliases":  {head + bomb + "config: {receivers: {otlp: *a11}}\n", 2, "hostile.yaml"},
		"depth":    {head + "config: " + strings.Repeat("{a: ", 20000) + "b" + strings.Repeat("}", 20000) + "\n", 2, "hostile.yaml:3:"},
		"encoding": {head + "podLabels: {a: \"\xff\xfe\"}\n", 2, "hostile.yaml:3:"},
		"types":    {"mode: [daemonset]\nimage: 5\npresets: x\nconfig: [1]\nports: {a: 1, 2: {enabled: 3}}\nresources: {limits: [a]}\n", 1, "hostile.yaml:3:1: by hand: presets: a text stands where a mapping is wanted"},
		"itself":   {head + "config: &a {receivers: *a}\n", 2, "hostile.yaml:3:"},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, os.WriteFile(filepath.Join(dir, "hostile.yaml"), []byte(test.text), 0o600))
			run := runAlone(t, dir, "migrate-values", "hostile.yaml")
			assert.Equal(t, test.code, run.code, run.stderr[:min(len(run.stderr), 500)])
			assert.Contains(t, run.stderr, test.says)
			assert.NotContains(t, run.stderr, "internal failure")
			if test.code == 2 {
				assert.Empty(t, run.stdout)
			}
		})
	}
}
