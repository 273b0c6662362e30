package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Programs returns the paths of test programs by name, as tests/binaries knows them, building them first where the cache
// doesn't have them. It asks that package's command: the module of the checkout's root is not one that this module
// requires, so that neither one's dependencies decide the other's.
func Programs(ctx context.Context, names ...string) (map[string]string, error) {
	root, err := checkout()
	if err != nil {
		return nil, err
	}

	cmd := exec.CommandContext(ctx, "go", append([]string{"run", "./tests/binaries/build"}, names...)...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOWORK=off")
	var paths bytes.Buffer
	cmd.Stdout, cmd.Stderr = &paths, os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("build %s (in %s: %s): %w", strings.Join(names, ", "), root, strings.Join(cmd.Args, " "), err)
	}

	lines := strings.Fields(paths.String())
	if len(lines) != len(names) {
		return nil, fmt.Errorf("build %s: want one path each, got %q", strings.Join(names, ", "), paths.String())
	}
	programs := map[string]string{}
	for i, name := range names {
		programs[name] = lines[i]
	}

	return programs, nil
}

// checkout finds the root of the checkout, above the folder that the test runs in.
func checkout() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the checkout: %w", err)
	}
	for {
		_, err := os.Stat(filepath.Join(folder, "tests", "binaries", "build", "main.go"))
		if err == nil {
			return folder, nil
		}
		parent := filepath.Dir(folder)
		if !errors.Is(err, fs.ErrNotExist) || parent == folder {
			return "", fmt.Errorf("find the checkout above the current folder: %w", err)
		}
		folder = parent
	}
}
