// Package imports holds the layers of the module: which package may import which.
package imports

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const module = "github.com/helm-otlp/helm-otlp/"

// everything is what the command line and generators may import.
var everything = []string{"*"}

// allowed says what a package may import of this module. A row holds for the packages below
// it too, unless they have a row of their own.
var allowed = map[string][]string{
	"charts":              {},
	"pkg/component":       {},
	"pkg/source":          {},
	"pkg/secret":          {"pkg/source"},
	"pkg/collectorconfig": {"pkg/ottl", "pkg/component", "pkg/source"},
	"pkg/values":          {"pkg/collectorconfig", "pkg/component", "pkg/source"},
	"pkg/lint":            {"pkg/lint", "pkg/collectorconfig", "pkg/component", "pkg/values", "pkg/source", "pkg/secret"},
	"pkg/graph":           {"pkg/lint", "pkg/collectorconfig"},
	"pkg/changes":         {"pkg/lint", "pkg/source"},
	"pkg/diagnose":        {"pkg/collectorconfig", "pkg/source"},
	"pkg/ottl":            {},
	"pkg/migrate":         {"internal/yamledit", "pkg/collectorconfig", "pkg/component", "pkg/source"},
	"pkg/migratevalues":   {"pkg/collectorconfig", "pkg/component", "pkg/source"},
	"pkg/inject":          {"internal/yamledit", "pkg/source"},
	"pkg/deployment":      {"charts", "internal/judge", "internal/render", "pkg/diagnose", "pkg/lint", "pkg/source", "pkg/values", "pkg/collectorconfig"},
	// Helm's SDK weighs 17 MB, so that it is for Go programs alone.
	"pkg/deployment/sdk":  {"pkg/deployment"},
	"internal/guard":      {},
	"internal/render":     {"pkg/values", "charts", "pkg/source"},
	"internal/yamledit":   {"pkg/source"},
	"internal/fix":        {"internal/yamledit", "pkg/lint", "pkg/source"},
	"internal/provenance": {"internal/guard", "internal/render", "pkg/lint", "pkg/source"},
	"internal/host":       {"pkg/deployment"},
	"internal/judge":      {"internal/render", "pkg/lint", "pkg/source", "pkg/values"},
	"internal/report":     {"pkg/graph", "pkg/lint", "pkg/collectorconfig"},
	"internal/cli":        everything,
	"internal/replace":    {},
	"internal/gen":        {"pkg", "charts", "internal/replace"},
	"internal/dist":       {},
	"cmd":                 {"internal/cli", "cmd/helm-otlp/rarely"},
	"tests":               everything,
}

// heavy are modules that only some packages may import.
var heavy = map[string][]string{
	"helm.sh/helm":                    {"internal/render", "pkg/deployment", "internal/dist"},
	"helm.sh/helm/v3/pkg/action":      {"pkg/deployment/sdk"},
	"k8s.io/client-go":                {"pkg/deployment"},
	"github.com/spf13/cobra":          {"internal/cli"},
	"github.com/ProtonMail/go-crypto": {"internal/dist", "tests"},
	// For tests alone.
	"github.com/stretchr/testify":           {"tests"},
	"github.com/rogpeppe/go-internal":       {"tests"},
	"github.com/invopop/jsonschema":         {"internal/gen", "pkg/values"},
	"github.com/santhosh-tekuri/jsonschema": {"internal/render", "tests"},
	"k8s.io/apiextensions-apiserver":        {},
	"github.com/pkg/errors":                 {},
}

// light are packages that others embed: not one of their dependencies, however deep, is heavy.
var light = []string{"pkg/component", "pkg/source", "pkg/collectorconfig", "pkg/lint", "pkg/graph", "pkg/inject"}

type listed struct {
	ImportPath    string
	Imports, Deps []string
}

func list(t *testing.T) []listed {
	t.Helper()
	noteSources(t)
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,Deps", "./...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []listed
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		p.ImportPath = strings.TrimPrefix(p.ImportPath, module)
		packages = append(packages, p)
	}

	return packages
}

// noteSources looks at every source, so that go test does not give a cached result for
// sources that changed: it can't see what go list reads.
func noteSources(t *testing.T) {
	t.Helper()
	for _, root := range []string{"charts", "cmd", "internal", "pkg", "tests"} {
		err := filepath.WalkDir(filepath.Join("../..", root), func(path string, _ fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".go" {
				return err
			}
			_, err = os.Stat(path)

			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// row is the longest key of the table that the package is at or below.
func row(name string) (string, bool) {
	for key := name; key != "."; {
		if _, ok := allowed[key]; ok {
			return key, true
		}
		cut := strings.LastIndex(key, "/")
		if cut < 0 {
			break
		}
		key = key[:cut]
	}

	return "", false
}

func within(name string, places []string) bool {
	for _, place := range places {
		if place == "*" || name == place || strings.HasPrefix(name, place+"/") {
			return true
		}
	}

	return false
}

func TestPackagesImportOnlyWhatTheirLayerMay(t *testing.T) {
	for _, p := range list(t) {
		key, ok := row(p.ImportPath)
		if !ok {
			t.Errorf("%s is in no row of the table: decide what it may import", p.ImportPath)

			continue
		}
		for _, imported := range p.Imports {
			if own, ours := strings.CutPrefix(imported, module); ours && !within(own, allowed[key]) {
				t.Errorf("%s imports %s, and may import %v", p.ImportPath, own, allowed[key])
			}
			for name, places := range heavy {
				if within(imported, []string{name}) && !within(p.ImportPath, places) {
					t.Errorf("%s imports %s, and only %v may", p.ImportPath, imported, places)
				}
			}
		}
	}
}

func TestTheCoreIsFreeOfHelmTheClientAndTheCommandLine(t *testing.T) {
	for _, p := range list(t) {
		if !within(p.ImportPath, light) {
			continue
		}
		for _, dependency := range p.Deps {
			if within(dependency, []string{"helm.sh/helm", "k8s.io/client-go", "github.com/spf13/cobra", "github.com/spf13/pflag"}) {
				t.Errorf("%s depends on %s", p.ImportPath, dependency)
			}
		}
	}
}

func TestTheProgramIsFreeOfHelmsActions(t *testing.T) {
	for _, p := range list(t) {
		if !within(p.ImportPath, []string{"cmd", "internal"}) {
			continue
		}
		for _, dependency := range p.Deps {
			if within(dependency, []string{"helm.sh/helm/v3/pkg/action", "k8s.io/kubectl", "sigs.k8s.io/kustomize"}) {
				t.Errorf("%s depends on %s: a release is changed by the user's Helm", p.ImportPath, dependency)
			}
		}
	}
}
