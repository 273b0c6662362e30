package binaries

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// newStore returns an empty store over a checkout that holds the module tests/hello.
func newStore(t *testing.T, source string) (Store, *bytes.Buffer) {
	t.Helper()
	checkout := t.TempDir()
	write(t, filepath.Join(checkout, "tests/hello/go.mod"), "module hello\n\ngo 1.26.0\n")
	write(t, filepath.Join(checkout, "tests/hello/main.go"), source)
	progress := &bytes.Buffer{}

	return Store{Dir: filepath.Join(t.TempDir(), "cache"), Checkout: checkout, Progress: progress}, progress
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func hello() Binary {
	return Binary{
		Name: "hello", Version: "v1.0.0", Module: "tests/hello", Package: ".", File: "hello",
		LDFlags: sets("main.greeting=ahoy"), Purpose: "a test",
	}
}

const helloSource = `package main

import "fmt"

var greeting = "hello"

func main() { fmt.Print(greeting) }
`

func TestBuildFromAModuleOfTheCheckout(t *testing.T) {
	store, progress := newStore(t, helloSource)

	path, err := store.Build(t.Context(), hello())
	if err != nil {
		t.Fatal(err)
	}
	output, err := exec.Command(path).Output()
	if err != nil || string(output) != "ahoy" {
		t.Fatalf("the program printed %q, %v: the linker flag did not arrive", output, err)
	}
	if !strings.Contains(progress.String(), "building hello v1.0.0 (a test)") {
		t.Errorf("progress does not say what is built and why:\n%s", progress)
	}

	progress.Reset()
	again, err := store.Build(t.Context(), hello())
	if err != nil || again != path {
		t.Errorf("the second build gave %s, %v; want %s from the cache", again, err, path)
	}
	if progress.Len() > 0 {
		t.Errorf("the second build should be silent:\n%s", progress)
	}
	assertOnly(t, store.Dir, "lock", filepath.Base(filepath.Dir(path)))
}

func TestConcurrentCallersShareOneBuild(t *testing.T) {
	store, progress := newStore(t, helloSource)

	var callers sync.WaitGroup
	for range 4 {
		callers.Go(func() {
			if _, err := store.Build(t.Context(), hello()); err != nil {
				t.Error(err)
			}
		})
	}
	callers.Wait()

	if builds := strings.Count(progress.String(), "building hello"); builds != 1 {
		t.Errorf("%d builds ran, want 1:\n%s", builds, progress)
	}
}

func TestWhatGoesIntoABuildIsInItsKey(t *testing.T) {
	store, _ := newStore(t, helloSource)
	key := func(b Binary) string {
		key, err := store.key(b)
		if err != nil {
			t.Fatal(err)
		}

		return key
	}
	before := key(hello())

	flags := hello()
	flags.LDFlags = nil
	if key(flags) == before {
		t.Error("other linker flags, same key")
	}
	purpose := hello()
	purpose.Purpose = "something else"
	if key(purpose) != before {
		t.Error("the purpose is part of the key")
	}

	module := filepath.Join(store.Checkout, "tests/hello")
	write(t, filepath.Join(module, "main_test.go"), "package main")
	write(t, filepath.Join(module, "nested/go.mod"), "module nested")
	write(t, filepath.Join(module, "nested/main.go"), "package main")
	if key(hello()) != before {
		t.Error("a test or a nested module changed the key")
	}
	write(t, filepath.Join(module, "greeting/greeting.go"), "package greeting")
	if key(hello()) == before {
		t.Error("another source file, same key")
	}
}

func TestAFailedBuildSaysWhyAndLeavesNothing(t *testing.T) {
	store, _ := newStore(t, "package main\n\nfunc main() { undefined() }\n")

	_, err := store.Build(t.Context(), hello())
	if err == nil || !strings.Contains(err.Error(), "undefined: undefined") || !strings.Contains(err.Error(), "build hello") {
		t.Errorf("the error should name the program and show the compiler's words: %v", err)
	}
	assertOnly(t, store.Dir, "lock")
}

func TestABuildEndsWithItsContext(t *testing.T) {
	store, _ := newStore(t, helloSource)
	if err := os.MkdirAll(store.Dir, 0o755); err != nil {
		t.Fatal(err)
	}
	unlock, err := store.lock(t.Context(), "another")
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := store.Build(ctx, hello()); err == nil || !strings.Contains(err.Error(), "context canceled") {
		t.Errorf("want the context's error while another build holds the store, got %v", err)
	}
}

func TestAnUnknownNameListsTheKnownOnes(t *testing.T) {
	if _, err := Path(t.Context(), "kubectl"); err == nil || !strings.Contains(err.Error(), "helm3") {
		t.Errorf("want an error that lists the names, got %v", err)
	}
}

// The table repeats versions that go.mod files pin: an update must change both.
func TestVersionsAgreeWithTheModules(t *testing.T) {
	store, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(store.Checkout, "tests/cluster/servers/go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	for name, module := range map[string]string{"etcd": "go.etcd.io/etcd/server/v3", "kube-apiserver": "k8s.io/kubernetes"} {
		binary, err := find(name)
		if err != nil {
			t.Fatal(err)
		}
		pinned := regexp.MustCompile(`(?m)^(?:require)?\s+` + regexp.QuoteMeta(module) + ` (\S+)`).FindSubmatch(content)
		if pinned == nil || string(pinned[1]) != binary.Version {
			t.Errorf("%s is %s in the table, and go.mod pins %q", name, binary.Version, pinned)
		}
	}
}

func assertOnly(t *testing.T, folder string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	if len(names) != len(want) {
		t.Errorf("%s holds %v, want only %v", folder, names, want)
	}
}
