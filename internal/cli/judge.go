package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/helm-otlp/helm-otlp/internal/fix"
	"github.com/helm-otlp/helm-otlp/pkg/graph"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// A verdict is what was found in one input, or in several. It holds no more of them than it shows, so that thousands of
// releases fit into little memory.
type verdict struct {
	findings            []lint.Finding
	objects, collectors int
	// graphs are those of the collectors, where they are to be shown, and moreGraphs how many more there would be.
	graphs     []graph.Graph
	moreGraphs int
	// judged is how many inputs were, and unread what is wrong with the others.
	judged int
	unread []lint.Finding
	// lines are those on which findings stand, and shown, by them, the same without secrets.
	lines map[spot]string
	shown map[string]string
	// used are the suppressions that were good for something, unused the findings on the others.
	used   map[mention]bool
	unused map[mention]lint.Finding
	// offers are fixes of what was found, editable the files that they are of, and counts what was found before it was
	// placed and suppressed; where they are asked for.
	offers   []fix.Offer
	editable fix.Files
	counts   fix.Counts
}

func newVerdict() *verdict {
	return &verdict{
		editable: fix.Files{}, counts: fix.Count(nil),
		lines: map[spot]string{}, shown: map[string]string{}, used: map[mention]bool{}, unused: map[mention]lint.Finding{},
	}
}

type spot struct {
	file string
	line int
}

// A mention is where a suppression stands, and its rule.
type mention struct {
	rule string
	at   source.Position
}

// mostGraphs is how many a report shows.
const mostGraphs = 50

// judging is how inputs are judged.
type judging struct {
	// image is what bare configs are for.
	image string
	// graphs says that those of the collectors are to be kept.
	graphs bool
	// fixes says that they are looked for.
	fixes bool
	// unread says that what can't be read is reported as findings.
	unread bool
}

// judgeAll judges the inputs.
func (p *program) judgeAll(ctx context.Context, inputs []pending, how judging) (*verdict, error) {
	project, err := readProject()
	if err != nil {
		whole := newVerdict()
		whole.unread = unreadable(err, "")
		p.hide(whole)

		return whole, err
	}

	whole, err := p.forAll(inputs, func(in pending) (*verdict, error) { return p.judge(ctx, in, how, project) })
	if more := len(whole.graphs) - mostGraphs; more > 0 {
		whole.graphs, whole.moreGraphs = whole.graphs[:mostGraphs], more
	}

	return whole, err
}

// forAll does the work for the inputs, as many at a time as there are processors. What one can't be read for is an error;
// the verdict has the others.
func (p *program) forAll(inputs []pending, work func(pending) (*verdict, error)) (*verdict, error) {
	verdicts, problems := make([]*verdict, len(inputs)), make([]error, len(inputs))
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	var running sync.WaitGroup
	for i, in := range inputs {
		slots <- struct{}{}
		running.Go(func() {
			defer func() { <-slots }()
			defer func() {
				if cause := recover(); cause != nil {
					problems[i] = internalError{fmt.Errorf("%v\n%s", cause, debug.Stack())}
				}
			}()
			verdicts[i], problems[i] = work(in)
		})
	}
	running.Wait()
	whole := newVerdict()
	for i, v := range verdicts {
		if v != nil {
			if name := inputs[i].name; name != "" && len(inputs) > 1 {
				v.nameGraphs(p.secrets.Text(name))
			}
			for j := range v.findings {
				v.findings[j].Releases = []string{releaseName(inputs[i])}
			}
			whole.add(v)
			whole.judged++
		}
	}
	for i, in := range inputs {
		if in.optional && problems[i] != nil && whole.judged > 0 {
			fmt.Fprintf(p.stderr, "note: the chart refuses its own defaults, so that only its ci values were read: %v\n", problems[i])
			problems[i] = nil
		}
		whole.unread = append(whole.unread, unreadable(problems[i], releaseName(in))...)
		if problems[i] != nil && in.name != "" && len(inputs) > 1 {
			problems[i] = fmt.Errorf("with %s: %w", in.name, problems[i])
		}
	}
	err := errors.Join(problems...)
	// What is not read may be what a suppression is for.
	whole.finish(err == nil)
	whole.unread = once(whole.unread, len(inputs))
	p.hide(whole)

	return whole, err
}

// releaseName is how a finding names the release that it is about.
func releaseName(in pending) string { return cmp.Or(in.name, "the chart's defaults") }

