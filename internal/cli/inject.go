package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/helm-otlp/helm-otlp/internal/render"
	"github.com/helm-otlp/helm-otlp/pkg/inject"
)

// injectFlags say what is injected, and into what.
type injectFlags struct {
	chart    chartFlags
	ref      string
	all      bool
	uninject bool
	noLint   bool
	write    bool
	output   string
	check    checkFlags
}

func (p *program) injectCommand() *cobra.Command {
	var flags injectFlags
	cmd := &cobra.Command{
		Use:   "inject [FILE|DIR|-]...",
		Short: "Put the collector as a sidecar into the Pods of manifests",
		Long: `Put the collector as a native sidecar into the Pod templates of manifests, as the policy that the
chart installs with mode sidecar does when Pods come: for CI, GitOps and clusters without
MutatingAdmissionPolicy. The chart and its values say what is injected. Manifests are read from
files, folders or standard input and printed, or written back with --write; comments and order
stay. What was done to each object is said on stderr.

A Pod gets the sidecar of the release if it has the annotation sidecar.opentelemetry.io/inject
with "true" or the release's name, or if its Namespace, in the input, has a label of that name
and the Pod does not say otherwise. A second run changes nothing; one with other values updates
the sidecar; --uninject takes it out, that of any release where --release names none.

A collector in which lint finds an error is not injected: an application does not start before its
sidecar has. What was found is said on stderr, and the exit code is 1; --no-lint injects it.

What is skipped and has the sidecar still stays as it is, and the exit code is 1.

Documents are written one by one: where one can't be read, those before it are printed whole,
nothing of it is, and the exit code is 2. With --write, no file is written then.

With --check --live RELEASE it lists the workloads in the cluster with Pods whose sidecar has another
config or image than the release gives, and exits with 1 where there are some; --restart makes their
Pods anew.`,
		Example: `  helm otlp inject app.yaml -f sidecar-values.yaml > injected.yaml && kubectl apply -f injected.yaml
  kustomize build . | helm otlp inject --release shop -f sidecar-values.yaml > injected.yaml
  helm otlp inject app.yaml -f sidecar-values.yaml --write
  helm otlp inject --uninject app.yaml
  helm otlp inject --check --live sidecar --all-namespaces --restart`,
		RunE: func(cmd *cobra.Command, args []string) error {
			given := flags.chart.given(cmd.Flags())
			if err := flags.check.check(args, flags, given); err != nil {
				return err
			}
			if flags.check.on {
				return p.checkSidecars(cmd.Context(), flags, given)
			}

			return p.inject(cmd.Context(), args, flags)
		},
	}
	flags.register(cmd.Flags(), p)
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(yamlOrJSON(), cobra.ShellCompDirectiveNoFileComp)) // The flag is there.

	return cmd
}

func (f *injectFlags) register(flags *pflag.FlagSet, p *program) {
	f.chart.register(flags, p)
	flags.StringVar(&f.ref, "chart", "", "chart that says what is injected: a folder, package or oci:// reference (default: the embedded one)")
	flags.BoolVar(&f.all, "all", false, "inject all Pods that do not opt out")
	flags.BoolVar(&f.uninject, "uninject", false, "take the sidecar out again")
	flags.StringVarP(&f.output, "output", "o", "yaml", "yaml: as it is written; json: a document a line")
	flags.BoolVar(&f.noLint, "no-lint", false, "inject a collector that has errors, too")
	flags.BoolVarP(&f.write, "write", "w", false, "write the result to the files")
	f.check.register(flags, p)
}

// usable refuses what makes no sense together.
func (f *injectFlags) usable(p *program, refs []string) error {
	if err := checkOutput(f.output, yamlOrJSON()); err != nil {
		return err
	}
	if f.uninject && f.all {
		return errors.New("--all is for injecting, and --uninject takes out: give one")
	}
	file, isFile := p.stdin.(*os.File)
	if len(refs) == 0 && isFile && term.IsTerminal(int(file.Fd())) {
		return errors.New("name a file or a folder of manifests, or give them on standard input")
	}
	if f.chart.readsStdin() && (len(refs) == 0 || slices.Contains(refs, "-")) {
		return errors.New("standard input gives either values or manifests: name a file for one of them")
	}
	if name := f.chart.release.Name; name != "" && (len(name) > releaseLength || len(validation.IsDNS1123Subdomain(name)) > 0) {
		return fmt.Errorf("--release %q: want lower case letters, digits, - and ., %d at most, as Helm does", name, releaseLength)
	}
	if i := slices.IndexFunc(refs, isKustomization); i >= 0 {
		return fmt.Errorf("%s is Kustomize's, and its files are not what is applied: run `kustomize build %s | helm otlp inject`", refs[i], refs[i])
	}
	if i := slices.IndexFunc(refs, isChart); i >= 0 {
		return fmt.Errorf("%s is a chart, and manifests are injected: render it with `helm template %s`, and inject that", refs[i], refs[i])
	}

	return nil
}

