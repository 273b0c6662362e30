package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/helm-otlp/helm-otlp/internal/render"
)

// inputFlags say what is read: a chart with values, or files.
type inputFlags struct {
	chart chartFlags
	image string
	// each are patterns of values files.
	each []string
}

func (f *inputFlags) register(flags *pflag.FlagSet, p *program) {
	f.chart.register(flags, p)
	flags.StringVar(&f.image, "image", "", "image, or upstream version, that a bare collector config is for")
	flags.StringArrayVar(&f.each, "each", nil, "take one release for each values file that the pattern matches, on top of the other values (repeatable)")
}

// A pending is an input that is still to be read: one release of a chart, or files.
type pending struct {
	// name is the values file that makes it differ from the others; empty: there is none.
	name string
	read func(ctx context.Context, p *program) (*input, error)
	// optional says that it may be refused where others are not.
	optional bool
}

// isChart tells a chart from files and standard input.
func isChart(ref string) bool { return ref != "-" && render.IsChart(ref) }

// completeImage makes an image of a version alone.
func (f *inputFlags) completeImage() {
	if bareVersion.MatchString(f.image) {
		f.image = "otel/opentelemetry-collector-contrib:" + strings.TrimPrefix(f.image, "v")
	}
}

var bareVersion = regexp.MustCompile(`^v?\d+\.\d+\.\d+$`)

// inputs are what the reference and the flags name: a chart with one or several stacks of values, or files.
func (p *program) inputs(ctx context.Context, refs []string, flags inputFlags, given []string) ([]pending, error) {
	ref := argument(refs)
	if i := slices.IndexFunc(refs, isChart); i >= 0 && len(refs) > 1 {
		return nil, fmt.Errorf("%s is a chart, and is read alone: name files, or one chart", refs[i])
	}
	if ref != "" && !isChart(ref) {
		if len(flags.each) > 0 {
			given = append(given, "--each")
		}
		if len(given) > 0 {
			return nil, fmt.Errorf("%s is for charts, and %s is none", strings.Join(given, ", "), strings.Join(refs, ", "))
		}

		return []pending{{read: func(_ context.Context, p *program) (*input, error) { return p.fileInput(refs, flags.image) }}}, nil
	}
	if flags.image != "" {
		return nil, errors.New("--image is for a bare collector config; a chart's image stands in its values")
	}
	files, err := flags.releases(ref, given)
	if err != nil {
		return nil, err
	}
	chart, broken := flags.chart.load(ctx, p, ref)
	if broken != nil {
		// The same as if it were found later on, when the chart is rendered.
		return []pending{{read: func(context.Context, *program) (*input, error) { return nil, broken }}}, nil //nolint:nilerr // Its reader says it.
	}
	stdin, err := flags.chart.sharedInput(p, len(files))
	if err != nil {
		return nil, err
	}
	var found []pending
	for _, file := range files {
		of := flags.chart
		if file != "" {
			of.values.Files = append(slices.Clone(of.values.Files), file)
		}
		found = append(found, pending{
			name: file, optional: file == "" && len(files) > 1,
			read: func(ctx context.Context, p *program) (*input, error) {
				own := *p
				if stdin != nil {
					own.stdin = bytes.NewReader(stdin)
				}

				return own.chartInput(ctx, chart, of)
			},
		})
	}

	return found, nil
}

// sharedInput is what stands on stdin, where several releases read values from it; nil where they don't.
func (f *chartFlags) sharedInput(p *program, releases int) ([]byte, error) {
	reads := slices.Contains(f.values.Files, "-") || slices.ContainsFunc(f.values.SetFile, func(arg string) bool { return strings.HasSuffix(arg, "=-") })
	if !reads || releases < 2 {
		return nil, nil
	}
	data, err := bounded(p.stdin, "<stdin>")
	if err != nil {
		return nil, fmt.Errorf("read values file: %w", err)
	}

	return data, nil
}

// releases are the values files that make a release each, on top of the others; an empty name is for none. A chart's folder
// brings its own where no values are given.
func (f *inputFlags) releases(ref string, given []string) ([]string, error) {
	if len(f.each) == 0 {
		if ref == "" || slices.ContainsFunc(given, isValues) {
			return []string{""}, nil
		}
		own, err := filepath.Glob(filepath.Join(quoted(ref), "ci", "*-values.yaml"))
		if err != nil {
			return nil, fmt.Errorf("look for the values of chart-testing: %w", err)
		}

		return append([]string{""}, own...), nil
	}
	var files []string
	for _, pattern := range f.each {
		matches, err := filepath.Glob(pattern)
		if err != nil {
			return nil, fmt.Errorf("--each %q: %w: * stands for any characters of a name, ? for one, [a-c] for one of these", pattern, err)
		}
		matches = slices.DeleteFunc(matches, func(name string) bool {
			info, err := os.Stat(name)

			return err == nil && info.IsDir()
		})
		if len(matches) == 0 {
			return nil, fmt.Errorf("--each %q: no file matches it", pattern)
		}
		files = append(files, matches...)
	}
	slices.Sort(files)

	return slices.Compact(files), nil
}

// isValues tells a flag that gives values.
func isValues(flag string) bool { return flag == "--values" || strings.HasPrefix(flag, "--set") }

// quoted is a path as a pattern that matches it alone.
func quoted(path string) string {
	return strings.NewReplacer("*", `\*`, "?", `\?`, "[", `\[`, `\`, `\\`).Replace(path)
}
