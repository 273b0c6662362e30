package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/helm-otlp/helm-otlp/pkg/deployment"
	"github.com/helm-otlp/helm-otlp/pkg/diagnose"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

// ExitSick is the code of `doctor` where something is wrong.
const ExitSick = 1

type doctorFlags struct {
	cluster clusterFlags
	output  string
	bundle  string
	timeout time.Duration
	noLint  bool
}

// A diagnosis is what `helm otlp doctor --output json` prints.
type diagnosis struct {
	Release   string `json:"release"`
	Namespace string `json:"namespace"`
	// Healthy tells that there is no cause, and no finding of severity error, and that all workloads and Pods were read.
	Healthy bool `json:"healthy"`
	// Pods of the release, and how many of them are well.
	Pods     int              `json:"pods"`
	Well     int              `json:"well"`
	Causes   []diagnose.Cause `json:"causes"`
	Findings []doctorFinding  `json:"findings"`
	// Unasked says what the cluster forbids or does not answer.
	Unasked []string `json:"unasked"`

	// blind says that workloads or Pods could not be read.
	blind bool
}

// A doctorFinding is a finding of lint, as far as it matters here.
type doctorFinding struct {
	Rule     string        `json:"rule"`
	Severity lint.Severity `json:"severity"`
	Message  string        `json:"message"`
	Position string        `json:"position"`
}

func (p *program) doctorCommand() *cobra.Command {
	var flags doctorFlags
	cmd := &cobra.Command{
		Use:   "doctor RELEASE",
		Short: "Say why a release is not well, and how to mend it",
		Long: `Say why a release is not well: the cause first, what shows it, and the mend in the chart's values. It looks at the
release's Pods, events, nodes, quotas, claims, endpoints and config, at the last lines of a few collectors' logs and
at their own metrics (through the API server's proxy), and then at what lint --live finds. What the cluster forbids
it says, and goes on without it. Nothing is changed, and no Secret is read but Helm's own.

With --bundle all of that is written into a file for others to look at, with secrets masked.

Exit codes: 0 healthy, 1 something is wrong (a cause, or a finding of severity error), 2 wrong usage, no such
release, or workloads or Pods that can't be read and nothing found, 3 an internal failure.`,
		Example: `  helm otlp doctor gateway -n observability
  helm otlp doctor gateway -n observability --output json | jq -r '.causes[].cause'
  helm otlp doctor gateway -n observability --bundle gateway.tgz`,
		Args: oneRelease,
		RunE: func(cmd *cobra.Command, args []string) error { return p.doctor(cmd.Context(), args[0], flags) },
	}
	flags.cluster.register(cmd.Flags(), p)
	registerOutput(cmd, &flags.output)
	cmd.Flags().StringVar(&flags.bundle, "bundle", "", "write all that was gathered into this file (.tgz), with secrets masked")
	cmd.Flags().DurationVar(&flags.timeout, "timeout", time.Minute, "how long rendering the chart for lint may take; 0: as long as it likes")
	cmd.Flags().BoolVar(&flags.noLint, "no-lint", false, "leave out what lint finds")

	return cmd
}

func (p *program) doctor(ctx context.Context, name string, flags doctorFlags) error {
	if err := checkOutput(flags.output, textOrJSON()); err != nil {
		return err
	}
	if flags.bundle != "" && !strings.HasSuffix(flags.bundle, ".tgz") && !strings.HasSuffix(flags.bundle, ".tar.gz") {
		return fmt.Errorf("--bundle %s: name a file that ends in .tgz", flags.bundle)
	}
	release, snapshot, err := p.gathered(ctx, name, flags)
	if err != nil {
		return err
	}
	found := p.examined(ctx, release, snapshot, flags)
	if flags.bundle != "" {
		if err := p.bundle(flags.bundle, release, snapshot, found); err != nil {
			return err
		}
	}
	if flags.output == "json" {
		err = p.printJSON(found, false)
	} else {
		err = p.printDiagnosis(found)
	}
	switch {
	case err != nil || found.Healthy:
		return err
	case found.unknown():
		return exitError{code: ExitUsage}
	default:
		return exitError{code: ExitSick}
	}
}

