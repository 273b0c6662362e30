package binaries

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// key names the folder of a build in the cache: the program's name and version for people, and a hash over all that
// decides the outcome (the Go release, the platform, the flags and, for a module of the checkout, its sources).
func (s Store) key(b Binary) (string, error) {
	hash := sha256.New()
	b.Purpose = ""

	described, err := json.Marshal(b)
	if err != nil {
		return "", fmt.Errorf("describe %s: %w", b.Name, err)
	}
	fmt.Fprintf(hash, "%s %s/%s\n%s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, described)

	if b.Module != "" {
		if err := hashModule(hash, filepath.Join(s.Checkout, filepath.FromSlash(b.Module)), b.Test); err != nil {
			return "", fmt.Errorf("hash the module of %s in %s: %w", b.Name, b.Module, err)
		}
	}

	return fmt.Sprintf("%s-%s-%x", b.Name, b.Version, hash.Sum(nil)[:6]), nil
}

// hashModule writes the module's requirements and sources to the hash, without nested modules and, unless wanted, its tests.
// It does not follow a replace directive that points at another folder.
func hashModule(hash io.Writer, root string, tests bool) error {
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		return err
	}

	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if path != root && isModule(path) {
				return fs.SkipDir
			}

			return nil
		}
		name := entry.Name()
		source := strings.HasSuffix(name, ".go") && (tests || !strings.HasSuffix(name, "_test.go"))
		if !source && name != "go.mod" && name != "go.sum" {
			return nil
		}

		return hashFile(hash, root, path)
	})
}

func hashFile(hash io.Writer, root, path string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	relative, err := filepath.Rel(root, path)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(hash, "%s %d\n%s\n", filepath.ToSlash(relative), len(content), content)

	return err
}

func isModule(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, "go.mod"))

	return err == nil
}
