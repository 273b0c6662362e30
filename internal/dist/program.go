package main

import (
	"context"
	"debug/buildinfo"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// platforms are those that a release has a program for: scripts/install.sh looks for these.
func platforms() []string {
	return []string{"darwin/amd64", "darwin/arm64", "linux/amd64", "linux/arm64", "windows/amd64", "windows/arm64"}
}

// choose reads a list of platforms.
func choose(wanted string) ([]string, error) {
	chosen := strings.Split(wanted, ",")
	for _, platform := range chosen {
		if !slices.Contains(platforms(), platform) {
			return nil, fmt.Errorf("choose the platforms: %q is none of %s", platform, strings.Join(platforms(), ", "))
		}
	}
	slices.Sort(chosen)

	return slices.Compact(chosen), nil
}

// program builds the program for a platform, writes its bill of materials and its archive, and returns the archive.
func (r *release) program(ctx context.Context, platform string) (archive file, err error) {
	system, architecture, _ := strings.Cut(platform, "/")
	executable := "helm-otlp"
	if system == "windows" {
		executable += ".exe"
	}
	dir, err := os.MkdirTemp("", "helm-otlp-dist-")
	if err != nil {
		return file{}, fmt.Errorf("make a folder to build in: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, executable)
	if err := r.build(ctx, system, architecture, path); err != nil {
		return file{}, err
	}

	data, err := os.ReadFile(path)
	if err != nil {
		return file{}, err
	}
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return file{}, fmt.Errorf("read what the program for %s is made of: %w", platform, err)
	}
	bill, err := bill(info, r.version, platform, data, r.time)
	if err != nil {
		return file{}, err
	}
	license, err := r.read("LICENSE")
	if err != nil {
		return file{}, err
	}
	name := fmt.Sprintf("helm-otlp-%s-%s-%s", r.version, system, architecture)
	packed, err := pack([]file{{name: executable, data: data, program: true}, license}, r.time)
	if err != nil {
		return file{}, err
	}
	archive = file{name: name + ".tgz", data: packed}
	for _, f := range []file{{name: name + ".cdx.json", data: bill}, archive} {
		if err := r.write(f); err != nil {
			return file{}, err
		}
	}

	return archive, nil
}

// build compiles the program so that nothing of the machine is in it: no C, no paths, no ID of the build, nothing of
// version control (which an unpacked source archive has not), and the least processor of each architecture.
func (r *release) build(ctx context.Context, system, architecture, path string) (err error) {
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -buildid=", "-o", path, "./cmd/helm-otlp")
	build.Dir = r.root
	build.Env, err = r.environment(ctx, system, architecture)
	if err != nil {
		return err
	}
	build.Stdout, build.Stderr = r.stderr, r.stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("build the program for %s/%s: %w", system, architecture, err)
	}

	return nil
}

// kept are the settings of Go that say where modules come from, and nothing of what is made.
const kept = "GOPROXY GONOPROXY GOPRIVATE GOSUMDB GONOSUMDB GOINSECURE GOMODCACHE GOCACHE"

// environment is that of a build: of what `go env -w` has set, only what is kept counts.
func (r *release) environment(ctx context.Context, system, architecture string) ([]string, error) {
	names := strings.Fields(kept)
	ask := exec.CommandContext(ctx, "go", append([]string{"env"}, names...)...)
	ask.Dir = r.root
	out, err := ask.Output()
	if err != nil {
		return nil, fmt.Errorf("ask Go where modules come from: %w", err)
	}
	env := os.Environ()
	for i, value := range strings.Split(strings.TrimSuffix(string(out), "\n"), "\n") {
		env = append(env, names[i]+"="+strings.TrimSuffix(value, "\r"))
	}

	return append(env, "GOENV=off", "GOOS="+system, "GOARCH="+architecture, "CGO_ENABLED=0",
		"GOFLAGS=", "GOWORK=off", "GOEXPERIMENT=", "GOFIPS140=off", "GOAMD64=v1", "GOARM64=v8.0"), nil
}

// read is a file of the checkout, under its path there.
func (r *release) read(path string) (file, error) {
	data, err := os.ReadFile(filepath.Join(r.root, filepath.FromSlash(path)))

	return file{name: path, data: data}, err
}
