package packaging

import (
	"bytes"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/tests/binaries"
)

// A user has a Helm with folders of its own, a work folder, and a server that has a release and a registry.
type user struct {
	folder, host string
	env          []string
}

// newUser is one with the named Helm, and the files of a folder behind the server.
func newUser(t *testing.T, helm, release string) user {
	t.Helper()
	home := t.TempDir()
	u := user{folder: filepath.Join(home, "work")}
	path := filepath.Join(home, "path")
	require.NoError(t, os.MkdirAll(u.folder, 0o755))
	require.NoError(t, os.MkdirAll(path, 0o755))
	require.NoError(t, os.Symlink(binaries.For(t, helm), filepath.Join(path, "helm")))
	require.NoError(t, os.Symlink(binaries.For(t, "oras"), filepath.Join(path, "oras")))

	files := http.StripPrefix("/helm-otlp/helm-otlp/releases/download/v"+version+"/", http.FileServer(http.Dir(release)))
	images := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/v2/") {
			images.ServeHTTP(w, r)
			return
		}
		if filepath.Ext(r.URL.Path) == ".tgz" {
			w.Header().Set("Content-Type", "application/gzip")
		}
		files.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	u.host = strings.TrimPrefix(server.URL, "https://")
	authority := filepath.Join(home, "ca.pem")
	require.NoError(t, os.WriteFile(authority, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600))
	u.env = []string{
		"PATH=" + path + ":" + os.Getenv("PATH"), "HOME=" + home, "SSL_CERT_FILE=" + authority, "CURL_CA_BUNDLE=" + authority,
		"HELM_DATA_HOME=" + filepath.Join(home, "data"), "HELM_CONFIG_HOME=" + filepath.Join(home, "config"),
		"HELM_CACHE_HOME=" + filepath.Join(home, "cache"), "KUBECONFIG=" + filepath.Join(home, "none"),
	}

	return u
}

// sh runs commands as a user types them, with the addresses of this server, and returns what they print.
func (u user) sh(t *testing.T, commands string) (said string, err error) {
	t.Helper()
	commands = strings.NewReplacer("https://github.com", "https://"+u.host, "ghcr.io", u.host, "linux-amd64", platform()).Replace(commands)
	cmd := exec.CommandContext(t.Context(), "sh", "-euc", commands)
	cmd.Dir, cmd.Env = u.folder, u.env
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err = cmd.Run()

	return out.String(), err
}

// does runs commands that have to do.
func (u user) does(t *testing.T, commands string) string {
	t.Helper()
	said, err := u.sh(t, commands)
	require.NoError(t, err, "%s\n%s", commands, said)

	return said
}

// fails runs commands that may not do.
func (u user) fails(t *testing.T, commands string) string {
	t.Helper()
	said, err := u.sh(t, commands)
	require.Error(t, err, "%s\n%s", commands, said)

	return said
}

// publishes pushes the release to the registry, as CONTRIBUTING says.
func (u user) publishes(t *testing.T, release string) {
	t.Helper()
	u.does(t, "cd "+release+"\n"+documented(t, "../../CONTRIBUTING.md", "Releasing")[1])
}

var (
	heading = regexp.MustCompile(`(?m)^##+ (.*)$`)
	fence   = regexp.MustCompile("(?s)```sh\n(.*?)```")
)

// documented are the commands of a page's section, block by block.
func documented(t *testing.T, page, section string) []string {
	t.Helper()
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	sections := heading.FindAllStringSubmatchIndex(string(text), -1)
	for i, found := range sections {
		if string(text[found[2]:found[3]]) != section {
			continue
		}
		end := len(text)
		if i+1 < len(sections) {
			end = sections[i+1][0]
		}
		var blocks []string
		for _, block := range fence.FindAllStringSubmatch(string(text[found[1]:end]), -1) {
			blocks = append(blocks, block[1])
		}

		return blocks
	}
	t.Fatalf("%s has no section %q", page, section)

	return nil
}

const page = "../../docs/installing.md"