// gathered is a release and what its cluster shows of it. What is secret in them is learned.
func (p *program) gathered(ctx context.Context, name string, flags doctorFlags) (*deployment.Release, *diagnose.Snapshot, error) {
	cluster, err := flags.cluster.connect(p)
	if err != nil {
		return nil, nil, err
	}
	release, err := cluster.Release(name)
	if err != nil {
		return nil, nil, err
	}
	for _, text := range []string{release.Manifest, release.Hooks} {
		p.secrets.AddYAML([]byte(text))
	}
	p.secrets.AddValues(release.Values)
	snapshot, err := cluster.Snapshot(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range snapshot.Configs {
		for _, text := range c.Data {
			p.secrets.AddYAML([]byte(text))
		}
	}

	return release, snapshot, nil
}

// examined is the diagnosis of a snapshot, and what lint finds in the release.
func (p *program) examined(ctx context.Context, release *deployment.Release, snapshot *diagnose.Snapshot, flags doctorFlags) *diagnosis {
	found := &diagnosis{
		Release: snapshot.Name, Namespace: snapshot.Namespace, blind: snapshot.Blind,
		Pods: len(snapshot.Pods), Causes: diagnose.Diagnose(*snapshot), Findings: []doctorFinding{}, Unasked: snapshot.Unasked,
	}
	for i := range snapshot.Pods {
		if diagnose.Well(&snapshot.Pods[i], snapshot.Taken) {
			found.Well++
		}
	}
	if !flags.noLint {
		if err := p.addFindings(ctx, release, flags, found); err != nil {
			found.Unasked = append(found.Unasked, "what lint finds: "+p.secrets.Text(err.Error()))
		}
	}
	if found.Causes == nil {
		found.Causes = []diagnose.Cause{}
	}
	for i := range found.Causes {
		p.hideCause(&found.Causes[i])
	}
	for i := range found.Unasked {
		found.Unasked[i] = p.secrets.Text(found.Unasked[i])
	}
	found.Healthy = len(found.Causes) == 0 && !found.blind
	for _, f := range found.Findings {
		found.Healthy = found.Healthy && f.Severity != lint.Error
	}

	return found
}

// hideCause takes the secrets out of a cause.
func (p *program) hideCause(cause *diagnose.Cause) {
	cause.Summary, cause.Mend = p.secrets.Text(cause.Summary), p.secrets.Text(cause.Mend)
	for i := range cause.Evidence {
		cause.Evidence[i].Says = p.secrets.Line(cause.Evidence[i].Says)
	}
}

// addFindings judges the release as lint --live does.
func (p *program) addFindings(ctx context.Context, release *deployment.Release, flags doctorFlags, found *diagnosis) error {
	read := func(ctx context.Context, p *program) (*input, error) {
		return p.liveInput(ctx, release, chartFlags{timeout: flags.timeout})
	}
	verdict, err := p.judgeAll(ctx, []pending{{name: release.Name, read: read}}, judging{})
	if err != nil {
		return err
	}
	for _, f := range verdict.findings {
		found.Findings = append(found.Findings, doctorFinding{Rule: f.Rule, Severity: f.Severity, Message: f.Message, Position: f.Position.String()})
	}

	return nil
}

// unknown tells that nothing was found, and not all was looked at that has to be.
func (d *diagnosis) unknown() bool {
	return d.blind && len(d.Causes) == 0 && !slices.ContainsFunc(d.Findings, func(f doctorFinding) bool { return f.Severity == lint.Error })
}

// summaryOf is the first line of a diagnosis.
func summaryOf(d *diagnosis) string {
	wells := fmt.Sprintf("%d of %d Pods well", d.Well, d.Pods)
	if d.Healthy {
		return fmt.Sprintf("%s: healthy, %s", d.Release, wells)
	}
	if d.unknown() {
		return d.Release + ": whether it is well is not known, since not all of its workloads and Pods can be read"
	}
	causes := cmp.Or(map[int]string{0: "no cause, but findings of lint", 1: "1 cause"}[len(d.Causes)], fmt.Sprintf("%d causes", len(d.Causes)))

	return fmt.Sprintf("%s: not well: %s, %s", d.Release, causes, wells)
}
