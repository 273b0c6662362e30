package binaries

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

const modulePath = "github.com/helm-otlp/helm-otlp"

// A Store is a cache folder of built programs.
type Store struct {
	// Dir is the cache folder. It is created when something is built.
	Dir string
	// Checkout is the root of the checkout, which the Module of a Binary is relative to.
	Checkout string
	// Progress is told what is being built, why, and every 15 seconds for how long.
	Progress io.Writer
}

// Default returns the store that Path and For use. It must be called from within the checkout, as tests are.
func Default() (Store, error) {
	checkout, err := findCheckout()
	if err != nil {
		return Store{}, err
	}

	dir := os.Getenv("HELM_OTLP_CACHE")
	if dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return Store{}, fmt.Errorf("find a cache folder (set HELM_OTLP_CACHE to one): %w", err)
		}
		dir = filepath.Join(cache, "helm-otlp")
	}
	dir, err = filepath.Abs(dir)
	if err != nil {
		return Store{}, fmt.Errorf("resolve the cache folder %s: %w", dir, err)
	}

	return Store{Dir: dir, Checkout: checkout, Progress: os.Stderr}, nil
}

// Path returns the path of the named program, building it first where the store doesn't have it.
func (s Store) Path(ctx context.Context, name string) (string, error) {
	binary, err := find(name)
	if err != nil {
		return "", err
	}

	return s.Build(ctx, binary)
}

// Build returns the path of the described program, building it first where the store doesn't have it.
// One build runs at a time over the whole store, so that parallel tests don't exhaust the machine.
func (s Store) Build(ctx context.Context, b Binary) (string, error) {
	key, err := s.key(b)
	if err != nil {
		return "", err
	}
	built := filepath.Join(s.Dir, key, b.file())
	if isFile(built) {
		return built, nil
	}

	if err := os.MkdirAll(s.Dir, 0o755); err != nil {
		return "", fmt.Errorf("create the cache folder (or set HELM_OTLP_CACHE to a writable one): %w", err)
	}
	unlock, err := s.lock(ctx, b.Name)
	if err != nil {
		return "", fmt.Errorf("wait for another build to finish before that of %s: %w", b.Name, err)
	}
	defer unlock()
	if isFile(built) {
		return built, nil
	}

	return built, s.buildInto(ctx, b, built)
}

// buildInto builds in a temporary folder of the store and renames that, so that no one ever sees half a program.
func (s Store) buildInto(ctx context.Context, b Binary, built string) error {
	started := time.Now()
	s.say("building %s %s (%s): %s doesn't have it", b.Name, b.Version, b.Purpose, s.Dir)
	stop := s.every15Seconds(func() { s.say("still building %s: %s", b.Name, since(started)) })
	defer stop()

	work, err := os.MkdirTemp(s.Dir, "building-")
	if err != nil {
		return fmt.Errorf("create a folder to build %s in: %w", b.Name, err)
	}
	defer func() { _ = os.RemoveAll(work) }() // What stays behind takes room and does no harm.

	if err := s.runGo(ctx, b, work); err != nil {
		return err
	}
	if err := os.Chmod(work, 0o755); err != nil {
		return fmt.Errorf("let everyone run %s: %w", b.Name, err)
	}
	if err := os.Rename(work, filepath.Dir(built)); err != nil && !isFile(built) {
		return fmt.Errorf("put %s into the cache: %w", b.Name, err)
	}
	s.say("built %s in %s: %s", b.Name, since(started), built)

	return nil
}

func (s Store) say(format string, args ...any) {
	fmt.Fprintf(s.Progress, "binaries: "+format+"\n", args...)
}

// every15Seconds calls report until the returned function is called, which waits for a call under way.
func (s Store) every15Seconds(report func()) (stop func()) {
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		ticker := time.NewTicker(15 * time.Second)
		defer ticker.Stop()
		for {
			select {
			case <-done:
				return
			case <-ticker.C:
				report()
			}
		}
	}()

	return func() {
		close(done)
		<-stopped
	}
}

func (b Binary) file() string {
	name := b.File
	if name == "" {
		name = path.Base(b.Package)
	}
	if runtime.GOOS == "windows" {
		name += ".exe"
	}

	return name
}

// findCheckout walks up from the current folder to the root of the checkout.
func findCheckout() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the checkout: %w", err)
	}
	for {
		content, err := os.ReadFile(filepath.Join(folder, "go.mod"))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("find the checkout: %w", err)
		}
		for line := range strings.Lines(string(content)) {
			if strings.TrimSpace(line) == "module "+modulePath {
				return folder, nil
			}
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return "", fmt.Errorf("find the checkout: no folder above has the go.mod of %s: run this from within the checkout", modulePath)
		}
		folder = parent
	}
}

func isFile(name string) bool {
	info, err := os.Stat(name)

	return err == nil && info.Mode().IsRegular()
}

func since(start time.Time) time.Duration { return time.Since(start).Round(time.Second) }
