package packaging

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A plugin is a folder that scripts/install.sh is run in, as Helm runs it, on a machine of our choice.
type plugin struct {
	folder, helm, path string
	// shell is what runs the script: sh, or another.
	shell []string
	env   []string
	tar   []byte
}

// newPlugin is a package among the plugins of a Helm, with a program for Linux on arm64 alone. What uname prints is given.
func newPlugin(t *testing.T, system, machine string) plugin {
	t.Helper()
	home := t.TempDir()
	p := plugin{shell: []string{"sh"}, helm: filepath.Join(home, "data", "plugins"), path: filepath.Join(home, "path"), tar: program(t, "helm-otlp", version)}
	p.folder = filepath.Join(p.helm, "otlp")
	for _, name := range []string{"plugin.yaml", "scripts/install.sh"} {
		copyFile(t, filepath.Join("../..", name), filepath.Join(p.folder, name))
	}
	p.write(t, "bin/"+archive("linux-arm64"), p.tar)
	p.write(t, "bin/SHA256SUMS", sum(p.tar, archive("linux-arm64")))
	require.NoError(t, os.MkdirAll(p.path, 0o755))
	uname := fmt.Sprintf("#!/bin/sh\ncase $1 in -s) echo %s ;; -m) echo %s ;; esac\n", system, machine)
	require.NoError(t, os.WriteFile(filepath.Join(p.path, "uname"), []byte(uname), 0o755))
	// Helm 4 leaves these beside a plugin, and what it has downloaded in its cache.
	p.write(t, "../otlp-"+version+".tgz", nil)
	p.write(t, "../otlp-"+version+".tgz.prov", nil)
	p.write(t, "../../../cache/plugins/x", nil)
	p.env = []string{
		"PATH=" + p.path + ":/usr/bin:/bin", "HELM_PLUGIN_NAME=otlp", "HELM_PLUGIN_DIR=" + p.folder,
		"HELM_CACHE_HOME=" + filepath.Join(home, "cache"),
	}

	return p
}

func archive(platform string) string { return "helm-otlp-" + version + "-" + platform + ".tgz" }

func sum(data []byte, name string) []byte {
	return fmt.Appendf(nil, "%x  %s\n", sha256.Sum256(data), name)
}

// program is an archive with a program that says its version.
func program(t *testing.T, name, version string) []byte {
	t.Helper()
	text := "#!/bin/sh\necho helm-otlp " + version + "\n"
	var packed bytes.Buffer
	compressed := gzip.NewWriter(&packed)
	writer := tar.NewWriter(compressed)
	require.NoError(t, writer.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(text))}))
	_, err := writer.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, writer.Close())
	require.NoError(t, compressed.Close())

	return packed.Bytes()
}

func (p plugin) write(t *testing.T, name string, data []byte) {
	t.Helper()
	path := filepath.Join(p.folder, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, data, 0o600))
}

// run runs the script, and returns what it said.
func (p plugin) run(t *testing.T, args ...string) (said string, err error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), p.shell[0], slices.Concat(p.shell[1:], []string{filepath.Join(p.folder, "scripts", "install.sh")}, args)...)
	cmd.Dir, cmd.Env = filepath.Dir(p.path), p.env
	out, err := cmd.CombinedOutput()

	return string(out), err
}

// refuses holds that nothing is left of an install that is refused with these words.
func (p plugin) refuses(t *testing.T, words ...string) {
	t.Helper()
	said, err := p.run(t)
	require.Error(t, err, said)
	for _, want := range append(words, "helm-otlp: the plugin is not installed\n", `would use again: rm -r "`) {
		assert.Contains(t, said, want)
	}
	left, err := os.ReadDir(p.helm)
	require.NoError(t, err)
	assert.Empty(t, left, "of the plugin nothing is left: %s", said)
}

