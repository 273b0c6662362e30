// Package binaries builds the programs that tests run for real (Helm, etcd, the Kubernetes servers, collectors,
// linters) from their Go modules, and keeps them in a cache folder outside the checkout.
//
// The cache is $HELM_OTLP_CACHE, else the folder helm-otlp in the user's cache folder. It is keyed by everything that
// goes into a build, so a program is built once and is there in milliseconds afterwards. It may be deleted at any time.
//
// A cold build of everything takes longer than the ten minutes that go test allows by default: run
//
//	go run ./tests/binaries/build all
//
// first, which also shows its progress. The package needs nothing but the standard library and the go command.
package binaries

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// A Binary tells how one program is built. It is plain data: everything but Purpose is part of the cache's key.
type Binary struct {
	// Name is what tests ask for, such as helm3.
	Name string
	// Version is the release of the program. With no Module it is the version that is installed.
	Version string
	// Package is the main package: an import path or, within Module, a path that begins with a dot.
	Package string
	// Module is the folder of the checkout, relative to its root, whose go.mod pins the build.
	// Without it, the package is installed as `go install Package@Version`.
	Module string
	// File is the program's file name. It is the last element of Package when empty.
	File string
	// LDFlags and Tags are passed to the go command.
	LDFlags, Tags []string
	// Env is laid over the environment of the go command, which has CGO_ENABLED=0 already.
	Env []string
	// Test builds the tests of Package, which lies in Module, and not the program.
	Test bool `json:",omitempty"`
	// Purpose says in a few words what the program is for. It is shown while it builds.
	Purpose string
}

// Path returns the path of the named program, building it first where the cache doesn't have it.
// Concurrent callers, in this process or another, wait for one build. The path's folder holds nothing but the program,
// under its usual name, so that it can be put on PATH.
func Path(ctx context.Context, name string) (string, error) {
	store, err := Default()
	if err != nil {
		return "", err
	}

	return store.Path(ctx, name)
}

// For is Path for a test: it fails the test where there is no program.
// It gives up shortly before the test's own deadline, with an error that says how to build without one.
func For(tb testing.TB, name string) string {
	tb.Helper()

	ctx := context.Background()
	if timed, ok := tb.(interface{ Deadline() (time.Time, bool) }); ok {
		if deadline, set := timed.Deadline(); set {
			var cancel context.CancelFunc
			ctx, cancel = context.WithDeadline(ctx, deadline.Add(-15*time.Second))
			defer cancel()
		}
	}

	path, err := Path(ctx, name)
	if err != nil {
		if ctx.Err() != nil {
			err = fmt.Errorf("%w; build it outside the test's time limit: go run ./tests/binaries/build %s", err, name)
		}
		tb.Fatalf("%v", err)
	}

	return path
}

// Names lists every program that can be asked for, in the order of All.
func Names() []string {
	var names []string
	for _, binary := range All() {
		names = append(names, binary.Name)
	}

	return names
}

func find(name string) (Binary, error) {
	for _, binary := range All() {
		if binary.Name == name {
			return binary, nil
		}
	}

	return Binary{}, fmt.Errorf("no test binary is named %q: tests/binaries/table.go knows %v", name, Names())
}
