package lint

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// ErrRule is wrapped by the error of a rule that broke: a fault of the linter, not of what
// it reads.
var ErrRule = errors.New("a rule broke")

// Option changes how Run judges.
type Option func(*settings)

type settings struct {
	image      string
	kubernetes string
	releases   []*Release
	files      []Manifest
}

// ForImage names the image that reads the bare collector configs of the input. Without
// it, they are judged for the contrib distribution of AssumedVersion.
func ForImage(name string) Option {
	return func(s *settings) { s.image = name }
}

// ForKubernetes names the version of the cluster that the manifests are for, such as 1.36.
func ForKubernetes(version string) Option {
	return func(s *settings) { s.kubernetes = version }
}

// ForReleases gives the uses of this project's chart that made the manifests, to rules that
// judge what a user wrote rather than what came of it.
func ForReleases(releases ...*Release) Option {
	return func(s *settings) { s.releases = append(s.releases, releases...) }
}

// ForValuesFiles gives the files of values that the manifests were made of.
func ForValuesFiles(files ...Manifest) Option {
	return func(s *settings) { s.files = append(s.files, files...) }
}

// Run judges the manifests by the rules. The findings are sorted and byte-stable. An
// error means that something could not be read, or that a rule broke (ErrRule); it is
// never a silent pass. The result holds what was found up to then.
func Run(ctx context.Context, manifests []Manifest, rules []*Rule, options ...Option) (*Result, error) {
	var chosen settings
	for _, option := range options {
		option(&chosen)
	}
	in, err := read(manifests, chosen.image)
	if err != nil {
		return &Result{}, err
	}
	in.Releases, in.ValuesFiles, in.Kubernetes = chosen.releases, chosen.files, chosen.kubernetes
	result := &Result{Findings: []Finding{}, Objects: len(in.Objects), Collectors: in.Collectors}
	passes, err := runAll(ctx, in, rules)
	for _, p := range passes {
		result.Findings = append(result.Findings, p.findings...)
	}
	slices.SortStableFunc(result.Findings, compare)
	result.Findings = slices.CompactFunc(result.Findings, func(a, b Finding) bool { return compare(a, b) == 0 })
	return result, err
}

// read reads the manifests and finds the collectors in them.
func read(manifests []Manifest, image string) (*Pass, error) {
	in := &Pass{}
	var bare []*Collector
	var problems []error
	for _, manifest := range manifests {
		documents, err := manifest.Documents()
		if err != nil {
			problems = append(problems, err)
		}
		for _, document := range documents {
			objects := objectsOf(document, manifest.Chart)
			in.Objects = append(in.Objects, objects...)
			in.kustomized = in.kustomized || isKustomization(manifest.File) || slices.ContainsFunc(objects, (*Object).kustomizes)
			if root := rooted(document.Root); len(objects) == 0 && isBareConfig(root) {
				bare = append(bare, bareCollector(root, image))
			}
		}
	}
	if len(problems) > 0 {
		return in, errors.Join(problems...)
	}
	var err error
	if in.Collectors, err = discover(in.Objects, in.kustomized); err != nil {
		return in, err
	}
	in.Collectors = append(in.Collectors, bare...)
	in.services, in.index = servicesOf(in.Collectors, in.Objects), newIndex(in.Objects)
	in.index.senders = sync.OnceValue(in.findSenders)
	for _, c := range in.Collectors {
		if err := c.derive(); err != nil {
			return in, fmt.Errorf("judge the config of %s: %w", c.Name(), err)
		}
	}
	return in, nil
}

// isKustomization tells the files that kustomize reads, which need not say their kind.
func isKustomization(file string) bool {
	switch filepath.Base(file) {
	case "kustomization.yaml", "kustomization.yml", "Kustomization":
		return true
	}
	return false
}

// isBareConfig tells a collector config from other YAML that is no Kubernetes object: it
// has pipelines, or two sections of a collector config.
func isBareConfig(root Field) bool {
	sections := 0
	for _, key := range root.Keys() {
		switch key {
		case "receivers", "processors", "exporters", "connectors", "extensions", "service":
			sections++
		}
	}
	return sections > 1 || root.At("service", "pipelines").Exists()
}

// bareCollector is a config that stands in a file of its own. Without an image, it is
// judged for contrib, which has the most components.
func bareCollector(root Field, name string) *Collector {
	image := ParseImage(name)
	if name == "" {
		image.Distribution = "contrib"
	}
	return &Collector{Image: image, Config: newConfig([]configSource{{root: root}})}
}

// runAll runs the rules, as many at a time as there are processors. Most take microseconds, so that a goroutine runs many.
func runAll(ctx context.Context, in *Pass, rules []*Rule) ([]*Pass, error) {
	passes, problems := make([]*Pass, len(rules)), make([]error, len(rules)+1)
	var taken atomic.Int64
	var running sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(rules)) {
		running.Go(func() {
			for i := int(taken.Add(1)) - 1; i < len(rules); i = int(taken.Add(1)) - 1 {
				passes[i] = &Pass{
					Objects: in.Objects, Collectors: in.Collectors, Releases: in.Releases, ValuesFiles: in.ValuesFiles,
					Kubernetes: in.Kubernetes, kustomized: in.kustomized, services: in.services, index: in.index, ctx: ctx, rule: rules[i],
				}
				if ctx.Err() == nil {
					problems[i] = runOne(passes[i])
				}
			}
		})
	}
	running.Wait()
	if err := ctx.Err(); err != nil {
		problems[len(rules)] = fmt.Errorf("lint was stopped: %w", err)
	}
	return passes, errors.Join(problems...)
}

// runOne runs one rule. What a rule that panics had found until then counts for nothing.
func runOne(p *Pass) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			p.findings = nil
			err = fmt.Errorf("%w: %s: %v", ErrRule, p.rule.Name, cause)
		}
	}()
	p.rule.Run(p)
	return nil
}

// compare orders findings by position, rule, object, path and message.
func compare(a, b Finding) int {
	return cmp.Or(
		a.Position.Compare(b.Position),
		strings.Compare(a.Rule, b.Rule),
		strings.Compare(a.Object.Kind, b.Object.Kind),
		strings.Compare(a.Object.Namespace, b.Object.Namespace),
		strings.Compare(a.Object.Name, b.Object.Name),
		strings.Compare(a.Path, b.Path),
		strings.Compare(a.Message, b.Message),
	)
}
