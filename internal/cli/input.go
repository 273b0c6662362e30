package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/helm-otlp/helm-otlp/internal/fix"
	"github.com/helm-otlp/helm-otlp/internal/judge"
	"github.com/helm-otlp/helm-otlp/internal/provenance"
	"github.com/helm-otlp/helm-otlp/internal/render"
	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/lint/rules"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// input is what lint judges, and where it came from.
type input struct {
	manifests []lint.Manifest
	// releases are the uses of this project's chart.
	releases []*lint.Release
	// written are the files that a user wrote and may put comments in.
	written []lint.Manifest
	// values are those of them that are values of a chart.
	values []lint.Manifest
	// bare counts the collector configs that stand by themselves.
	bare int
	// kubernetes is the version that a chart is rendered for; empty for what is not rendered.
	kubernetes string
	// locate is where the user must edit for a finding; false: at the finding's own position.
	locate func(lint.Finding) (source.Position, bool)
	// template is the line of a template that made a line of a manifest; nil: nothing is rendered.
	template func(source.Position) (source.Position, bool)
	// gaveUp tells, once all findings are located, whether some were not looked for to the end; nil: none.
	gaveUp func() bool
	// editable are the files that the user can edit, and place says where in them a change is to be made.
	editable fix.Files
	place    func(lint.Change) (fix.Change, bool)
	// line is a line of what a position names.
	line func(file string, line int) (string, bool)
}

func (p *program) chartInput(ctx context.Context, chart *render.Chart, flags chartFlags) (*input, error) {
	if data, ok := p.edited[chart.ValuesFile()]; ok {
		edited, err := chart.WithValues(data)
		if err != nil {
			return nil, fmt.Errorf("edit the chart: %w", err)
		}
		chart = edited
	}
	flags.release.APIVersions = append(slices.Clone(flags.release.APIVersions), judge.Linted)
	rendering, err := flags.renderChart(ctx, p, chart)
	if err != nil {
		return nil, err
	}
	tracer := provenance.New(rendering, rules.All())
	in := &input{
		kubernetes: flags.release.KubeVersion,
		line:       rendering.Line,
		gaveUp:     tracer.GaveUp,
		template:   func(made source.Position) (source.Position, bool) { return tracer.Template(ctx, made) },
		locate: func(f lint.Finding) (source.Position, bool) {
			if at, ok := judge.Locate(rendering, f); ok {
				return at, true
			}

			return tracer.Locate(ctx, f)
		},
	}
	in.editable = fix.Files{}
	for _, m := range rendering.Editable() {
		if regular(m.File) {
			in.editable[m.File] = m.Data
		}
	}
	in.place = valuesPlacer{ctx: ctx, rendering: rendering, tracer: tracer, places: sync.OnceValue(in.places), defaults: sync.OnceValue(func() *fix.Places {
		data, _ := chart.File("values.yaml")

		return fix.NewPlaces(fix.Files{chart.ValuesFile(): data})
	})}.place
	in.manifests = judge.Manifests(rendering)
	in.written = judge.Written(rendering)
	in.values = judge.Written(rendering)
	in.releases, err = judge.Releases(rendering)

	return in, err
}

// fileInput reads files, folders of them or stdin.
func (p *program) fileInput(refs []string, image string) (*input, error) {
	files, err := p.readFiles(refs)
	if err != nil {
		return nil, err
	}
	in := &input{
		locate: func(lint.Finding) (source.Position, bool) { return source.Position{}, false },
		line:   linesOf(files),
	}
	bare := 0
	var problems []error
	for _, m := range files {
		m.Parsed = &source.File{Name: m.File, Data: m.Data}
		p.secrets.AddFile(m.Parsed)
		documents, err := m.Documents()
		content := contentOf(documents)
		switch {
		case err != nil:
			problems = append(problems, err)
		case content == neither && len(files) > 1:
			fmt.Fprintf(p.stderr, "skipped %s: neither Kubernetes manifests nor a collector config%s\n", m.File, ofValues(documents))
		case content != neither:
			in.manifests = append(in.manifests, m)
		}
		if content == collectorConfig {
			bare++
		}
	}
	if len(problems) > 0 {
		return nil, fmt.Errorf("parse the input:\n%w", errors.Join(problems...))
	}
	if len(in.manifests) == 0 {
		return nil, fmt.Errorf("%s holds neither Kubernetes manifests nor a collector config%s", strings.Join(refs, ", "), ofFile(files))
	}
	if image != "" && bare == 0 {
		return nil, fmt.Errorf("--image is for a bare collector config, and %s holds none", strings.Join(refs, ", "))
	}
	in.bare = bare
	in.written = in.manifests
	if !slices.Contains(refs, "-") {
		in.editable = fix.Files{}
		for _, m := range in.manifests {
			if regular(m.File) {
				in.editable[m.File] = m.Data
			}
		}
	}
	in.place = filePlacer{sync.OnceValue(in.places)}.place

	return in, nil
}

// regular tells a file that can be written from pipes and the like.
func regular(name string) bool {
	info, err := os.Stat(name)

	return err == nil && info.Mode().IsRegular()
}

