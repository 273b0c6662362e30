package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/helm-otlp/helm-otlp/internal/report"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/lint/rules"
)

type lintFlags struct {
	input          inputFlags
	live           liveFlags
	output, failOn string
	// baseline is a file of known findings.
	baseline       string
	updateBaseline bool
	// fix mends, and write keeps what it mended.
	fix, write bool
}

func (p *program) lintCommand() *cobra.Command {
	var flags lintFlags
	cmd := &cobra.Command{
		Use:   "lint [CHART | FILE|DIR|-...]",
		Short: "Find what will not start, loses data or hurts in production",
		Long: `Judge what would be installed. With no argument it is the embedded chart, with the values given.
A chart (a folder, a package or an oci:// reference) is rendered. YAML files, folders of them and
stdin (-) hold Kubernetes manifests, OpenTelemetryCollector resources or bare collector configs,
which are judged together. Without values, a chart's folder is judged with its defaults and with each of its
ci/*-values.yaml, as chart-testing installs it.

With --fix, what would mend your files is shown as a diff, and written with --write; the exit code is
by what is found in the files as they then are.

With --live it is a release as it is installed: the manifest that Helm keeps in the cluster, for the
cluster's version, with findings at the lines of the release's values. Nothing is written.

Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 wrong usage or unreadable input,
3 an internal failure.`,
		Example: `  helm otlp lint -f values.yaml --set mode=daemonset
  helm otlp lint charts/observability -f base.yaml --each 'envs/*.yaml'
  helm otlp lint config.yaml --image otel/opentelemetry-collector-k8s:0.149.0
  helm otlp lint -f values.yaml --fix --write
  helm otlp lint --live gateway -n observability
  kubectl get -o yaml deployments,configmaps | helm otlp lint -`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.lint(cmd.Context(), args, flags, flags.input.chart.given(cmd.Flags()))
		},
	}
	set := cmd.Flags()
	flags.input.register(set, p)
	flags.live.register(set, p)
	set.StringVarP(&flags.output, "output", "o", "text", "format: "+strings.Join(report.Names(), ", "))
	set.StringVar(&flags.failOn, "fail-on", string(lint.Error), "least severity that fails: error, warning or info")
	set.StringVar(&flags.baseline, "baseline", "", "file of findings that are known, and not reported")
	set.BoolVar(&flags.updateBaseline, "update-baseline", false, "write all that is found to the --baseline file, instead of reporting it")
	set.BoolVar(&flags.fix, "fix", false, "show what would mend your files, as a diff, tried by rendering and judging again")
	set.BoolVarP(&flags.write, "write", "w", false, "with --fix: write it to the files")
	// The names are those of flags defined above.
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(report.Names(), cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("fail-on", cobra.FixedCompletions([]string{"error", "warning", "info"}, cobra.ShellCompDirectiveNoFileComp))

	return cmd
}

// lint judges what the references name. given are the flags for charts that the user gave.
func (p *program) lint(ctx context.Context, refs []string, flags lintFlags, given []string) error {
	if err := p.prepare(ctx, refs, &flags); err != nil {
		return err
	}
	inputs, err := p.lintInputs(ctx, refs, flags, given)
	if err != nil {
		return err
	}
	var found []lint.Finding
	if flags.fix {
		if found, err = p.fix(ctx, inputs, flags); err != nil {
			return err
		}
	}
	result, unread := p.judgeAll(ctx, inputs, judging{image: flags.input.image, graphs: flags.output == "html", unread: flags.output != "text"})
	if unread == nil {
		p.noteNone(result, cmp.Or(strings.Join(refs, ", "), flags.live.release, "the chart"))
	}
	switch {
	case unread != nil && !flags.reported(result):
		return unread
	case flags.updateBaseline:
		return writeBaseline(flags.baseline, result.findings)
	}
	fails, err := p.print(result, flags)
	if flags.fix && !flags.write {
		// The files are as they were.
		fails = reportOf(&verdict{findings: found}, lint.Severity(flags.failOn)).Fails()
	}
	switch {
	case err != nil:
		return err
	case unread == nil && fails:
		return errFindings
	default:
		return unread
	}
}

// prepare completes the flags, and refuses those that make no sense.
func (p *program) prepare(ctx context.Context, refs []string, flags *lintFlags) error {
	if err := flags.check(); err != nil {
		return err
	}
	flags.input.completeImage()
	if flags.fix = p.mends(*flags); flags.fix {
		return p.readOnce(ctx, refs, flags.input)
	}

	return nil
}

