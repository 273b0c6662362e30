package render

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/ignore"
)

// maxEntries bounds the files and folders of a chart's folder: links in it may lead in circles.
const maxEntries = 100_000

// folder reads the files of a chart as Helm does, except that it never leaves the folder:
// Helm follows symbolic links to wherever they lead.
type folder struct {
	root    *os.Root
	ignored *ignore.Rules
	files   []*loader.BufferedFile
	entries int
	bytes   int64
}

// loadFolder loads the chart in a folder.
func loadFolder(dir string) (*chart.Chart, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err //nolint:wrapcheck // It names the folder.
	}
	defer func() { _ = root.Close() }() // Nothing was written to it.
	f := &folder{root: root, ignored: ignore.Empty()}
	if err := f.readIgnored(); err != nil {
		return nil, err
	}
	if err := f.walk("."); err != nil {
		return nil, err
	}

	return loader.LoadFiles(f.files) //nolint:wrapcheck // Load says which chart.
}

func (f *folder) readIgnored() error {
	if _, err := f.root.Lstat(ignore.HelmIgnore); errors.Is(err, fs.ErrNotExist) {
		f.ignored.AddDefaults()

		return nil
	}
	data, err := f.read(ignore.HelmIgnore)
	if err != nil {
		return err
	}
	if f.ignored, err = ignore.Parse(bytes.NewReader(data)); err != nil {
		return fmt.Errorf("parse %s: %w", ignore.HelmIgnore, err)
	}
	f.ignored.AddDefaults()

	return nil
}

func (f *folder) walk(dir string) error {
	opened, err := f.root.Open(dir)
	if err != nil {
		return f.escapes(dir, err)
	}
	names, err := opened.Readdirnames(maxEntries + 1)
	_ = opened.Close() // Nothing was written to it.
	if err != nil && !errors.Is(err, io.EOF) {
		return err //nolint:wrapcheck // It names the folder.
	}
	if f.entries += len(names); f.entries > maxEntries {
		return fmt.Errorf("the folder holds more than %d files, or links that lead in a circle: is it a chart?", maxEntries)
	}
	slices.Sort(names)
	for _, name := range names {
		if err := f.entry(path.Join(dir, name)); err != nil {
			return err
		}
	}

	return nil
}

func (f *folder) entry(name string) error {
	info, err := f.root.Stat(name)
	if err != nil {
		if link, lerr := f.root.Lstat(name); lerr == nil && f.ignored.Ignore(name, link) {
			return nil
		}

		return f.escapes(name, err)
	}
	switch {
	case f.ignored.Ignore(name, info):
		return nil
	case info.IsDir():
		return f.walk(name)
	}
	data, err := f.read(name)
	if err != nil {
		return err
	}
	f.files = append(f.files, &loader.BufferedFile{Name: name, Data: data})

	return nil
}

// read reads a regular file within the limits that Helm has for packages.
func (f *folder) read(name string) ([]byte, error) {
	info, err := f.root.Stat(name)
	if err != nil {
		return nil, f.escapes(name, err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file: a chart has none but those", name)
	}
	if f.bytes += info.Size(); info.Size() > loader.MaxDecompressedFileSize || f.bytes > loader.MaxDecompressedChartSize {
		return nil, fmt.Errorf("%s is too large: a file of a chart may have %d MiB, and all of them %d: list what is no part of the chart in .helmignore",
			name, loader.MaxDecompressedFileSize>>20, loader.MaxDecompressedChartSize>>20)
	}
	data, err := f.root.ReadFile(name)

	return bytes.TrimPrefix(data, []byte("\uFEFF")), err
}

// escapes words what kept a name from being opened: mostly a link out of the folder.
func (f *folder) escapes(name string, err error) error {
	target, lerr := f.root.Readlink(name)
	if lerr != nil {
		return err
	}

	return fmt.Errorf("%s is a link to %s, which leads to nothing in the chart's folder, and nothing else is read: "+
		"put a copy there, or give the package that `helm package` makes of a chart that you trust (%w)", name, target, err)
}
