// Package render renders Helm charts as `helm install` would, without a cluster, and
// remembers where each value came from.
//
// With pkg/deployment it is the only importer of Helm.
package render

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/registry"

	"github.com/helm-otlp/helm-otlp/charts"
)

// A Chart is loaded and can be rendered any number of times.
type Chart struct {
	chart *chart.Chart
	// prefix stands before the chart's file names in positions: where the user finds them.
	prefix string
	// inFolder says that the user may edit the chart's files.
	inFolder bool
	// embedded says that it is this program's own.
	embedded bool
	// valuesName is what positions call the chart's values, where these are in no file; empty: the file's name.
	valuesName string
	schemas    compiledSchemas
	// defaults are the chart's values.yaml, which are read once for all renderings.
	defaults func() layer
}

func newChart(c *chart.Chart, prefix string) *Chart {
	made := &Chart{chart: c, prefix: prefix}
	made.defaults = sync.OnceValue(made.readDefaults)

	return made
}

// Info says which chart it is.
type Info struct {
	Name, Version, AppVersion string
}

// Info of the chart.
func (c *Chart) Info() Info {
	m := c.chart.Metadata

	return Info{Name: m.Name, Version: m.Version, AppVersion: m.AppVersion}
}

// File is the content of a file of the chart, such as "values.yaml".
func (c *Chart) File(name string) ([]byte, bool) {
	for _, f := range c.chart.Raw {
		if f.Name == name {
			return f.Data, true
		}
	}

	return nil, false
}

// open is the content of a file of the chart, or of one below it, by the name that positions use.
func (c *Chart) open(name string) ([]byte, bool) {
	if name == c.ValuesFile() {
		return c.File(valuesFile)
	}
	rest, ok := strings.CutPrefix(name, c.prefix+"/")
	if !ok {
		return nil, false
	}
	if data, ok := c.File(rest); ok {
		return data, true
	}
	for _, below := range c.chart.Dependencies() {
		part := &Chart{chart: below, prefix: c.prefix + "/charts/" + below.Name()}
		if data, ok := part.open(name); ok {
			return data, true
		}
	}

	return nil, false
}

// ValuesFiles are the values.yaml of the chart and of all below it.
func (c *Chart) ValuesFiles() [][]byte { return valuesFiles(c.chart) }

func valuesFiles(of *chart.Chart) [][]byte {
	var found [][]byte
	for _, f := range of.Raw {
		if f.Name == "values.yaml" {
			found = append(found, f.Data)
		}
	}
	for _, below := range of.Dependencies() {
		found = append(found, valuesFiles(below)...)
	}

	return found
}

// Embedded is the chart that this program carries.
func Embedded() (*Chart, error) {
	var files []*loader.BufferedFile
	err := fs.WalkDir(charts.Files, charts.Collector, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := charts.Files.ReadFile(path)
		files = append(files, &loader.BufferedFile{Name: strings.TrimPrefix(path, charts.Collector+"/"), Data: data})

		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the embedded chart: %w", err)
	}
	c, err := loader.LoadFiles(files)
	if err != nil {
		return nil, fmt.Errorf("load the embedded chart: %w", err)
	}

	made := newChart(c, charts.Collector)
	made.embedded = true

	return made, nil
}

// Pull says how a chart is fetched from a registry.
type Pull struct {
	// Version is a version or a range; empty: the newest.
	Version string
	// PlainHTTP asks the registry without TLS.
	PlainHTTP bool
	// CredentialsFile of `helm registry login`; empty: Helm's default.
	CredentialsFile string
}

// IsChart says whether the reference is a chart: an oci:// reference, a folder with a
// Chart.yaml or a packaged chart.
func IsChart(ref string) bool {
	if registry.IsOCI(ref) {
		return true
	}
	info, err := os.Stat(ref)
	if err != nil {
		return false
	}
	if info.IsDir() {
		_, err := os.Stat(filepath.Join(ref, "Chart.yaml"))

		return err == nil
	}

	return strings.HasSuffix(ref, ".tgz") || strings.HasSuffix(ref, ".tar.gz")
}

// Load loads the chart that the reference names: a folder, a packaged chart (.tgz) or an
// oci:// reference. Of a folder, no file outside of it is read.
func Load(ctx context.Context, ref string, pull Pull) (*Chart, error) {
	if registry.IsOCI(ref) {
		return pullChart(ctx, ref, pull)
	}
	load, prefix := loader.LoadFile, filepath.ToSlash(filepath.Clean(ref))
	info, err := os.Stat(ref)
	folder := err == nil && info.IsDir()
	if folder {
		load = loadFolder
	}
	c, err := load(ref)
	if err != nil {
		return nil, fmt.Errorf("load chart %s: %w", ref, err)
	}
	if !folder {
		// Nobody can open a file in a package: name it as the templates are named.
		prefix = c.Name()
	}

	made := newChart(c, prefix)
	made.inFolder = folder

	return made, nil
}
