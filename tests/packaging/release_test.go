package packaging

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/tests/binaries"
)

// sources copies what a release is made of into a new folder, which is no checkout.
func sources(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for _, name := range []string{"go.mod", "go.sum", "LICENSE", "plugin.yaml", "plugin.complete", "completion.yaml", "post-renderer/plugin.yaml", "scripts/install.sh"} {
		copyFile(t, filepath.Join("../..", name), filepath.Join(root, name))
	}
	for _, name := range []string{"charts", "cmd", "internal", "pkg"} {
		require.NoError(t, os.CopyFS(filepath.Join(root, name), os.DirFS(filepath.Join("../..", name))))
	}

	return root
}

func TestTwoBuildsGiveTheSameBytes(t *testing.T) {
	out := t.TempDir()
	said, err := dist([]string{"TZ=Asia/Tokyo", "GOFLAGS=-buildvcs=true -tags=other", "GOAMD64=v3", "CGO_ENABLED=1"},
		"-root", sources(t), "-out", out, "-platforms", strings.Replace(platform(), "-", "/", 1), "-keyring", made.keyring)
	require.NoError(t, err)
	first, second := releaseFiles(t, made.folder), releaseFiles(t, out)
	for name, data := range first {
		if !signature.MatchString(name) {
			assert.True(t, bytes.Equal(data, second[name]), "%s differs: %s", name, said)
		}
		delete(second, name)
	}
	assert.Empty(t, second)
}

// To compile it for all six takes half an hour: `make dist` does.
func TestEachPlatformHasThePackagesOfTheProgram(t *testing.T) {
	for _, platform := range []string{"darwin/amd64", "darwin/arm64", "linux/amd64", "linux/arm64", "windows/amd64", "windows/arm64"} {
		system, architecture, _ := strings.Cut(platform, "/")
		list := exec.CommandContext(t.Context(), "go", "list", "-e", "-deps", "-f", "{{with .Error}}{{$.ImportPath}}: {{.}}{{end}}", "./cmd/helm-otlp")
		list.Dir, list.Env = "../..", append(os.Environ(), "GOOS="+system, "GOARCH="+architecture, "CGO_ENABLED=0")
		var said bytes.Buffer // What it downloads, too.
		list.Stderr = &said
		out, err := list.Output()
		require.NoError(t, err, "%s", &said)
		assert.Empty(t, strings.TrimSpace(string(out)), platform)
	}
	said, err := dist(nil, "-root", "../..", "-out", t.TempDir(), "-platforms", "plan9/amd64")
	require.Error(t, err)
	assert.Contains(t, said, `"plan9/amd64" is none of darwin/amd64, `)
}

// unpacked are the entries of an archive, and their contents.
func unpacked(t *testing.T, archive []byte) ([]tar.Header, map[string][]byte) {
	t.Helper()
	uncompressed, err := gzip.NewReader(bytes.NewReader(archive))
	require.NoError(t, err)
	assert.Empty(t, uncompressed.Name)
	assert.True(t, uncompressed.ModTime.IsZero())
	var headers []tar.Header
	files := map[string][]byte{}
	for reader := tar.NewReader(uncompressed); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return headers, files
		}
		require.NoError(t, err)
		headers = append(headers, *header)
		data, err := io.ReadAll(reader)
		require.NoError(t, err)
		if header.Typeflag == tar.TypeReg {
			files[header.Name] = data
		}
	}
}

func TestArchivesSayNothingOfWhoMadeThem(t *testing.T) {
	for name, data := range releaseFiles(t, made.folder) {
		if filepath.Ext(name) != ".tgz" {
			continue
		}
		headers, _ := unpacked(t, data)
		assert.True(t, slices.IsSortedFunc(headers, func(a, b tar.Header) int { return strings.Compare(a.Name, b.Name) }), name)
		for _, header := range headers {
			assert.Equal(t, time.Unix(1700000000, 0), header.ModTime, "%s: %s", name, header.Name)
			assert.Zero(t, header.Uid+header.Gid, "%s: %s", name, header.Name)
			assert.Empty(t, header.Uname+header.Gname, "%s: %s", name, header.Name)
		}
	}
}

func TestTheSumsAreThoseOfTheFiles(t *testing.T) {
	files := releaseFiles(t, made.folder)
	summed := map[string]string{}
	for line := range strings.Lines(string(files["SHA256SUMS"])) {
		sum, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		summed[name] = sum
	}
	for name, data := range files {
		if strings.HasPrefix(name, "SHA256SUMS") || strings.HasSuffix(name, ".prov") {
			continue
		}
		assert.Equal(t, fmt.Sprintf("%x", sha256.Sum256(data)), summed[name], name)
		delete(summed, name)
	}
	assert.Empty(t, summed)
}

