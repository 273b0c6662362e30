package cli

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// bounded reads all of what is no larger than YAML may be.
func bounded(r io.Reader, name string) ([]byte, error) {
	tooLarge := wrong(source.Position{File: filepath.ToSlash(name)}, "it has more than %d MiB: split it", source.MaxBytes>>20)
	var data bytes.Buffer
	if size := sizeOf(r); size > source.MaxBytes {
		return nil, tooLarge
	} else if size > 0 {
		data.Grow(int(size) + bytes.MinRead)
	}
	if _, err := data.ReadFrom(io.LimitReader(r, source.MaxBytes+1)); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if data.Len() > source.MaxBytes {
		return nil, tooLarge
	}

	return data.Bytes(), nil
}

// sizeOf is the size of a regular file; 0 where nothing is known.
func sizeOf(r io.Reader) int64 {
	file, ok := r.(interface{ Stat() (fs.FileInfo, error) })
	if !ok {
		return 0
	}
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return 0
	}

	return info.Size()
}

// readNamed reads what the user names, which may be a pipe.
func readNamed(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err //nolint:wrapcheck // It names the file.
	}
	defer func() { _ = file.Close() }() // Nothing was written to it.

	return bounded(file, name)
}

// readFolder reads the YAML files of a folder in the order of their names. Links that lead out
// of it are not followed: what stands in a folder may be anybody's.
func readFolder(dir string) ([]lint.Manifest, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err //nolint:wrapcheck // It names the folder.
	}
	defer func() { _ = root.Close() }() // Nothing was written to it.
	var files []lint.Manifest
	total := 0
	err = fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != "." && strings.HasPrefix(entry.Name(), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}

			return nil
		case entry.IsDir() || !isYAML(name):
			return nil
		}
		data, err := readInside(root, dir, name)
		if err != nil {
			return err
		}
		if total += len(data); total > source.MaxBytes {
			return wrong(source.Position{File: filepath.ToSlash(dir)}, "its files have more than %d MiB: lint its parts", source.MaxBytes>>20)
		}
		files = append(files, lint.Manifest{File: path.Join(filepath.ToSlash(dir), name), Data: data})

		return nil
	})

	return files, err //nolint:wrapcheck // It names the file.
}

func isYAML(name string) bool {
	switch path.Ext(name) {
	case ".yaml", ".yml", ".json":
		return true
	}

	return false
}

// readInside reads a regular file of a folder.
func readInside(root *os.Root, dir, name string) ([]byte, error) {
	full := path.Join(filepath.ToSlash(dir), name)
	info, err := root.Stat(name)
	if err != nil {
		if target, lerr := root.Readlink(name); lerr == nil {
			return nil, fmt.Errorf("%s is a link to %s, which is not in %s: name the file itself to read it (%w)", full, target, dir, err)
		}

		return nil, err //nolint:wrapcheck // It names the file.
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file", full)
	}
	file, err := root.Open(name)
	if err != nil {
		return nil, err //nolint:wrapcheck // It names the file.
	}
	defer func() { _ = file.Close() }() // Nothing was written to it.

	return bounded(file, full)
}

// readHere reads a file of the working directory that nobody named.
func readHere(name string) ([]byte, error) {
	root, err := os.OpenRoot(".")
	if err != nil {
		return nil, err //nolint:wrapcheck // It names the folder.
	}
	defer func() { _ = root.Close() }() // Nothing was written to it.
	if _, err := root.Lstat(name); err != nil {
		return nil, err //nolint:wrapcheck // It names the file.
	}

	return readInside(root, ".", name)
}
