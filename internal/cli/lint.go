package cli

import (
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
	chart          chartFlags
	output, failOn string
	image          string
}

func (p *program) lintCommand() *cobra.Command {
	var flags lintFlags
	cmd := &cobra.Command{
		Use:   "lint [CHART|DIR|FILE|-]",
		Short: "Find what will not start, loses data or hurts in production",
		Long: `Judge what would be installed. With no argument it is the embedded chart, with the values given.
A chart (a folder, a package or an oci:// reference) is rendered. A YAML file, a folder of them
or stdin (-) holds Kubernetes manifests, OpenTelemetryCollector resources or a bare collector
config.

Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 wrong usage or unreadable input,
3 an internal failure.`,
		Example: `  helm otlp lint -f values.yaml --set mode=daemonset
  helm otlp lint config.yaml --image otel/opentelemetry-collector-k8s:0.149.0
  kubectl get -o yaml deployments,configmaps | helm otlp lint -`,
		Args: atMostOne,
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.lint(cmd.Context(), argument(args), flags, flags.chart.given(cmd.Flags()))
		},
	}
	set := cmd.Flags()
	flags.chart.register(set, p)
	set.StringVarP(&flags.output, "output", "o", "text", "format: "+strings.Join(report.Names(), ", "))
	set.StringVar(&flags.failOn, "fail-on", string(lint.Error), "least severity that fails: error, warning or info")
	set.StringVar(&flags.image, "image", "", "image that a bare collector config is for")
	// The names are those of flags defined above.
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(report.Names(), cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("fail-on", cobra.FixedCompletions([]string{"error", "warning", "info"}, cobra.ShellCompDirectiveNoFileComp))

	return cmd
}

// lint judges what the reference names. given are the flags for charts that the user gave.
func (p *program) lint(ctx context.Context, ref string, flags lintFlags, given []string) error {
	format, err := report.Named(flags.output, p.colour())
	if err != nil {
		return err
	}
	failOn := lint.Severity(flags.failOn)
	if !slices.Contains([]lint.Severity{lint.Error, lint.Warning, lint.Info}, failOn) {
		return fmt.Errorf("--fail-on %q: use error, warning or info", flags.failOn)
	}
	in, err := p.readInput(ctx, ref, flags, given)
	if err != nil {
		return err
	}
	result, err := lint.Run(ctx, in.manifests, rules.All(), lint.ForImage(flags.image), lint.ForKubernetes(in.kubernetes),
		lint.ForReleases(in.releases...), lint.ForValuesFiles(in.values...))
	if err != nil {
		return lintError(err)
	}
	findings, err := p.judge(in, result.Findings)
	if err != nil {
		return err
	}

	findings, line := p.withoutSecrets(findings, in.line)
	r := report.Report{
		Version: Version, Rules: allRules(), Findings: findings,
		Objects: result.Objects, Collectors: result.Collectors, FailOn: failOn, Line: line, Mask: p.secrets.Line,
	}
	if err := format.Write(p.stdout, r); err != nil {
		return internalError{fmt.Errorf("write the report: %w", err)}
	}
	if flags.output != "text" {
		fmt.Fprintln(p.stderr, r.Summary())
	}
	if r.Fails() {
		return errFindings
	}

	return nil
}

// judge places the findings where the user must edit, and takes out what is suppressed.
func (p *program) judge(in *input, found []lint.Finding) ([]lint.Finding, error) {
	findings := slices.Clone(found)
	for i, f := range findings {
		if at, ok := in.locate(f); ok {
			findings[i].Position = at
		}
	}
	suppressions, err := p.suppressions(in)
	if err != nil {
		return nil, err
	}
	findings = suppressions.apply(findings)
	slices.SortStableFunc(findings, compareFindings)

	return findings, nil
}

// compareFindings orders by place, then by rule and object, so that the order is total.
func compareFindings(a, b lint.Finding) int {
	switch {
	case a.Position.Before(b.Position):
		return -1
	case b.Position.Before(a.Position):
		return 1
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
func allRules() []*lint.Rule { return append(slices.Clone(rules.All()), unusedSuppression()) }