// places are those of the files that the user can edit.
func (in *input) places() *fix.Places { return fix.NewPlaces(in.editable) }

// noteImage says what bare configs are judged for, where the user does not say it.
func (p *program) noteImage(image string, bare int) {
	switch {
	case bare == 0:
	case image == "":
		fmt.Fprintf(p.stderr, "note: without --image, a bare config is judged for the contrib distribution of %s\n", lint.AssumedVersion)
	case !lint.ParseImage(image).Stated:
		fmt.Fprintf(p.stderr, "note: --image %s does not say which version of the collector it is: judged for %s\n", image, lint.AssumedVersion)
	case component.Known().Beyond(lint.ParseImage(image).Version):
		fmt.Fprintf(p.stderr, "note: %s\n", beyond(lint.ParseImage(image).Version))
	}
}

// beyond says of an image, or a version of the collector, that it is newer than all that are known.
func beyond(version string) string {
	return fmt.Sprintf("what is known of the collector ends with %s: what changed in it up to %s is not seen here", component.Known().Newest, version)
}

// readFiles reads in the order of the names, as edited. One that is named twice is read once.
func (p *program) readFiles(refs []string) ([]lint.Manifest, error) {
	var files []lint.Manifest
	for _, ref := range refs {
		read, err := p.readOnDisk(ref)
		if err != nil {
			return nil, err
		}
		for _, m := range read {
			if data, ok := p.edited[m.File]; ok {
				m.Data = data
			}
			if !slices.ContainsFunc(files, func(other lint.Manifest) bool { return other.File == m.File }) {
				files = append(files, m)
			}
		}
	}

	return files, nil
}

func (p *program) readOnDisk(ref string) ([]lint.Manifest, error) {
	if data, once := p.edited[ref]; once && ref == "-" {
		return []lint.Manifest{{File: "<stdin>", Data: data}}, nil
	} else if once && !regular(ref) {
		return []lint.Manifest{{File: filepath.ToSlash(ref), Data: data}}, nil
	}
	if ref == "-" {
		data, err := bounded(p.stdin, "<stdin>")
		if err != nil {
			return nil, fmt.Errorf("read the input: %w", err)
		}

		return []lint.Manifest{{File: "<stdin>", Data: data}}, nil
	}
	info, err := os.Stat(ref)
	if err != nil {
		return nil, fmt.Errorf("read the input: %w", err)
	}
	if !info.IsDir() {
		data, err := readNamed(ref)
		if err != nil {
			return nil, fmt.Errorf("read the input: %w", err)
		}

		return []lint.Manifest{{File: filepath.ToSlash(ref), Data: data}}, nil
	}
	files, err := readFolder(ref)
	if err != nil {
		return nil, fmt.Errorf("read the input: %w", err)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s holds no YAML files, and no Chart.yaml", ref)
	}

	return files, nil
}

// content is what a file holds.
type content int

const (
	neither content = iota
	manifests
	collectorConfig
)

// contentOf tells by the keys at the top of a file's documents what the file holds.
func contentOf(documents []*source.Document) content {
	found := neither
	for _, d := range documents {
		switch {
		case d.Root.Get("apiVersion") != nil && d.Root.Get("kind") != nil:
			found = manifests
		case isCollectorConfig(d.Root) && found == neither:
			found = collectorConfig
		}
	}

	return found
}

// isCollectorConfig says whether pipelines or any two sections of a collector config are there.
func isCollectorConfig(root *source.Node) bool {
	if root.Lookup(source.Keys("service", "pipelines")) != nil {
		return true
	}
	sections := 0
	for _, key := range []string{"receivers", "processors", "exporters", "connectors", "extensions", "service"} {
		if root.Get(key) != nil {
			sections++
		}
	}

	return sections >= 2
}

// ofValues is what to do with documents that have keys of a chart's values at their top, which a kustomization does not have;
// empty where they have none.
func ofValues(documents []*source.Document) string {
	for _, d := range documents {
		for _, key := range []string{
			"config", "mode", "modes", "presets", "image", "replicaCount", "autoscaling", "serviceAccount", "extraEnvs",
		} {
			if d.Root.Get(key) != nil {
				return ": values of a chart? give them with -f"
			}
		}
	}

	return ""
}

// ofFile is what to do with the only file of an input; empty where there are several.
func ofFile(files []lint.Manifest) string {
	if len(files) != 1 {
		return ""
	}
	documents, err := source.Parse(files[0].File, files[0].Data)
	if err != nil {
		return ""
	}

	return ofValues(documents)
}

// linesOf yields the lines of files, each of which it splits once.
func linesOf(files []lint.Manifest) func(file string, line int) (string, bool) {
	split := map[string][]string{}
	return func(file string, line int) (string, bool) {
		lines, done := split[file]
		for i := 0; i < len(files) && !done; i++ {
			if files[i].File == file {
				lines, done = strings.Split(string(files[i].Data), "\n"), true
				split[file] = lines
			}
		}
		if line < 1 || line > len(lines) {
			return "", false
		}

		return strings.TrimSuffix(lines[line-1], "\r"), true
	}
}
