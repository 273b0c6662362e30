package docs

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/tests/binaries"
)

// installs is a command of a topology's README that installs one of its releases.
var installs = regexp.MustCompile(`(?m)^helm install (\S+) charts/otlp-collector -n (\S+) (?:--create-namespace )?-f (examples/\S+)$`)

// topology is a folder of examples whose releases work together.
type topology struct {
	readme, text string
	// releases are their names, namespaces and values files, in the order in which they are installed.
	releases [][]string
}

// topologies are the folders of examples/README.md's first table.
func topologies(t *testing.T) []topology {
	t.Helper()
	var found []topology
	table, _, _ := strings.Cut(read(t, "examples/README.md"), "## Single releases")
	for _, match := range regexp.MustCompile(`(?m)^\| \[[^\]]+\]\(([^)]+/README\.md)\)`).FindAllStringSubmatch(table, -1) {
		one := topology{readme: "examples/" + match[1]}
		one.text = read(t, one.readme)
		for _, command := range installs.FindAllStringSubmatch(one.text, -1) {
			one.releases = append(one.releases, command[1:])
		}
		found = append(found, one)
	}
	require.GreaterOrEqual(t, len(found), 6)

	return found
}

func TestATopologysReadmeInstallsAndDrawsAllOfItsReleases(t *testing.T) {
	atRoot(t)
	for _, one := range topologies(t) {
		files, err := filepath.Glob(filepath.Dir(one.readme) + "/*values.yaml")
		require.NoError(t, err)
		var installed []string
		for _, release := range one.releases {
			name, namespace, file := release[0], release[1], release[2]
			installed = append(installed, file)
			drawn := "<!-- helm otlp graph --release " + name + " -n " + namespace + " -f " + file + " -->\n```mermaid\nflowchart LR\n"
			assert.Contains(t, one.text, drawn, one.readme)
			assert.Contains(t, read(t, file), "helm install "+name+" charts/otlp-collector -n "+namespace, file)
		}
		assert.ElementsMatch(t, files, installed, one.readme)
	}
}

// TestTheReleasesOfATopologyAreCleanTogether renders them with both Helms and judges them as one input, in which the
// agent's exporter meets the gateway's Service.
func TestTheReleasesOfATopologyAreCleanTogether(t *testing.T) {
	atRoot(t)
	for _, one := range topologies(t) {
		for _, helm := range []string{"helm3", "helm4"} {
			t.Run(filepath.Base(filepath.Dir(one.readme))+"/"+helm, func(t *testing.T) {
				folder := t.TempDir()
				for _, release := range one.releases {
					command := exec.CommandContext(t.Context(), binaries.For(t, helm), "template", release[0], "charts/otlp-collector", "-n", release[1],
						"-f", release[2], "--kube-version", "1.36")
					var chatter strings.Builder
					command.Stderr = &chatter
					manifests, err := command.Output()
					require.NoError(t, err, chatter.String())
					require.NoError(t, os.WriteFile(filepath.Join(folder, release[0]+".yaml"), manifests, 0o600))
				}
				one.judge(t, len(one.releases), "lint", "--output", "json", folder)
			})
		}
	}
}

func TestEachReleaseOfATopologyIsCleanAlone(t *testing.T) {
	atRoot(t)
	for _, one := range topologies(t) {
		for _, release := range one.releases {
			t.Run(release[2], func(t *testing.T) {
				one.judge(t, 1, "lint", "--output", "json", "--release", release[0], "-n", release[1], "-f", release[2])
			})
		}
	}
}

// judge wants no error and no warning from lint, and of a note that the README says why it is there.
func (one topology) judge(t *testing.T, collectors int, arguments ...string) {
	t.Helper()
	var report struct {
		Findings []struct{ Rule, Severity, Message string }
		Summary  struct{ Collectors int }
	}
	require.NoError(t, json.Unmarshal([]byte(data(t, arguments)), &report))
	assert.Equal(t, collectors, report.Summary.Collectors)
	for _, finding := range report.Findings {
		assert.Equal(t, "info", finding.Severity, finding.Message)
		assert.Contains(t, one.text, "`"+finding.Rule+"`", "%s says why", one.readme)
	}
}
