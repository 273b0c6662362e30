package imports

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// writes are calls of the standard library by which a program writes a file or runs another.
var writes = regexp.MustCompile(`\bos\.(?:WriteFile|Create|CreateTemp|OpenFile|Mkdir\w*|Remove\w*|Rename|Symlink|Link|Chmod|Truncate|StartProcess)\(|` +
	`\bexec\.|"os/exec"|"plugin"|"unsafe"|\bsyscall\.(?:Exec|ForkExec)|\.(?:WriteFile|OpenFile|Create)\(`)

// otherwise are calls that look like these, by file, and do something else.
var otherwise = map[string]string{
	// Helm's record of a new revision, in the cluster.
	"../../pkg/deployment/sdk/sdk.go": ".Create(",
}

func TestNothingOfTheProgramWritesOrRuns(t *testing.T) {
	for _, dir := range []string{"../../cmd", "../../internal", "../../pkg", "../../charts"} {
		err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			// The generators and what makes releases are no part of the program, migrate --write replaces the file that it is given, and a
			// release is changed by the user's Helm, so that it is done in that Helm's ways: it is given the chart in a folder.
			if entry.IsDir() && (entry.Name() == "gen" || entry.Name() == "dist" || entry.Name() == "replace" || entry.Name() == "host") {
				return fs.SkipDir
			}
			if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return nil
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, call := range writes.FindAllString(string(data), -1) {
				if otherwise[filepath.ToSlash(path)] != call {
					t.Errorf("%s: %s", path, call)
				}
			}

			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