// releaseLength is how long Helm lets the name of a release be.
const releaseLength = 53

// isKustomization tells a folder of Kustomize.
func isKustomization(ref string) bool {
	return slices.ContainsFunc([]string{"kustomization.yaml", "kustomization.yml", "Kustomization"}, func(name string) bool {
		info, err := os.Stat(filepath.Join(ref, name))

		return err == nil && info.Mode().IsRegular()
	})
}

// yamlOrJSON are the formats of manifests.
func yamlOrJSON() []string { return []string{"yaml", "json"} }

// readsStdin tells whether values come from standard input.
func (f *chartFlags) readsStdin() bool {
	return slices.Contains(f.values.Files, "-") || slices.ContainsFunc(f.values.SetFile, func(arg string) bool { return strings.HasSuffix(arg, "=-") })
}

// streamGC is how often garbage is collected while a stream passes, in percent of what is in use: a long stream is not to
// take more memory than a short one.
const streamGC = 200

func (p *program) inject(ctx context.Context, refs []string, flags injectFlags) error {
	if err := flags.writable(refs); err != nil {
		return err
	}
	if err := flags.usable(p, refs); err != nil {
		return err
	}
	sidecar, err := flags.sidecar(ctx, p)
	if err != nil {
		return err
	}
	inputs, err := p.manifestStreams(refs)
	if err != nil {
		return err
	}
	namespaces, err := namespacesOf(inputs)
	if err != nil {
		return err
	}
	injector, err := inject.New(*sidecar, inject.Options{
		All: flags.all, Remove: flags.uninject, AnyRelease: flags.chart.release.Name == "", JSON: flags.output == "json",
		Namespace: flags.chart.release.Namespace, Namespaces: namespaces,
	})
	if err != nil {
		return internalError{err}
	}
	if p.env("GOGC") == "" {
		defer debug.SetGCPercent(debug.SetGCPercent(streamGC))
	}
	report := newInjectReport(p.stderr, flags.uninject)
	defer report.flush()
	if flags.write {
		err = injectFiles(ctx, inputs, injector, report)
	} else {
		err = p.injectStreams(ctx, inputs, injector, report, flags.output == "json")
	}
	if err != nil {
		return err
	}
	report.finish(flags.all, sidecar.Notes)
	if report.left > 0 {
		return errFindings
	}

	return nil
}

// injectStreams prints what becomes of the inputs, as one stream.
func (p *program) injectStreams(ctx context.Context, inputs []manifestStream, injector *inject.Injector, report *injectReport, json bool) (err error) {
	out := &joined{out: bufio.NewWriter(p.stdout), json: json}
	defer func() { err = errors.Join(err, out.out.Flush()) }()
	for _, input := range inputs {
		out.next()
		if err := input.through(ctx, injector, out, report.add); err != nil {
			return err
		}
	}

	return nil
}

// sidecar is what the chart says is injected.
func (f *injectFlags) sidecar(ctx context.Context, p *program) (*inject.Sidecar, error) {
	chart, err := f.chart.load(ctx, p, f.ref)
	if err != nil {
		return nil, err
	}
	stack, err := f.chart.readValues(ctx, p)
	if err != nil {
		return nil, err
	}
	var injected *render.Injected
	err = f.chart.limited(ctx, chart.Info().Name, func(ctx context.Context) (err error) {
		injected, err = chart.Injection(ctx, stack.AsSidecar(chart), f.chart.releaseOf(chart))

		return err
	})
	if err != nil {
		return nil, err
	}
	p.secrets.AddYAML(injected.Data)
	sidecar, err := inject.ParseSidecar(injected.Data)
	if err != nil || f.uninject || f.noLint {
		return sidecar, err
	}

	return sidecar, p.judgeSidecar(ctx, injected, *sidecar)
}
