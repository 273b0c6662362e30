package main

import (
	"cmp"
	"context"
	"fmt"
	"os/exec"
	"slices"
	"strings"

	"golang.org/x/mod/semver"
	"gopkg.in/yaml.v3"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// A shipment is a component that some distribution ships, or once did.
type shipment struct {
	kind component.Kind
	// path is the component's Go package.
	path string
	// modules are those that the package was in, the newest first.
	modules []string
	// in lists by distribution the minor versions that ship it, ascending.
	in map[string][]string
}

// distributions are the names that images and documents give to the folders of upstream's releases.
func distributions() map[string]string {
	return map[string]string{"otelcol": "core", "otelcol-contrib": "contrib", "otelcol-k8s": "k8s", "otelcol-otlp": "otlp"}
}

// manifest is the collector builder's.
type manifest map[string]yaml.Node

type manifestEntry struct {
	GoMod  string `yaml:"gomod"`
	Import string `yaml:"import"`
}

// releases reads what each release of upstream's distributions shipped from a clone of opentelemetry-collector-releases.
type releases struct {
	git string // the git directory
}

// tags returns the releases from a minor version on, ascending: of each minor the last.
func (r releases) tags(ctx context.Context, from string) ([]string, error) {
	output, err := r.run(ctx, "tag", "--list", "v*")
	if err != nil {
		return nil, err
	}
	newest := map[string]string{}
	for _, tag := range strings.Fields(string(output)) {
		if !semver.IsValid(tag) || semver.Prerelease(tag) != "" || semver.Compare(tag, from) < 0 {
			continue
		}
		if semver.Compare(tag, newest[minor(tag)]) > 0 {
			newest[minor(tag)] = tag
		}
	}
	tags := make([]string, 0, len(newest))
	for _, tag := range newest {
		tags = append(tags, tag)
	}
	semver.Sort(tags)

	return tags, nil
}

// shipments returns every component of the releases, sorted by kind and path.
func (r releases) shipments(ctx context.Context, tags []string) ([]shipment, error) {
	found := map[string]*shipment{}
	for _, tag := range tags {
		for folder, distribution := range distributions() {
			data, err := r.run(ctx, "show", tag+":distributions/"+folder+"/manifest.yaml")
			if err != nil {
				continue // The distribution is younger than the release.
			}
			if err := addManifest(found, data, distribution, minor(tag)); err != nil {
				return nil, fmt.Errorf("%s's manifest at %s: %w", folder, tag, err)
			}
		}
	}
	shipments := make([]shipment, 0, len(found))
	for _, s := range found {
		shipments = append(shipments, *s)
	}
	slices.SortFunc(shipments, func(a, b shipment) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.path, b.path))
	})

	return shipments, nil
}

func addManifest(found map[string]*shipment, data []byte, distribution, version string) error {
	var sections manifest
	if err := yaml.Unmarshal(data, &sections); err != nil {
		return err
	}
	for _, kind := range component.Kinds() {
		section, ok := sections[string(kind)]
		if !ok {
			continue
		}
		var entries []manifestEntry
		if err := section.Decode(&entries); err != nil {
			return err
		}
		for _, entry := range entries {
			module, _, _ := strings.Cut(entry.GoMod, " ")
			path := cmp.Or(entry.Import, module)
			id := string(kind) + " " + path
			if found[id] == nil {
				found[id] = &shipment{kind: kind, path: path, in: map[string][]string{}}
			}
			if modules := found[id].modules; !slices.Contains(modules, module) {
				found[id].modules = slices.Insert(modules, 0, module)
			}
			found[id].in[distribution] = append(found[id].in[distribution], version)
		}
	}

	return nil
}

func (r releases) run(ctx context.Context, args ...string) ([]byte, error) {
	return exec.CommandContext(ctx, "git", append([]string{"--git-dir", r.git}, args...)...).Output()
}