// works holds that the plugin does what it is for, completes, and goes without a trace.
func (u user) works(t *testing.T) {
	t.Helper()
	assert.Contains(t, u.does(t, "helm otlp version"), "helm-otlp "+version+"\nchart     otlp-collector "+version+"\n")
	assert.Contains(t, u.does(t, "helm otlp lint"), "0 errors, 0 warnings")
	assert.Contains(t, u.does(t, "helm __complete otlp lint --fail"), "--fail-on")
	assert.Contains(t, u.does(t, "helm __complete otlp explain undefined"), "undefined-component")
	assert.Contains(t, u.does(t, documented(t, page, "Update and remove")[0]), "Uninstalled plugin: otlp")
	assert.NotContains(t, u.does(t, "helm plugin list"), "otlp")
}

func TestThePluginIsInstalledFromEverywhere(t *testing.T) {
	for _, c := range []struct {
		helm, section string
		block         int
		says          string
	}{
		{"helm4", "From a registry", 0, "Plugin Hash Verified: sha256:"},
		{"helm4", "Over HTTP", 0, "Plugin Hash Verified: sha256:"},
		{"helm3", "Over HTTP", 1, ""},
		{"helm4", "From a file", 0, "Plugin Hash Verified: sha256:"},
		{"helm3", "From a file", 1, ""},
		{"helm4", "From a file", 1, ""},
		{"helm3", "Without a network", 0, ""},
		{"helm4", "Without a network", 0, ""},
	} {
		t.Run(c.helm+" "+c.section, func(t *testing.T) {
			u := newUser(t, c.helm, made.folder)
			copyFile(t, filepath.Join(made.folder, "helm-otlp.gpg"), filepath.Join(u.folder, "helm-otlp.gpg"))
			switch c.section {
			case "From a registry":
				u.publishes(t, made.folder)
			case "Without a network":
				u.laysCheckout(t)
			}
			commands := documented(t, page, c.section)[c.block]
			said := u.does(t, commands)
			assert.Contains(t, said, "helm-otlp "+version+"\n")
			assert.Contains(t, said, "Installed plugin: otlp")
			assert.Contains(t, said, c.says)
			u.works(t)
		})
	}
}

// A block that the tests here don't run is none of the page's.
func TestEveryCommandOfThePageIsRun(t *testing.T) {
	run := map[string]int{
		"Once: the key": 1, "From a registry": 1, "Over HTTP": 2, "From a file": 2, "Without a network": 1, "Without Helm": 1,
		"The chart": 1, "Verify": 3, "Shell completion": 1, "Update and remove": 1,
	}
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	all := 0
	for section, blocks := range run {
		assert.Len(t, documented(t, page, section), blocks, section)
		all += blocks
	}
	assert.Equal(t, all, strings.Count(string(text), "```sh\n"), "blocks of the page")
}

// laysCheckout puts a checkout and a release's archive into the user's folder, and hides Go.
func (u user) laysCheckout(t *testing.T) {
	t.Helper()
	for _, name := range []string{"plugin.yaml", "plugin.complete", "completion.yaml", "scripts/install.sh", "cmd/helm-otlp/main.go"} {
		copyFile(t, filepath.Join("../..", name), filepath.Join(u.folder, "helm-otlp", name))
	}
	for _, name := range []string{archive(platform()), "SHA256SUMS"} {
		copyFile(t, filepath.Join(made.folder, name), filepath.Join(u.folder, name))
	}
	u.env[0] = strings.SplitAfter(u.env[0], "/path:")[0] + "/usr/bin:/bin"
}

func TestWhatHelm3CantInstall(t *testing.T) {
	u := newUser(t, "helm3", made.folder)
	copyFile(t, filepath.Join(made.folder, "otlp-"+version+".tgz"), filepath.Join(u.folder, "otlp-"+version+".tgz"))
	assert.Contains(t, u.fails(t, "helm plugin install otlp-"+version+".tgz"), "expected plugin to be a folder")
	u.fails(t, strings.ReplaceAll(documented(t, page, "From a registry")[0], " --keyring helm-otlp.gpg", ""))

	again := documented(t, page, "Over HTTP")[1]
	u.does(t, again+"helm plugin uninstall otlp")
	assert.Contains(t, u.fails(t, again), "file exists")
	u.does(t, "rm -r \"$(helm env HELM_CACHE_HOME)/plugins\"\n"+again)
	u.works(t)
}

