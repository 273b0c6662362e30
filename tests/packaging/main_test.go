// Package packaging makes a release, and installs it as users do. docs/installing.md has the commands.
package packaging

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"testing"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/internal/cli"
)

const version = cli.Version

// made is the release that the tests share: for this platform alone, since each other takes minutes to build.
var made struct {
	// dist is the program that makes releases, and folder holds one, signed with the key of the keyring.
	dist, folder, keyring string
}

func TestMain(m *testing.M) { os.Exit(inFolder(m)) }

func inFolder(m *testing.M) int {
	dir, err := os.MkdirTemp("", "packaging-")
	if err == nil {
		defer os.RemoveAll(dir)
		err = makeRelease(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "make a release:", err)

		return 1
	}

	return m.Run()
}

func makeRelease(dir string) error {
	made.dist, made.folder, made.keyring = filepath.Join(dir, "make-dist"), filepath.Join(dir, "dist"), filepath.Join(dir, "secret.gpg")
	build := exec.Command("go", "build", "-o", made.dist, "./internal/dist")
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	if err := writeKey(made.keyring); err != nil {
		return err
	}
	_, err := dist(nil, "-root", "../..", "-out", made.folder, "-platforms", runtime.GOOS+"/"+runtime.GOARCH, "-keyring", made.keyring)

	return err
}

// dist makes a release with the environment and returns what it said.
func dist(env []string, args ...string) (string, error) {
	cmd := exec.Command(made.dist, args...)
	// The time is that of no commit, so that the tests run outside of a checkout as well.
	cmd.Env = append(append(os.Environ(), "SOURCE_DATE_EPOCH=1700000000"), env...)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		return said.String(), fmt.Errorf("%w: %s", err, said.String())
	}

	return said.String(), nil
}

// writeKey writes a new secret key.
func writeKey(path string) error {
	entity, err := openpgp.NewEntity("A test of helm-otlp", "", "test@example.com", nil)
	if err != nil {
		return err
	}
	var data bytes.Buffer
	if err := entity.SerializePrivate(&data, nil); err != nil {
		return err
	}

	return os.WriteFile(path, data.Bytes(), 0o600)
}

// releaseFiles are the names and contents of a folder's files.
func releaseFiles(t *testing.T, folder string) map[string][]byte {
	t.Helper()
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	files := map[string][]byte{}
	for _, entry := range entries {
		data, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		require.NoError(t, err)
		files[entry.Name()] = data
	}

	return files
}

// copyFile copies a file, and makes its folder.
func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	require.NoError(t, err)
	info, err := os.Stat(from)
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o755))
	require.NoError(t, os.WriteFile(to, data, info.Mode()))
}

// platform is this machine's, as files are named.
func platform() string { return runtime.GOOS + "-" + runtime.GOARCH }

// signature matches the names of files that are signatures or keys, which have the time in them.
var signature = regexp.MustCompile(`\.prov$|\.asc$|\.gpg$`)
