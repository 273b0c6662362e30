package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/ignore"
)

// pluginName is that of plugin.yaml. Helm 4 wants an archive NAME-VERSION.tgz with a folder NAME.
const pluginName = "otlp"

// A signed file is one that Helm can verify, by a signature of its metadata and its sum.
type signed struct {
	file
	metadata []byte
}

// chart packs the chart as it lies in its folder, as `helm package` does but for its times.
func (r *release) chart() (signed, error) {
	const folder = "charts/otlp-collector"
	var files []file
	root := filepath.Join(r.root, filepath.FromSlash(folder))
	left, err := ignore.ParseFile(filepath.Join(root, ignore.HelmIgnore))
	if err != nil {
		return signed{}, fmt.Errorf("pack the chart: %w", err)
	}
	left.AddDefaults()
	tree := os.DirFS(root)
	err = fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || name == "." {
			return err
		}
		info, err := entry.Info()
		switch {
		case err != nil:
			return fmt.Errorf("look at %s: %w", name, err)
		case left.Ignore(name, info) && entry.IsDir():
			return fs.SkipDir
		case left.Ignore(name, info) || entry.IsDir():
			return nil
		}
		data, err := fs.ReadFile(tree, name)
		files = append(files, file{name: path.Join(path.Base(folder), name), data: data})

		return err
	})
	if err != nil {
		return signed{}, fmt.Errorf("pack the chart: %w", err)
	}
	packed, err := pack(files, r.time)
	if err != nil {
		return signed{}, err
	}
	metadata, err := r.read(folder + "/Chart.yaml")

	return signed{file{name: path.Base(folder) + "-" + r.version + ".tgz", data: packed}, metadata.data}, err
}

// plugin packs the plugin with the programs' archives. What Helm reads is there twice: in the folder otlp, where Helm 4 looks
// for it, and beside that, where Helm 3 does. The programs are in the folder alone, and scripts/install.sh finds them.
func (r *release) plugin(programs []file) (signed, error) {
	var files []file
	var metadata []byte
	for _, name := range []string{"LICENSE", "completion.yaml", "plugin.complete", "plugin.yaml", "post-renderer/plugin.yaml", "scripts/install.sh"} {
		f, err := r.read(name)
		if err != nil {
			return signed{}, fmt.Errorf("pack the plugin: %w", err)
		}
		if name == "plugin.yaml" {
			metadata = f.data
		}
		f.program = name == "plugin.complete" || name == "scripts/install.sh"
		files = append(files, f)
		f.name = path.Join(pluginName, name)
		files = append(files, f)
	}
	for _, program := range append(programs, sumsOf(programs)) {
		program.name = path.Join(pluginName, "bin", program.name)
		files = append(files, program)
	}
	packed, err := pack(files, r.time)

	return signed{file{name: pluginName + "-" + r.version + ".tgz", data: packed}, metadata}, err
}

// sums writes what `sha256sum --check` reads of everything that is in the release, but signatures; signed, where there is a key.
func (r *release) sums() error {
	entries, err := os.ReadDir(r.out)
	if err != nil {
		return fmt.Errorf("list the release: %w", err)
	}
	var files []file
	for _, entry := range entries {
		if strings.HasSuffix(entry.Name(), ".prov") {
			continue
		}
		data, err := os.ReadFile(filepath.Join(r.out, entry.Name()))
		if err != nil {
			return err
		}
		files = append(files, file{name: entry.Name(), data: data})
	}
	sums := sumsOf(files)
	if err := r.write(sums); err != nil || r.signer == nil {
		return err
	}
	signature, err := r.signer.detached(sums)
	if err != nil {
		return err
	}

	return r.write(signature)
}

// sumsOf is the file SHA256SUMS of files.
func sumsOf(files []file) file {
	var text bytes.Buffer
	for _, f := range slices.SortedFunc(slices.Values(files), func(a, b file) int { return strings.Compare(a.name, b.name) }) {
		fmt.Fprintf(&text, "%x  %s\n", sha256.Sum256(f.data), f.name)
	}

	return file{name: "SHA256SUMS", data: text.Bytes()}
}