func TestThePackagesProgramForThisMachineIsInstalled(t *testing.T) {
	for machine, want := range map[[2]string]string{
		{"Linux", "x86_64"}: "linux-amd64", {"Linux", "aarch64"}: "linux-arm64",
		{"Darwin", "x86_64"}: "darwin-amd64", {"Darwin", "arm64"}: "darwin-arm64",
		{"Linux", "amd64"}:                  "linux-amd64",
		{"MINGW64_NT-10.0-22631", "x86_64"}: "windows-amd64", {"MSYS_NT-10.0", "aarch64"}: "windows-arm64",
	} {
		for _, folder := range []string{"bin/", "otlp/bin/"} {
			p := newPlugin(t, machine[0], machine[1])
			require.NoError(t, os.RemoveAll(filepath.Join(p.folder, "bin")))
			name := "helm-otlp"
			if strings.HasPrefix(want, "windows") {
				name += ".exe"
			}
			data := program(t, name, version)
			p.write(t, folder+archive(want), data)
			p.write(t, folder+"SHA256SUMS", append([]byte("0000  other.tgz\n"), sum(data, archive(want))...))
			for _, shell := range [][]string{{"sh"}, {"bash", "--posix"}, {"busybox", "sh"}} {
				if _, err := exec.LookPath(shell[0]); err != nil {
					continue
				}
				p.shell = shell
				said, err := p.run(t)
				require.NoError(t, err, said)
				assert.Equal(t, "helm-otlp "+version+"\n", said)
				assert.FileExists(t, filepath.Join(p.folder, "bin", name))
			}
			assert.NoDirExists(t, filepath.Join(p.folder, "bin", ".unpacked"))
		}
	}
}

func TestAProgramThatIsNotWhatTheSumsSayIsNotInstalled(t *testing.T) {
	const system, machine = "Linux", "aarch64"
	t.Run("a byte of the archive", func(t *testing.T) {
		p := newPlugin(t, system, machine)
		p.tar[len(p.tar)/2] ^= 1
		p.write(t, "bin/"+archive("linux-arm64"), p.tar)
		p.refuses(t, "is not what bin/SHA256SUMS says (SHA-256 ", "get it anew")
	})
	t.Run("no sum of it", func(t *testing.T) {
		p := newPlugin(t, system, machine)
		p.write(t, "bin/SHA256SUMS", sum(p.tar, "x"+archive("linux-arm64")))
		p.refuses(t, "bin/SHA256SUMS has no sum of "+archive("linux-arm64"))
	})
	t.Run("two sums of it", func(t *testing.T) {
		p := newPlugin(t, system, machine)
		p.write(t, "bin/SHA256SUMS", append(sum(nil, archive("linux-arm64")), sum(p.tar, archive("linux-arm64"))...))
		p.refuses(t, "bin/SHA256SUMS has no sum of "+archive("linux-arm64"))
	})
	t.Run("an empty sum of an empty file", func(t *testing.T) {
		p := newPlugin(t, system, machine)
		p.write(t, "bin/SHA256SUMS", []byte("  "+archive("linux-arm64")+"\n"))
		p.refuses(t, "bin/SHA256SUMS has no sum of "+archive("linux-arm64"))
	})
	t.Run("another version", func(t *testing.T) {
		p := newPlugin(t, system, machine)
		p.tar = program(t, "helm-otlp", version+"-rc.1")
		p.write(t, "bin/"+archive("linux-arm64"), p.tar)
		p.write(t, "bin/SHA256SUMS", sum(p.tar, archive("linux-arm64")))
		p.refuses(t, "has another version than this plugin, "+version+": helm-otlp "+version+"-rc.1")
	})
	t.Run("another platform's program", func(t *testing.T) {
		p := newPlugin(t, system, machine)
		p.tar = program(t, "helm-otlp.exe", version)
		p.write(t, "bin/"+archive("linux-arm64"), p.tar)
		p.write(t, "bin/SHA256SUMS", sum(p.tar, archive("linux-arm64")))
		p.refuses(t, "could not take helm-otlp out of bin/"+archive("linux-arm64"))
	})
	t.Run("nothing to check it with", func(t *testing.T) {
		p := newPlugin(t, system, machine)
		for _, tool := range []string{"sh", "dirname", "basename", "sed", "awk", "rm", "mkdir", "tar", "gzip", "mv"} {
			path, err := exec.LookPath(tool)
			require.NoError(t, err)
			require.NoError(t, os.Symlink(path, filepath.Join(p.path, tool)))
		}
		p.env[0] = "PATH=" + p.path
		p.refuses(t, "there is no sha256sum, shasum or openssl to check it with")
	})
}

