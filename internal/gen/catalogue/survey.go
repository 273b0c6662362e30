package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// A sighting is a component as one version has it.
type sighting struct {
	version   string // minor, such as 0.161
	metadata  metadata
	structure component.Structure
	defaults  map[string]any
}

// survey is what was seen of all components in all versions.
type survey struct {
	sightings map[string][]sighting // by shipment.path, ascending
	// shared are the structures that others refer to, by version and id.
	shared map[string]map[string]*component.Structure
	// approximate are those of shared that were read from another version than the one that was required.
	approximate map[string]map[string]bool
	// partly are those of approximate whose own fields are of the version that was required: what they squash is not.
	partly map[string]map[string]bool
}

// samples are the structures of a component, ascending.
func (s survey) samples(path string) []sample {
	var samples []sample
	for _, seen := range s.sightings[path] {
		samples = append(samples, sample{seen.version, seen.structure})
	}

	return samples
}

// surveyor reads components out of the modules of a proxy.
type surveyor struct {
	proxy    *proxy
	packages *packages
	versions []string // those to look at, such as v0.161.0
}

// look reads each component in every version that the proxy has of those to look at.
func (s *surveyor) look(ctx context.Context, shipments []shipment) (survey, error) {
	found := survey{
		sightings: map[string][]sighting{}, shared: map[string]map[string]*component.Structure{},
		approximate: map[string]map[string]bool{}, partly: map[string]map[string]bool{},
	}
	if err := s.proxy.served.prefetch(ctx, shipments); err != nil {
		return survey{}, err
	}
	plans := map[string][]plan{}
	var modules []string
	for _, shipment := range shipments {
		chosen, err := s.choose(ctx, shipment)
		if err != nil {
			return survey{}, err
		}
		plans[shipment.path] = chosen
		for _, p := range chosen {
			modules = append(modules, p.module+"@"+p.version)
		}
	}
	slices.Sort(modules)
	modules = slices.Compact(modules)
	if err := s.proxy.prefetch(ctx, modules); err != nil {
		return survey{}, err
	}
	for _, shipment := range shipments {
		for _, p := range plans[shipment.path] {
			seen, err := s.see(ctx, shipment, p, found)
			if errors.Is(err, errUnseen) {
				continue
			}
			if err != nil {
				return survey{}, err
			}
			found.sightings[shipment.path] = append(found.sightings[shipment.path], seen)
		}
	}

	return found, nil
}

// A plan is to look at a version of a module.
type plan struct{ module, version string }

// choose returns the versions of a component to look at, ascending: of each minor the newest that is served.
func (s *surveyor) choose(ctx context.Context, shipment shipment) ([]plan, error) {
	wanted := map[string]bool{}
	for _, version := range s.versions {
		wanted[minor(version)] = true
	}
	byMinor := map[string]plan{}
	for _, module := range shipment.modules {
		versions, err := s.proxy.served.of(ctx, module)
		if err != nil {
			return nil, err
		}
		for _, version := range versions {
			m := minor(version)
			if semver.Major(version) != "v0" || !wanted[m] {
				continue
			}
			if best, ok := byMinor[m]; !ok || semver.Compare(version, best.version) > 0 {
				byMinor[m] = plan{module, version}
			}
		}
	}

	return slices.SortedFunc(maps.Values(byMinor), func(a, b plan) int { return semver.Compare(a.version, b.version) }), nil
}

// errUnseen says that a proxy lists a version that it does not serve, or that the version's module lacks the component.
var errUnseen = errors.New("the component can't be seen in this version")

// see reads a component, or fails with errUnseen.
func (s *surveyor) see(ctx context.Context, shipment shipment, p plan, found survey) (sighting, error) {
	module, err := s.proxy.fetch(ctx, p.module, p.version)
	if err != nil {
		return sighting{}, errors.Join(errUnseen, err)
	}
	loaded := s.packages.load(module, shipment.path)
	if loaded == nil {
		return sighting{}, errUnseen
	}
	version := minor(p.version)
	if found.shared[version] == nil {
		found.shared[version] = map[string]*component.Structure{}
		found.approximate[version], found.partly[version] = map[string]bool{}, map[string]bool{}
	}
	reader := &reader{
		packages: s.packages, shared: found.shared[version], approximate: found.approximate[version], partly: found.partly[version],
	}
	seen := sighting{version: version, structure: reader.configuration(loaded), defaults: reader.defaults(loaded)}
	dir := filepath.Join(module.dir, filepath.FromSlash(strings.TrimPrefix(shipment.path, module.path)))
	if seen.metadata, err = readMetadata(dir); err != nil {
		return sighting{}, fmt.Errorf("%s@%s: %w", shipment.path, p.version, err)
	}

	return seen, nil
}

// compareMinors compares versions such as 0.99 and 0.161.
func compareMinors(a, b string) int { return cmp.Compare(semver.Compare("v"+a, "v"+b), 0) }
