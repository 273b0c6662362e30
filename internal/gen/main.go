// Gen writes every generated file of the repository, from its root:
//
//	go run ./internal/gen          # write what is stale (make generate-offline)
//	go run ./internal/gen -check   # exit 1 naming what is stale (make verify)
//
// A generator is an entry of the list in generators.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/helm-otlp/helm-otlp/internal/replace"
)

// mend is the command that makes every file of these generators current.
const mend = "make generate-offline"

// The exit codes.
const (
	exitCurrent = 0
	exitStale   = 1
	exitUsage   = 2
	exitFailed  = 3
)

// generator makes one file.
type generator struct {
	// path of the file, from the root of the repository, with slashes.
	path string
	// generate gives its content. The root is where a generator finds what it reads.
	generate func(root string) ([]byte, error)
}

// generators is every generated file. One that reads another's file comes after it.
func generators() []generator {
	return []generator{
		{path: "charts/otlp-collector/values.schema.json", generate: valuesSchema},
		{path: "charts/otlp-collector/files/components.json", generate: componentTable},
		{path: "charts/otlp-collector/files/defaults.json", generate: chartDefaults},
		{path: "docs/values.md", generate: valuesDocument},
		{path: "charts/otlp-collector/README.md", generate: chartDocument},
		{path: "docs/rules.md", generate: rulesPage},
	}
}

func main() {
	os.Exit(run(os.Args[1:], generators(), os.Stdout, os.Stderr))
}

func run(args []string, list []generator, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("gen", flag.ContinueOnError)
	flags.SetOutput(stderr)
	check := flags.Bool("check", false, "write nothing; exit 1 when a file is stale")
	root := flags.String("root", ".", "root of the repository")
	if err := flags.Parse(args); err != nil {
		return exitUsage
	}
	if flags.NArg() > 0 {
		fmt.Fprintf(stderr, "gen: unexpected argument %q\n", flags.Arg(0))
		return exitUsage
	}
	if _, err := os.Stat(filepath.Join(*root, "go.mod")); err != nil {
		fmt.Fprintf(stderr, "gen: %s is not the root of the repository: run it there, or give -root: %v\n", *root, err)
		return exitUsage
	}
	stale, err := refresh(*root, list, *check, stdout)
	if err != nil {
		fmt.Fprintf(stderr, "gen: %v\n", err)
		return exitFailed
	}
	if *check && len(stale) > 0 {
		for _, path := range stale {
			fmt.Fprintf(stderr, "%s is stale: run `%s` and commit the result\n", path, mend)
		}
		return exitStale
	}
	return exitCurrent
}

// refresh finds the stale files and, unless it only checks, writes them.
func refresh(root string, list []generator, check bool, stdout io.Writer) (stale []string, err error) {
	for _, g := range list {
		want, err := g.generate(root)
		if err != nil {
			return stale, fmt.Errorf("generating %s: %w", g.path, err)
		}
		file := filepath.Join(root, filepath.FromSlash(g.path))
		got, err := os.ReadFile(file)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return stale, fmt.Errorf("reading the present %s: %w", g.path, err)
		}
		if err == nil && bytes.Equal(got, want) {
			continue
		}
		stale = append(stale, g.path)
		if check {
			continue
		}
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), replace.File(file, want, 0o644)); err != nil {
			return stale, fmt.Errorf("writing %s: %w", g.path, err)
		}
		fmt.Fprintf(stdout, "wrote %s (%d bytes)\n", g.path, len(want))
	}
	return stale, nil
}
