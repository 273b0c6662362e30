package component

import (
	"maps"
	"slices"
	"strings"

	"golang.org/x/mod/semver"
)

// Ships tells whether a distribution has the component in a version such as 0.161.0. Where the version is empty, it tells
// whether it had it in any.
func (e *Entry) Ships(distribution, version string) bool {
	versions, ships := e.Distributions[distribution]

	return ships && versions.Hold(version)
}

// Hold tells whether a version such as 0.161.0 is one of them; the empty one is.
func (v Versions) Hold(version string) bool {
	if version == "" {
		return true
	}
	minor := semver.MajorMinor("v" + version)

	return (v.Since == "" || semver.Compare(minor, "v"+v.Since) >= 0) && (v.Before == "" || semver.Compare(minor, "v"+v.Before) < 0)
}

// Row is what the catalogue knows of a component in the form of the table, for one that the table does not have.
func (e *Entry) Row() Component {
	row := Component{OldNames: e.OldNames, Distributions: slices.Sorted(maps.Keys(e.Distributions))}
	for _, name := range slices.Sorted(maps.Keys(e.Signals)) {
		if from, to, pair := strings.Cut(name, "_to_"); pair {
			row.Pairs = append(row.Pairs, from+">"+to)
		} else if name != "extension" {
			row.MoreSignals = append(row.MoreSignals, name)
		}
	}
	row.Since, row.Removed = e.lifetime()

	return row
}

// lifetime is the first version in which a distribution has the component, and the first in which none has it any longer;
// each may be empty.
func (e *Entry) lifetime() (since, removed string) {
	always, still := false, false
	for _, versions := range e.Distributions {
		always, still = always || versions.Since == "", still || versions.Before == ""
		if since == "" || semver.Compare("v"+versions.Since, "v"+since) < 0 {
			since = versions.Since
		}
		if semver.Compare("v"+versions.Before, "v"+removed) > 0 {
			removed = versions.Before
		}
	}
	if always {
		since = ""
	}
	if still {
		removed = ""
	}

	return released(since), released(removed)
}

// released is the first release of a minor version such as 0.161.
func released(minor string) string {
	if minor == "" {
		return ""
	}

	return minor + ".0"
}