func TestAMachineWithoutAProgramIsToldWhatToDo(t *testing.T) {
	newPlugin(t, "Linux", "s390x").refuses(t, "this package has no program for Linux s390x: install the plugin from a checkout")
	newPlugin(t, "SunOS", "x86_64").refuses(t, "this package has no program for SunOS x86_64")
	newPlugin(t, "Linux", "x86_64").refuses(t, "this package has no program for Linux x86_64")
	p := newPlugin(t, "Linux", "aarch64")
	require.NoError(t, os.RemoveAll(filepath.Join(p.folder, "bin")))
	p.refuses(t, "this package has neither programs (bin/SHA256SUMS) nor their sources: get a release package")
}

func TestACheckoutTakesAnArchiveInsteadOfGo(t *testing.T) {
	checkout := func(t *testing.T) plugin {
		t.Helper()
		p := newPlugin(t, "Linux", "aarch64")
		require.NoError(t, os.RemoveAll(filepath.Join(p.folder, "bin")))
		require.NoError(t, os.MkdirAll(filepath.Join(p.folder, "cmd", "helm-otlp"), 0o755))
		// It is told by a path from where Helm was started.
		p.write(t, "../../../got/"+archive("linux-arm64"), p.tar)
		p.env = append(p.env, "HELM_OTLP_BIN_TGZ=got/"+archive("linux-arm64"))

		return p
	}
	checkout(t).refuses(t, "nothing says what "+archive("linux-arm64")+" should be: put the release's SHA256SUMS beside it, or its sum into HELM_OTLP_BIN_SHA256")

	p := checkout(t)
	p.write(t, "../../../got/SHA256SUMS", sum(p.tar, archive("linux-arm64")))
	said, err := p.run(t)
	require.NoError(t, err, said)
	assert.Equal(t, "helm-otlp "+version+"\n", said)

	p = checkout(t)
	p.write(t, "../../../got/SHA256SUMS", sum([]byte("other"), archive("linux-arm64")))
	p.refuses(t, "is not what ")

	p = checkout(t)
	p.env = append(p.env, "HELM_OTLP_BIN_SHA256="+strings.Fields(string(sum(p.tar, "")))[0])
	said, err = p.run(t)
	require.NoError(t, err, said)

	p = checkout(t)
	p.env = append(p.env, "HELM_OTLP_BIN_TGZ=/nowhere.tgz")
	p.refuses(t, "there is no /nowhere.tgz: give HELM_OTLP_BIN_TGZ the path")

	// In a package, its own sums count, and not those that come with the archive.
	p = newPlugin(t, "Linux", "aarch64")
	other := program(t, "helm-otlp", version+"-rc.1")
	p.write(t, "../../../got/"+archive("linux-arm64"), other)
	p.write(t, "../../../got/SHA256SUMS", sum(other, archive("linux-arm64")))
	p.env = append(p.env, "HELM_OTLP_BIN_TGZ=got/"+archive("linux-arm64"))
	p.refuses(t, "is not what bin/SHA256SUMS says")
}

func TestAFailedUpdateLeavesThePluginThatWorks(t *testing.T) {
	p := newPlugin(t, "Linux", "aarch64")
	said, err := p.run(t)
	require.NoError(t, err, said)
	p.write(t, "bin/"+archive("linux-arm64"), nil)
	said, err = p.run(t, "update")
	require.Error(t, err)
	assert.Contains(t, said, "is not what bin/SHA256SUMS says")
	assert.FileExists(t, filepath.Join(p.folder, "bin", "helm-otlp"))
	assert.FileExists(t, filepath.Join(p.folder, "plugin.yaml"))

	// By hand, without Helm, nothing is taken out either.
	p.env = p.env[:1]
	_, err = p.run(t)
	require.Error(t, err)
	assert.FileExists(t, filepath.Join(p.folder, "plugin.yaml"))
}

func TestAFailedInstallOfAFolderLeavesTheFolder(t *testing.T) {
	p := newPlugin(t, "Linux", "s390x")
	mine := filepath.Join(t.TempDir(), "mine")
	require.NoError(t, os.Rename(p.folder, mine))
	require.NoError(t, os.Symlink(mine, p.folder))
	p.refuses(t, "this package has no program for Linux s390x")
	assert.FileExists(t, filepath.Join(mine, "plugin.yaml"))
}
