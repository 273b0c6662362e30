package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// versioned are the files that hold the version. The plugin's is the release's, the others follow.
func versioned() []versionedFile {
	return []versionedFile{
		{"plugin.yaml", ofYAML},
		{"post-renderer/plugin.yaml", ofYAML},
		{"charts/otlp-collector/Chart.yaml", ofYAML},
		{"internal/cli/version.go", regexp.MustCompile(`(?m)^const Version = "(\S+)"$`)},
	}
}

var ofYAML = regexp.MustCompile(`(?m)^version: (\S+)$`)

// A versionedFile is one with the version, and what finds it there.
type versionedFile struct {
	path string
	find *regexp.Regexp
}

// version is that of the release. A checkout whose files disagree about it, or with the tag, is refused.
func version(root, tag string) (string, error) {
	var first string
	for _, place := range versioned() {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(place.path)))
		if err != nil {
			return "", fmt.Errorf("find the version: %w: run dist at the root of the repository, or give -root", err)
		}
		found := place.find.FindStringSubmatch(string(text))
		if found == nil {
			return "", fmt.Errorf("find the version: %s has none that %s finds", place.path, place.find)
		}
		if first == "" {
			first = found[1]
		}
		if found[1] != first {
			return "", fmt.Errorf("find the version: plugin.yaml has %s, and %s has %s: they are released as one, so write the same", first, place.path, found[1])
		}
	}
	if tag != "" && strings.TrimPrefix(tag, "refs/tags/") != "v"+first {
		return "", fmt.Errorf("release the tag %s: the version is %s, whose tag is v%s", tag, first, first)
	}

	return first, nil
}
