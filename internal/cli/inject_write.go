package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"github.com/helm-otlp/helm-otlp/pkg/inject"
)

// writable refuses what can't be written back.
func (f *injectFlags) writable(refs []string) error {
	switch {
	case !f.write:
		return nil
	case len(refs) == 0 || slices.Contains(refs, "-"):
		return errors.New("--write writes files, and standard input is none: name files or folders")
	case f.output == "json":
		return errors.New("--write keeps files as they are written: leave out --output json")
	default:
		return nil
	}
}

// injectFiles writes into the files what becomes of them, once that is known of all.
func injectFiles(ctx context.Context, inputs []manifestStream, injector *inject.Injector, report *injectReport) error {
	if i := slices.IndexFunc(inputs, func(input manifestStream) bool { return !input.file }); i >= 0 {
		return fmt.Errorf("%s is no file that can be replaced: leave out --write", inputs[i].name)
	}
	inputs, err := eachOnce(inputs)
	if err != nil {
		return err
	}
	after := map[string][]byte{}
	for _, input := range inputs {
		var out bytes.Buffer
		changed := false
		err := input.through(ctx, injector, &out, func(r inject.Result) {
			changed = changed || r.Action == inject.Injected || r.Action == inject.Updated || r.Action == inject.Removed
			report.add(r)
		})
		if err != nil {
			report.note("no file was written")

			return err
		}
		if changed {
			after[input.name] = out.Bytes()
		}
	}
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if err := replaceFile(name, after[name]); err != nil {
			return err
		}
		report.note("wrote " + name)
	}

	return nil
}

// eachOnce leaves out files that are named already, be it by another path or a link.
func eachOnce(inputs []manifestStream) ([]manifestStream, error) {
	var once []manifestStream
	seen := map[string]bool{}
	for _, input := range inputs {
		path, err := filepath.EvalSymlinks(input.name)
		if err == nil {
			path, err = filepath.Abs(path)
		}
		if err != nil {
			return nil, fmt.Errorf("find the file %s: %w", input.name, err)
		}
		if !seen[path] {
			seen[path] = true
			once = append(once, input)
		}
	}

	return once, nil
}