// noteNone says that an input has objects and no collector.
func (p *program) noteNone(result *verdict, name string) {
	if result.objects > 0 && result.collectors == 0 {
		fmt.Fprintf(p.stderr, "note: no collector was found in %s, so that little was judged\n", name)
	}
}

// print writes the report of a verdict, without what is known from a baseline, and tells whether what is in it fails.
func (p *program) print(result *verdict, flags lintFlags) (fails bool, err error) {
	if flags.baseline != "" && result.judged > 0 {
		if result.findings, err = p.without(flags.baseline, result.findings); err != nil {
			return false, err
		}
	}
	if flags.output != "text" {
		result.findings = withUnread(result)
	}
	r := reportOf(result, lint.Severity(flags.failOn))
	if flags.fix && !flags.write {
		fmt.Fprintf(p.stderr, "%s: with --write, this is what is left\n", r.Summary())

		return r.Fails(), nil
	}
	format, err := report.Named(flags.output, p.colour())
	if err != nil {
		return false, err
	}
	if err := format.Write(p.stdout, r); err != nil {
		return false, internalError{fmt.Errorf("write the report: %w", err)}
	}
	// A last line for people, where the format has none.
	if flags.output != "text" {
		fmt.Fprintln(p.stderr, r.Summary())
	}

	return r.Fails(), nil
}

// reportOf is what a report shows of a verdict.
func reportOf(result *verdict, failOn lint.Severity) report.Report {
	return report.Report{
		Version: Version, Rules: allRules(), Findings: result.findings,
		Objects: result.objects, Collectors: result.collectors, FailOn: failOn, Line: result.line, Mask: result.masked,
		Graphs: result.graphs, MoreGraphs: result.moreGraphs,
	}
}

// lintInputs are what the references and the flags name: what would be installed, or what is.
func (p *program) lintInputs(ctx context.Context, refs []string, flags lintFlags, given []string) ([]pending, error) {
	if err := flags.live.check(argument(refs), flags.input, given); err != nil {
		return nil, err
	}
	if flags.live.release != "" {
		return flags.live.inputs(flags.input.chart, given), nil
	}

	return p.inputs(ctx, refs, flags.input, given)
}

// mends tells whether something is to be mended. A release as it is installed has no files.
func (p *program) mends(flags lintFlags) bool {
	if flags.fix && flags.live.release != "" {
		fmt.Fprintln(p.stderr, "note: --fix mends files, and a release as it is installed is in none: lint its chart with your values to mend these")

		return false
	}

	return flags.fix
}

// check refuses flags that make no sense.
func (f *lintFlags) check() error {
	if _, err := report.Named(f.output, false); err != nil {
		return err
	}
	if !slices.Contains([]lint.Severity{lint.Error, lint.Warning, lint.Info}, lint.Severity(f.failOn)) {
		return fmt.Errorf("--fail-on %q: use error, warning or info", f.failOn)
	}
	if f.write && !f.fix {
		return errors.New("--write is for --fix, which shows what it would write")
	}
	if f.fix && !f.write && f.output != "text" {
		return fmt.Errorf("--fix prints a diff: give --write with --output %s, which then says what is left", f.output)
	}
	if f.fix && f.updateBaseline {
		return errors.New("--fix mends findings, and --update-baseline keeps them: give one")
	}
	if f.updateBaseline && f.baseline == "" {
		return errors.New("--update-baseline writes the file that --baseline names: give both")
	}

	return nil
}

// compareFindings orders by place, then by rule and object, so that the order is total.
func compareFindings(a, b lint.Finding) int {
	if order := a.Position.Compare(b.Position); order != 0 {
		return order
	}
	key := func(f lint.Finding) string {
		return strings.Join([]string{f.Rule, f.Object.APIVersion, f.Object.Kind, f.Object.Namespace, f.Object.Name, f.Path, f.Message}, "\x00")
	}

	return strings.Compare(key(a), key(b))
}

// lintError tells broken rules from input that can't be read.
func lintError(err error) error {
	if errors.Is(err, lint.ErrRule) {
		return internalError{err}
	}

	return err
}

// allRules are the rules that findings can name.
func allRules() []*lint.Rule { return append(slices.Clone(rules.All()), rules.OfCommand()...) }
