package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
	"golang.org/x/mod/zip"
)

// proxy fetches modules, without what they import, through the go command's module proxy.
type proxy struct {
	folder string // of a go.mod of its own
	cache  string // where the go command keeps modules
	served served

	mutex   sync.Mutex
	modules map[string]*goModule // nil where the proxy has none
}

func newProxy(served served) (*proxy, error) {
	folder, err := os.MkdirTemp("", "catalogue")
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(folder+"/go.mod", []byte("module catalogue\n"), 0o600); err != nil {
		return nil, err
	}

	cache, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		return nil, fmt.Errorf("go env GOMODCACHE: %w", err)
	}

	return &proxy{folder: folder, cache: strings.TrimSpace(string(cache)), served: served, modules: map[string]*goModule{}}, nil
}

// environment has the go command ask the proxy alone, since upstream's repositories are too large to clone for one folder
// each, and no database of checksums, since nothing of a module is run.
func (p *proxy) environment() []string {
	return append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off", "GOTOOLCHAIN=local", "GOPROXY="+p.served.url, "GOSUMDB=off")
}

func (p *proxy) close() error { return os.RemoveAll(p.folder) }

// fetch returns a module of exactly this version.
func (p *proxy) fetch(ctx context.Context, path, version string) (*goModule, error) {
	id := path + "@" + version
	p.mutex.Lock()
	known, isKnown := p.modules[id]
	p.mutex.Unlock()
	if isKnown {
		if known == nil {
			return nil, fmt.Errorf("the proxy does not serve %s", id)
		}

		return known, nil
	}
	fetched, err := p.kept(path, version)
	if err != nil {
		fetched, err = p.download(ctx, path, version)
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.modules[id] = fetched

	return fetched, err
}

// kept returns a module that was downloaded before.
func (p *proxy) kept(path, version string) (*goModule, error) {
	escaped, err := module.EscapePath(path)
	if err != nil {
		return nil, err
	}

	return moduleIn(filepath.Join(p.cache, filepath.FromSlash(escaped)+"@"+version), path, version)
}

func (p *proxy) download(ctx context.Context, path, version string) (*goModule, error) {
	command := exec.CommandContext(ctx, "go", "mod", "download", "-json", path+"@"+version)
	command.Dir = p.folder
	command.Env = p.environment()
	var output bytes.Buffer
	command.Stdout = &output
	runErr := command.Run()
	var answer struct{ Dir, Error string }
	if err := json.Unmarshal(output.Bytes(), &answer); err != nil {
		return nil, fmt.Errorf("go mod download %s@%s: %w: %w", path, version, runErr, err)
	}
	switch {
	case strings.Contains(answer.Error, "requires go >="):
		return p.unpack(ctx, path, version)
	case answer.Error != "":
		return nil, fmt.Errorf("go mod download %s@%s: %s", path, version, answer.Error)
	default:
		return moduleIn(answer.Dir, path, version)
	}
}

// unpack downloads a module that the go command does not, since it is for a newer Go than this one: nothing of it is built.
func (p *proxy) unpack(ctx context.Context, path, version string) (*goModule, error) {
	escaped, err := module.EscapePath(path)
	if err != nil {
		return nil, err
	}
	archive, err := p.served.get(ctx, escaped+"/@v/"+version+".zip")
	if err != nil {
		return nil, err
	}
	if archive == nil {
		return nil, fmt.Errorf("the proxy does not serve %s@%s", path, version)
	}
	folder, err := os.MkdirTemp(p.folder, "module")
	if err != nil {
		return nil, err
	}
	file, dir := filepath.Join(folder, "module.zip"), filepath.Join(folder, "module")
	if err := os.WriteFile(file, archive, 0o600); err != nil {
		return nil, err
	}
	if err := errors.Join(zip.Unzip(dir, module.Version{Path: path, Version: version}, file), os.Remove(file)); err != nil {
		return nil, err
	}

	return moduleIn(dir, path, version)
}

func moduleIn(dir, path, version string) (*goModule, error) {
	requires, err := requirements(dir)
	if err != nil {
		return nil, err
	}

	return &goModule{path: path, version: version, dir: dir, requires: requires}, nil
}

// prefetch downloads many modules at once. What the proxy lacks is left out without an error.
func (p *proxy) prefetch(ctx context.Context, modules []string) error {
	modules = slices.DeleteFunc(modules, func(id string) bool {
		path, version, _ := strings.Cut(id, "@")
		_, err := p.kept(path, version)

		return err == nil
	})
	for chunk := range slices.Chunk(modules, 100) {
		command := exec.CommandContext(ctx, "go", append([]string{"mod", "download", "-json"}, chunk...)...)
		command.Dir, command.Env = p.folder, p.environment()
		output, err := command.Output()
		if len(output) == 0 && err != nil {
			return fmt.Errorf("go mod download of %d modules: %w", len(chunk), err)
		}
	}

	return nil
}

// nearest returns the module in this version or, where the proxy lacks it, in the next older one, else the next newer.
func (p *proxy) nearest(ctx context.Context, path, version string) (*goModule, error) {
	exact, err := p.fetch(ctx, path, version)
	if err == nil {
		return exact, nil
	}
	versions, listErr := p.served.of(ctx, path)
	if listErr != nil {
		return nil, listErr
	}
	for _, candidate := range byNearness(versions, version) {
		if near, err := p.fetch(ctx, path, candidate); err == nil {
			return near, nil
		}
	}

	return nil, err
}

// byNearness sorts the versions before the wanted one, newest first, and then those behind it, oldest first.
func byNearness(versions []string, wanted string) []string {
	var older, newer []string
	for _, v := range versions {
		if semver.Compare(v, wanted) < 0 {
			older = append(older, v)
		} else {
			newer = append(newer, v)
		}
	}
	slices.SortFunc(older, func(a, b string) int { return semver.Compare(b, a) })
	semver.Sort(newer)

	return append(older, newer...)
}

// minor returns the part of a version that collectors are known by, such as 0.161 of v0.161.0.
func minor(version string) string { return strings.TrimPrefix(semver.MajorMinor(version), "v") }
