package migrate_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/migrate"
)

var update = flag.Bool("update", false, "write what comes of each case into it")

// Each case is a file: what was written, a line of dashes, what comes of it, and below another one what is said of it.
func TestMigrate(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			parts := strings.Split(string(text), "----\n")
			require.Len(t, parts, 3)
			result, err := migrate.Migrate("f.yaml", []byte(parts[0]), "0.161.0")
			require.NoError(t, err)
			var said strings.Builder
			for _, change := range result.Changes {
				said.WriteString(change + "\n")
			}
			for _, left := range result.Left {
				said.WriteString("left: " + left.String() + "\n")
			}
			got := strings.Join([]string{parts[0], string(result.Text), said.String()}, "----\n")
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
			}
			assert.Equal(t, got, string(text))

			again, err := migrate.Migrate("f.yaml", result.Text, "0.161.0")
			require.NoError(t, err)
			assert.Equal(t, string(result.Text), string(again.Text), "a second run changes nothing")
			assert.Empty(t, again.Changes)
		})
	}
}

func TestAVersionMayLackThePatchsNumber(t *testing.T) {
	const old = "exporters: {logging: }\n"
	short, err := migrate.Migrate("f.yaml", []byte(old), "0.161")
	require.NoError(t, err)
	long, err := migrate.Migrate("f.yaml", []byte(old), "0.161.0")
	require.NoError(t, err)
	assert.Equal(t, long, short)
	assert.Contains(t, string(short.Text), "debug")
}

func TestWhatIsNoConfigIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"a: 1\n":                          "f.yaml:1:1: there is no collector config in it",
		"exporters: {debug: }\n---\nb: 1": "f.yaml has 2 documents: migrate each by itself",
		"exporters: {debug: \n":           "f.yaml:",
	} {
		_, err := migrate.Migrate("f.yaml", []byte(text), "0.161.0")
		require.ErrorContains(t, err, want, text)
	}
	_, err := migrate.Migrate("f.yaml", []byte("exporters: {debug: }\n"), "latest")
	assert.ErrorContains(t, err, `"latest" is no version of the collector: write one such as 0.161.0`)
}
