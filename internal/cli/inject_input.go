package cli

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"

	"github.com/helm-otlp/helm-otlp/pkg/inject"
)

// A manifestStream is a file or standard input, which is read document by document.
type manifestStream struct {
	name string
	open func() (io.ReadCloser, error)
	// file says that it is a regular file, which can be read more than once and be replaced.
	file bool
}

// manifestStreams are what the references name; none: standard input.
func (p *program) manifestStreams(refs []string) ([]manifestStream, error) {
	if len(refs) == 0 {
		refs = []string{"-"}
	}
	var found []manifestStream
	for _, ref := range refs {
		if ref == "-" {
			found = append(found, manifestStream{name: "<stdin>", open: func() (io.ReadCloser, error) { return io.NopCloser(p.stdin), nil }})

			continue
		}
		info, err := os.Stat(ref)
		if err != nil {
			return nil, fmt.Errorf("read the manifests: %w", err)
		}
		if !info.IsDir() {
			found = append(found, manifestStream{
				name: filepath.ToSlash(ref), file: info.Mode().IsRegular(),
				open: func() (io.ReadCloser, error) { return os.Open(ref) },
			})

			continue
		}
		files, err := readFolder(ref)
		if err != nil {
			return nil, fmt.Errorf("read the manifests: %w", err)
		}
		if len(files) == 0 {
			return nil, fmt.Errorf("%s holds no YAML files", ref)
		}
		for _, file := range files {
			found = append(found, manifestStream{
				name: file.File, file: true,
				open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(file.Data)), nil },
			})
		}
	}

	return found, nil
}

// namespacesOf are the Namespaces in files, which may stand behind their Pods.
func namespacesOf(inputs []manifestStream) (map[string]map[string]string, error) {
	found := map[string]map[string]string{}
	for _, input := range inputs {
		if !input.file {
			continue
		}
		in, err := input.open()
		if err != nil {
			return nil, fmt.Errorf("read the manifests: %w", err)
		}
		of, err := inject.Namespaces(input.name, in)
		_ = in.Close() // Nothing was written to it.
		if err != nil {
			return nil, err
		}
		maps.Copy(found, of)
	}

	return found, nil
}

// through injects it.
func (s manifestStream) through(ctx context.Context, injector *inject.Injector, out io.Writer, report func(inject.Result)) error {
	in, err := s.open()
	if err != nil {
		return fmt.Errorf("read the manifests: %w", err)
	}
	defer func() { _ = in.Close() }() // Nothing was written to it.

	return injector.Stream(ctx, s.name, in, out, report)
}

// joined is several files as one stream, with a marker between two of them where they have none.
type joined struct {
	out  *bufio.Writer
	json bool
	// last is the last byte written; 0: none was.
	last byte
	// begins says that a file begins behind another.
	begins bool
}

func (j *joined) next() { j.begins = j.last != 0 }

// Write writes whole documents.
func (j *joined) Write(text []byte) (int, error) {
	written := len(text)
	if written == 0 {
		return 0, nil
	}
	if j.begins && !j.json {
		// The order of bytes is marked at the beginning alone.
		text = bytes.TrimPrefix(text, []byte("\uFEFF"))
		if j.last != '\n' {
			fmt.Fprintln(j.out)
		}
		switch {
		case hasDirective(text):
			fmt.Fprintln(j.out, "...")
		case !bytes.HasPrefix(text, []byte("---")):
			fmt.Fprintln(j.out, "---")
		}
	}
	j.begins = false
	if len(text) > 0 {
		j.last = text[len(text)-1]
	}
	_, err := j.out.Write(text)

	return written, err //nolint:wrapcheck // It is stdout's.
}

// hasDirective tells a text that begins with a directive, such as %YAML, which is one behind the end of a document alone.
func hasDirective(text []byte) bool {
	for line := range bytes.Lines(text) {
		line = bytes.TrimLeft(line, " \t\r\n")
		if len(line) > 0 && line[0] != '#' {
			return line[0] == '%'
		}
	}

	return false
}