func TestTheBillOfMaterialsListsEachModule(t *testing.T) {
	files := releaseFiles(t, made.folder)
	name := "helm-otlp-" + version + "-" + platform()
	_, archive := unpacked(t, files[name+".tgz"])
	assert.Contains(t, archive, "LICENSE")
	program := archive["helm-otlp"]
	info, err := buildinfo.Read(bytes.NewReader(program))
	require.NoError(t, err)
	want := map[string]string{"pkg:golang/std@" + strings.TrimPrefix(info.GoVersion, "go"): ""}
	for _, module := range info.Deps {
		want["pkg:golang/"+module.Path+"@"+strings.ReplaceAll(module.Version, "+", "%2B")] = module.Sum
	}
	require.Greater(t, len(want), 50)

	var bill struct {
		Format   string `json:"bomFormat"`
		Metadata struct {
			Timestamp string
			Component struct {
				Version string
				Hashes  []struct{ Content string }
			}
		}
		Components []struct {
			PURL       string
			Properties []struct{ Value string }
		}
	}
	require.NoError(t, json.Unmarshal(files[name+".cdx.json"], &bill))
	assert.Equal(t, "CycloneDX", bill.Format)
	assert.Equal(t, "2023-11-14T22:13:20Z", bill.Metadata.Timestamp)
	assert.Equal(t, version, bill.Metadata.Component.Version)
	assert.Equal(t, fmt.Sprintf("%x", sha256.Sum256(program)), bill.Metadata.Component.Hashes[0].Content)
	got := map[string]string{}
	for _, c := range bill.Components {
		got[c.PURL] = ""
		for _, property := range c.Properties {
			got[c.PURL] = property.Value
		}
	}
	assert.Equal(t, want, got)
}

func TestTheChartIsWhatHelmPackages(t *testing.T) {
	_, ours := unpacked(t, releaseFiles(t, made.folder)["otlp-collector-"+version+".tgz"])
	for _, name := range []string{"helm3", "helm4"} {
		dir := t.TempDir()
		out, err := exec.CommandContext(t.Context(), binaries.For(t, name), "package", "../../charts/otlp-collector", "-d", dir).CombinedOutput()
		require.NoError(t, err, "%s", out)
		_, theirs := unpacked(t, releaseFiles(t, dir)["otlp-collector-"+version+".tgz"])
		for file, data := range theirs {
			if file == "otlp-collector/Chart.yaml" { // Helm writes it anew, without comments.
				assert.YAMLEq(t, string(data), string(ours[file]))
			} else {
				assert.True(t, bytes.Equal(data, ours[file]), "%s of %s", file, name)
			}
		}
		assert.Len(t, ours, len(theirs), name)
	}
}

func TestAReleaseHasOneVersion(t *testing.T) {
	out := t.TempDir()
	said, err := dist(nil, "-root", "../..", "-out", out, "-tag", "refs/tags/v99.0.0", "-platforms", "linux/amd64")
	require.Error(t, err)
	assert.Contains(t, said, "release the tag refs/tags/v99.0.0: the version is "+version+", whose tag is v"+version)

	for _, name := range []string{"post-renderer/plugin.yaml", "charts/otlp-collector/Chart.yaml", "internal/cli/version.go"} {
		root := sources(t)
		text, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(root, name), bytes.ReplaceAll(text, []byte(version), []byte("99.0.0")), 0o600))
		said, err := dist(nil, "-root", root, "-out", out)
		require.Error(t, err)
		assert.Contains(t, said, "plugin.yaml has "+version+", and "+name+" has 99.0.0")
	}

	require.NoError(t, os.WriteFile(filepath.Join(out, "mine.txt"), nil, 0o600))
	said, err = dist(nil, "-root", "../..", "-out", out, "-platforms", "linux/amd64")
	require.Error(t, err)
	assert.Contains(t, said, "mine.txt is no file of a release")
	assert.FileExists(t, filepath.Join(out, "mine.txt"))
}

func TestATagIsReleasedFromItsCommitAlone(t *testing.T) {
	clone := filepath.Join(t.TempDir(), "clone")
	git := func(args ...string) string {
		out, err := exec.CommandContext(t.Context(), "git", args...).CombinedOutput()
		require.NoError(t, err, "git %s: %s", strings.Join(args, " "), out)

		return string(out)
	}
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	git("clone", "--quiet", "--depth", "1", "file://"+root, clone)
	text, err := os.ReadFile(filepath.Join(clone, "plugin.yaml"))
	require.NoError(t, err)
	version := regexp.MustCompile(`(?m)^version: (\S+)$`).FindSubmatch(text)
	require.NotNil(t, version)
	tag := "v" + string(version[1])
	refused := func(want string) {
		t.Helper()
		said, err := dist(nil, "-root", clone, "-out", t.TempDir(), "-tag", tag, "-platforms", "linux/amd64")
		require.Error(t, err)
		assert.Contains(t, said, want)
	}
	refused("see whether the checkout is that of the tag " + tag)
	git("-C", clone, "tag", tag)
	require.NoError(t, os.WriteFile(filepath.Join(clone, "charts", "otlp-collector", "more.yaml"), nil, 0o600))
	refused("the checkout has what is not committed")
	git("-C", clone, "add", "--all")
	git("-C", clone, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "--message", "more")
	refused("and the checkout is at")
}
