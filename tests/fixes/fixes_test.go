// Package fixes mends every bad example that the project has with `helm otlp lint --fix`, alone and several at once, and
// holds what it promises: less is found after it, what it writes is rendered and read, and comments stay.
package fixes

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/internal/cli"
)

var (
	update = flag.Bool("update", false, "write which fixes were made to testdata")
	// stacks is how many stacks of random values are mended.
	stacks = flag.Int("stacks", 24, "how many stacks of random values are mended")
)

type found struct {
	Rule, Path string
	Fixable    bool
	Object     struct{ Kind, Name string }
}

// run runs lint, and gives what it found and the exit code.
func run(t *testing.T, args ...string) ([]found, int) {
	t.Helper()
	var stdout, stderr strings.Builder
	code := cli.Main(context.Background(), append([]string{"lint", "--output", "json"}, args...),
		strings.NewReader(""), &stdout, &stderr, func(string) string { return "" })
	require.LessOrEqual(t, code, cli.ExitFindings, stderr.String())
	var result struct{ Findings []found }
	require.NoError(t, json.Unmarshal([]byte(stdout.String()), &result))

	return result.Findings, code
}

// comment is one that stands on a line of its own or behind something.
var comment = regexp.MustCompile(`^(.*?)(?:^|\s)(# .*)$`)

// lost are the comments of a text that another has no longer, but for those behind what has gone itself.
func lost(was, is string) []string {
	var all []string
	for line := range strings.Lines(was) {
		match := comment.FindStringSubmatch(strings.TrimSpace(line))
		if match == nil || strings.Contains(is, match[2]) {
			continue
		}
		if key, _, _ := strings.Cut(match[1], ":"); key == "" || strings.Contains(is, key+":") {
			all = append(all, match[2])
		}
	}

	return all
}

// mend copies files, mends the copies, and holds what is promised. It gives what was found before and after.
func mend(t *testing.T, files []string, args func(copies []string) []string) (before, after []found) {
	t.Helper()
	dir := t.TempDir()
	var copies []string
	for i, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		name := filepath.Join(dir, fmt.Sprintf("%d.yaml", i))
		require.NoError(t, os.WriteFile(name, data, 0o600))
		copies = append(copies, name)
	}
	before, _ = run(t, args(copies)...)
	after, _ = run(t, append([]string{"--fix", "--write"}, args(copies)...)...)
	changed := false
	for i, file := range files {
		was, err := os.ReadFile(file)
		require.NoError(t, err)
		is, err := os.ReadFile(copies[i])
		require.NoError(t, err)
		if string(was) == string(is) {
			continue
		}
		changed = true
		assert.Empty(t, lost(string(was), string(is)), "comments of %s", file)
	}
	if changed {
		assert.Less(t, len(after), len(before), "a fix leaves less to find")
	} else {
		assert.Equal(t, before, after)
	}

	return before, after
}

// examples are the manifests and configs of the rules' bad cases.
func examples(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../../pkg/lint/rules/*/testdata/bad*.yaml")
	require.NoError(t, err)

	return slices.DeleteFunc(files, func(file string) bool {
		data, err := os.ReadFile(file)

		return err != nil || strings.HasPrefix(string(data), "# values of ")
	})
}

// TestEachRulesExamplesAreMended holds which rules' findings are mended in their own examples.
func TestEachRulesExamplesAreMended(t *testing.T) {
	t.Parallel()
	const golden = "testdata/mended.txt"
	var lines []string
	for _, file := range examples(t) {
		rule := filepath.Base(filepath.Dir(filepath.Dir(file)))
		of := func(all []found) (count int, fixable bool) {
			for _, f := range all {
				if f.Rule == rule {
					count++
					fixable = fixable || f.Fixable
				}
			}

			return count, fixable
		}
		before, after := mend(t, []string{file}, func(copies []string) []string { return copies })
		was, fixable := of(before)
		if is, _ := of(after); fixable {
			lines = append(lines, fmt.Sprintf("%s %s: %d of %d mended", rule, filepath.Base(file), was-is, was))
		}
	}
	text := strings.Join(lines, "\n") + "\n"
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(text), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), text, "-update writes it, to be read")
}

// TestRandomValuesAreMended lays values with faults over one another, as a user's base and environments do.
func TestRandomValuesAreMended(t *testing.T) {
	t.Parallel()
	faults, err := filepath.Glob("../faults/*/values.yaml")
	require.NoError(t, err)
	require.Greater(t, len(faults), 50)
	var mended atomic.Int64
	t.Cleanup(func() { assert.Greater(t, mended.Load(), int64(*stacks/4), "something is mended at all") })
	for seed := range *stacks {
		random := rand.New(rand.NewPCG(uint64(seed), 1))
		var files []string
		for _, i := range random.Perm(len(faults))[:1+random.IntN(4)] {
			files = append(files, faults[i])
		}
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			arguments := func(copies []string) []string {
				var args []string
				for _, name := range copies {
					args = append(args, "-f", name)
				}

				return args
			}
			if !renders(arguments(files)) {
				return // These can't stand together.
			}
			before, after := mend(t, files, arguments)
			mended.Add(int64(len(before) - len(after)))
		})
	}
}

// renders tells whether lint can read values.
func renders(args []string) bool {
	var out strings.Builder

	return cli.Main(context.Background(), append([]string{"lint"}, args...), strings.NewReader(""), &out, &out,
		func(string) string { return "" }) <= cli.ExitFindings
}

// TestWhatIsSharedBetweenReleasesIsMendedForAll has a file that two releases share, of which only one has the fault.
func TestWhatIsSharedBetweenReleasesIsMendedForAll(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) string {
		name = filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))

		return name
	}
	base := write("base.yaml", "terminationGracePeriodSeconds: 3 # short\n")
	write("env-a.yaml", "replicas: 3\n")
	other := write("env-b.yaml", "terminationGracePeriodSeconds: 2\n")
	after, _ := run(t, "--fix", "--write", "-f", base, "--each", filepath.Join(dir, "env-*.yaml"))
	assert.NotContains(t, rulesOf(after), "grace-period-too-short")
	for name, want := range map[string]string{
		base: "terminationGracePeriodSeconds: 35 # short\n", other: "terminationGracePeriodSeconds: 35\n",
	} {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		assert.Equal(t, want, string(data))
	}
}

func rulesOf(all []found) []string {
	var names []string
	for _, f := range all {
		names = append(names, f.Rule)
	}
	slices.SortFunc(names, cmp.Compare[string])

	return slices.Compact(names)
}