// judge reads an input, places the findings where the user must edit, and takes out what is suppressed.
func (p *program) judge(ctx context.Context, pending pending, how judging, project *project) (*verdict, error) {
	in, err := pending.read(ctx, p)
	if err != nil {
		return nil, err
	}
	p.noteImage(how.image, in.bare)
	result, err := in.run(ctx, how.image)
	if err != nil {
		if how.unread && in.template != nil {
			err = manifestError{err, in.template}
		}

		return nil, err
	}
	v := newVerdict()
	v.objects, v.collectors = result.Objects, len(result.Collectors)
	if how.fixes {
		v.counts.Add(project.graded(result.Findings))
		v.editable = in.editable
	}
	findings := in.placed(result.Findings)
	if in.gaveUp != nil && in.gaveUp() {
		fmt.Fprintln(p.stderr, "note: the chart has more findings than could be traced to values: some stand at the line of a template instead")
	}
	suppressions, err := project.suppressions(in)
	if err != nil {
		return nil, err
	}
	if how.graphs {
		v.graphs = p.graphs(result.Collectors)
	}
	v.findings = project.graded(suppressions.apply(findings))
	v.keepLines(v.findings, in)
	offers := offersFor(v.findings, in)
	v.findings = offered(v.findings, offers)
	if how.fixes {
		v.offers = offers
	}
	for _, s := range suppressions {
		if s.used {
			v.used[mention{s.rule, s.at}] = true

			continue
		}
		for _, f := range project.graded([]lint.Finding{s.unused()}) {
			v.unused[mention{s.rule, s.at}] = f
			v.keepLines([]lint.Finding{f}, in)
		}
	}

	return v, nil
}

// placed are findings where the user must edit, without the fields that it takes to find out.
func (in *input) placed(findings []lint.Finding) []lint.Finding {
	findings = slices.Clone(findings)
	for i, f := range findings {
		findings[i].Field = lint.Field{}
		if at, ok := in.locate(f); ok {
			findings[i].Position = at
		}
	}

	return findings
}

// keepLines keeps the lines on which findings stand.
func (v *verdict) keepLines(findings []lint.Finding, in *input) {
	for _, f := range findings {
		at := spot{f.Position.File, f.Position.Line}
		if _, done := v.lines[at]; done || at.line < 1 {
			continue
		}
		if text, ok := in.line(at.file, at.line); ok {
			v.lines[at] = text
		}
	}
}

// hide takes the secrets out of all that is shown, once all of them are known.
func (p *program) hide(v *verdict) {
	hidden := make(map[spot]string, len(v.lines))
	for at, line := range v.lines {
		hidden[spot{p.secrets.Text(at.file), at.line}] = line
		v.shown[line] = p.secrets.Line(line)
	}
	v.lines = hidden
	p.hideIn(v.findings)
	p.hideIn(v.unread)
}

func (p *program) hideIn(findings []lint.Finding) {
	for i, f := range findings {
		f.Position.File = p.secrets.Text(f.Position.File)
		f.Message, f.Path = p.secrets.Text(f.Message), p.secrets.Text(f.Path)
		f.Object.Name, f.Object.Namespace = p.secrets.Text(f.Object.Name), p.secrets.Text(f.Object.Namespace)
		for j, release := range f.Releases {
			f.Releases[j] = p.secrets.Text(release)
		}
		findings[i] = f
	}
}

func (v *verdict) add(other *verdict) {
	v.findings = append(v.findings, other.findings...)
	v.objects += other.objects
	v.collectors += other.collectors
	v.graphs = append(v.graphs, other.graphs...)
	v.offers = append(v.offers, other.offers...)
	v.counts.Merge(other.counts)
	maps.Copy(v.editable, other.editable)
	maps.Copy(v.lines, other.lines)
	maps.Copy(v.shown, other.shown)
	maps.Copy(v.used, other.used)
	maps.Copy(v.unused, other.unused)
}

// finish adds the suppressions that no input has used, where all were read, and says once what several inputs have in
// common.
func (v *verdict) finish(complete bool) {
	for at, f := range v.unused {
		if complete && !v.used[at] {
			v.findings = append(v.findings, f)
		}
	}
	v.findings = once(v.findings, v.judged)
}

// once sorts findings, and says once what several inputs have in common. Of what all have in common the releases are not
// named.
func once(findings []lint.Finding, inputs int) []lint.Finding {
	slices.SortStableFunc(findings, compareFindings)
	var once []lint.Finding
	for _, f := range findings {
		if last := len(once) - 1; last >= 0 && compareFindings(once[last], f) == 0 {
			once[last].Releases = append(once[last].Releases, f.Releases...)
		} else {
			once = append(once, f)
		}
	}
	for i := range once {
		once[i].Releases = slices.Compact(once[i].Releases)
		if len(once[i].Releases) == inputs {
			once[i].Releases = nil
		}
	}

	return once
}

// line is a line on which a finding stands, as report.Report asks for it.
func (v *verdict) line(file string, line int) (string, bool) {
	found, ok := v.lines[spot{file, line}]

	return found, ok
}

// masked is such a line without secrets.
func (v *verdict) masked(line string) string { return v.shown[line] }
