package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func fixed(path, content string) generator {
	return generator{path: path, generate: func(string) ([]byte, error) { return []byte(content), nil }}
}

func repository(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(root, "go.mod"), nil, 0o600))
	return root
}

func TestRunWritesWhatIsStale(t *testing.T) {
	root := repository(t)
	list := []generator{fixed("deep/er/a.txt", "a"), fixed("b.txt", "b")}
	var stdout, stderr bytes.Buffer
	assert.Equal(t, exitCurrent, run([]string{"-root", root}, list, &stdout, &stderr))
	assert.Equal(t, "wrote deep/er/a.txt (1 bytes)\nwrote b.txt (1 bytes)\n", stdout.String())
	content, err := os.ReadFile(filepath.Join(root, "deep", "er", "a.txt"))
	require.NoError(t, err)
	assert.Equal(t, "a", string(content))
	stdout.Reset()
	assert.Equal(t, exitCurrent, run([]string{"-root", root}, list, &stdout, &stderr))
	assert.Empty(t, stdout.String()+stderr.String())
	left, err := filepath.Glob(filepath.Join(root, ".*"))
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestCheckNamesEveryStaleFileAndTheMend(t *testing.T) {
	root := repository(t)
	require.NoError(t, os.WriteFile(filepath.Join(root, "old.txt"), []byte("old"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(root, "same.txt"), []byte("same"), 0o600))
	list := []generator{fixed("old.txt", "new"), fixed("same.txt", "same"), fixed("missing.txt", "")}
	var stdout, stderr bytes.Buffer
	assert.Equal(t, exitStale, run([]string{"-check", "-root", root}, list, &stdout, &stderr))
	assert.Equal(t, "old.txt is stale: run `make generate-offline` and commit the result\n"+
		"missing.txt is stale: run `make generate-offline` and commit the result\n", stderr.String())
	content, err := os.ReadFile(filepath.Join(root, "old.txt"))
	require.NoError(t, err)
	assert.Equal(t, "old", string(content))
}

func TestRunSaysWhatFailed(t *testing.T) {
	root := repository(t)
	broken := generator{path: "x.txt", generate: func(string) ([]byte, error) { return nil, errors.New("broken") }}
	tests := []struct {
		name string
		args []string
		list []generator
		code int
		want string
	}{
		{"generator", []string{"-root", root}, []generator{broken}, exitFailed, "gen: generating x.txt: broken"},
		{"path that can't be written", []string{"-root", root}, []generator{fixed("go.mod/x", "")}, exitFailed, "gen: "},
		{"argument", []string{"x"}, nil, exitUsage, `unexpected argument "x"`},
		{"flag", []string{"-x"}, nil, exitUsage, "flag provided but not defined"},
		{"root", []string{"-root", t.TempDir()}, nil, exitUsage, "is not the root of the repository"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			assert.Equal(t, test.code, run(test.args, test.list, &stdout, &stderr))
			assert.Contains(t, stderr.String(), test.want)
		})
	}
}

func TestGeneratedFilesAreCurrent(t *testing.T) {
	var stdout, stderr bytes.Buffer
	assert.Equal(t, exitCurrent, run([]string{"-check", "-root", filepath.Join("..", "..")}, generators(), &stdout, &stderr), stderr.String())
}

func TestValuesDocumentHasEveryKeyWithItsDefault(t *testing.T) {
	document, err := valuesDocument(filepath.Join("..", ".."))
	require.NoError(t, err)
	for _, row := range []string{
		"| `mode` | `daemonset`, `gateway`, `sidecar` | `\"gateway\"` | How the collector runs",
		"| `replicas` | int | gateway: `3` |",
		"| `image.pullPolicy` | `Always`, `IfNotPresent`, `Never` | `\"IfNotPresent\"` |",
		"| `resources` | ResourceRequirements | daemonset: `{",
		"| `persistence.size` | string or number | `\"10Gi\"` |",
		"| `config` | map |  |",
		"| `config.service.telemetry` | map |  |",
		"| `tolerations` | list of Toleration | `[]` |",
		"| `podLabels` | map of string | `{}` |",
		"| `global.imageRegistry` | string | `\"\"` |",
	} {
		assert.Contains(t, string(document), "\n"+row)
	}
}