func TestAPluginThatIsNotWhatWasSignedIsNotInstalled(t *testing.T) {
	name := "otlp-" + version + ".tgz"
	spoiled := t.TempDir()
	for file, data := range releaseFiles(t, made.folder) {
		if file == name {
			data[len(data)-1] ^= 1
		}
		require.NoError(t, os.WriteFile(filepath.Join(spoiled, file), data, 0o600))
	}
	another := filepath.Join(t.TempDir(), "another.gpg")
	require.NoError(t, writeKey(another))
	for _, section := range []string{"Over HTTP", "From a file", "From a registry"} {
		t.Run(section, func(t *testing.T) {
			u := newUser(t, "helm4", spoiled)
			if section == "From a registry" {
				u.publishes(t, spoiled)
			}
			copyFile(t, filepath.Join(made.folder, "helm-otlp.gpg"), filepath.Join(u.folder, "helm-otlp.gpg"))
			commands := documented(t, page, section)[0]
			assert.Contains(t, u.fails(t, commands), "plugin verification failed: sha256 sum does not match for "+name)
			copyFile(t, another, filepath.Join(u.folder, "helm-otlp.gpg"))
			assert.Contains(t, u.fails(t, commands), "plugin verification failed: openpgp: signature made by unknown entity")
			assert.NotContains(t, u.does(t, "helm plugin list"), "otlp")
		})
	}
}

func TestWhatIsSignedIsVerified(t *testing.T) {
	for _, helm := range []string{"helm3", "helm4"} {
		t.Run(helm, func(t *testing.T) {
			u := newUser(t, helm, made.folder)
			u.publishes(t, made.folder)
			u.does(t, strings.Split(documented(t, page, "Once: the key")[0], "\n")[0])
			blocks := documented(t, page, "Verify")
			assert.Contains(t, u.does(t, blocks[0]), "Signed by: A test of helm-otlp <test@example.com>")
			if helm == "helm4" {
				assert.Contains(t, u.does(t, blocks[1]), "Signed by: A test of helm-otlp <test@example.com>")
			}
			u.does(t, "rm -f otlp-collector-*")
			u.does(t, documented(t, page, "From a file")[1])
			said := u.does(t, documented(t, page, "The chart")[0])
			assert.Contains(t, said, "Signed by: A test of helm-otlp <test@example.com>")
			assert.Contains(t, said, "0 errors, 0 warnings")

			chart := filepath.Join(u.folder, "otlp-collector-"+version+".tgz")
			data, err := os.ReadFile(chart)
			require.NoError(t, err)
			data[len(data)-1] ^= 1
			require.NoError(t, os.WriteFile(chart, data, 0o600))
			copyFile(t, filepath.Join(made.folder, filepath.Base(chart)+".prov"), chart+".prov")
			said = u.fails(t, "helm verify otlp-collector-"+version+".tgz --keyring helm-otlp.gpg")
			assert.Contains(t, said, "sha256 sum does not match")
		})
	}
}

func TestTheProgramIsUsedWithoutHelm(t *testing.T) {
	u := newUser(t, "helm4", made.folder)
	assert.Contains(t, u.does(t, documented(t, page, "Without Helm")[0]), "helm-otlp "+version+"\n")
	u.does(t, documented(t, page, "Shell completion")[0])
	script, err := os.ReadFile(filepath.Join(u.folder, "helm-otlp.bash"))
	require.NoError(t, err)
	assert.Contains(t, string(script), "complete -o default -F __start_helm-otlp helm-otlp")
}

func TestTheSumsAreSigned(t *testing.T) {
	for _, program := range []string{"gpg", "gpgv"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("there is no %s: apt-get install gnupg", program)
		}
	}
	u := newUser(t, "helm4", made.folder)
	assert.Contains(t, u.does(t, documented(t, page, "Once: the key")[0]), "A test of helm-otlp <test@example.com>")
	assert.Contains(t, u.does(t, documented(t, page, "Verify")[2]), `Good signature from "A test of helm-otlp <test@example.com>"`)
	u.fails(t, "echo x >> SHA256SUMS; gpgv --keyring ./helm-otlp.gpg SHA256SUMS.asc SHA256SUMS")
}
