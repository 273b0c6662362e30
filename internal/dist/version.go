package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
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

// committed refuses a checkout that is not, to the letter, what the tag names.
func committed(ctx context.Context, root, tag string) error {
	git := func(args ...string) (string, error) {
		out, err := exec.CommandContext(ctx, "git", append([]string{"-C", root}, args...)...).Output()
		if err != nil {
			return "", fmt.Errorf("see whether the checkout is that of the tag %s: git %s: %w", tag, strings.Join(args, " "), err)
		}

		return strings.TrimSpace(string(out)), nil
	}
	changed, err := git("status", "--porcelain")
	if err != nil {
		return err
	}
	if changed != "" {
		return fmt.Errorf("release the tag %s: the checkout has what is not committed: commit it, or release from a clean clone:\n%s", tag, changed)
	}
	head, err := git("rev-parse", "HEAD")
	if err != nil {
		return err
	}
	tagged, err := git("rev-parse", "--verify", tag+"^{commit}")
	if err != nil {
		return err
	}
	if head != tagged {
		return fmt.Errorf("release the tag %s: it names the commit %s, and the checkout is at %s", tag, tagged, head)
	}

	return nil
}
