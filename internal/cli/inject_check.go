package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"
	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/internal/fix"
	"github.com/helm-otlp/helm-otlp/internal/render"
	"github.com/helm-otlp/helm-otlp/pkg/deployment"
	"github.com/helm-otlp/helm-otlp/pkg/inject"
)

// checkFlags say which sidecars in a cluster are looked at, and what is done.
type checkFlags struct {
	on             bool
	live           liveFlags
	all            bool
	namespaces     []string
	restart        bool
	atOnce         int
	rolloutTimeout time.Duration
	// changed tells which flags the user gave.
	changed func(flag string) bool
}

func (f *checkFlags) register(flags *pflag.FlagSet, p *program) {
	f.changed = flags.Changed
	flags.BoolVar(&f.on, "check", false, "list the workloads in the cluster whose sidecar is out of date")
	flags.StringVar(&f.live.release, "live", "", "with --check: the release in the cluster whose sidecar it is")
	flags.BoolVarP(&f.all, "all-namespaces", "A", false, "with --check: workloads of all namespaces (default: the release's)")
	flags.StringSliceVar(&f.namespaces, "in", nil, "with --check: workloads of this namespace (repeatable)")
	flags.BoolVar(&f.restart, "restart", false, "with --check: restart those that are out of date")
	flags.IntVar(&f.atOnce, "at-once", 1, "with --restart: how many workloads are restarted at a time")
	flags.DurationVar(&f.rolloutTimeout, "rollout-timeout", 10*time.Minute, "with --restart: how long a workload may take; 0: as long as it likes")
	f.live.cluster.registerContext(flags, p, "with --check: ")
}

// check refuses what makes no sense. given are the flags for charts that the user gave.
func (f *checkFlags) check(refs []string, flags injectFlags, given []string) error {
	if !f.on {
		if f.restart || f.all || f.live != (liveFlags{}) || len(f.namespaces) > 0 || f.how() != "" {
			return errors.New("--live, --all-namespaces, --in, --restart, --at-once, --rollout-timeout, --kube-context and --kubeconfig are for --check, which alone asks a cluster")
		}

		return nil
	}
	switch {
	case f.live.release == "":
		return errors.New("--check wants --live RELEASE: the release in the cluster whose sidecar it is")
	case len(refs) > 0:
		return fmt.Errorf("--check looks at the cluster, and %s is something else: give one", refs[0])
	case f.all && len(f.namespaces) > 0:
		return errors.New("--all-namespaces and --in: give one")
	case !f.restart && f.how() != "":
		return fmt.Errorf("%s is for --restart, and nothing is restarted without it", f.how())
	case f.atOnce < 1:
		return fmt.Errorf("--at-once %d: want 1 or more", f.atOnce)
	default:
		return f.others(flags, given)
	}
}

// how names a flag that the user gave and that says how workloads are restarted; empty: none.
func (f *checkFlags) how() string {
	for _, name := range []string{"at-once", "rollout-timeout"} {
		if f.changed != nil && f.changed(name) {
			return "--" + name
		}
	}

	return ""
}

// others refuses flags that are for manifests.
func (f *checkFlags) others(flags injectFlags, given []string) error {
	others := slices.DeleteFunc(slices.Clone(given), func(flag string) bool { return flag == "--namespace" || flag == "--timeout" })
	for flag, is := range map[string]bool{"--chart": flags.ref != "", "--all": flags.all, "--uninject": flags.uninject, "--write": flags.write} {
		if is {
			others = append(others, flag)
		}
	}
	slices.Sort(others)
	if len(others) > 0 {
		return fmt.Errorf("%s is not for --check: it looks at the cluster, and the release %s has its chart and values already", strings.Join(others, ", "), f.live.release)
	}

	return checkOutput(flags.output, yamlOrJSON())
}

// checkSidecars lists, and maybe restarts, what is out of date.
func (p *program) checkSidecars(ctx context.Context, flags injectFlags, given []string) error {
	f := flags.check
	cluster, err := f.live.connect(p, flags.chart, given)
	if err != nil {
		return err
	}
	release, err := cluster.Release(f.live.release)
	if err != nil {
		return err
	}
	sidecar, err := p.sidecarOf(ctx, release, flags.chart)
	if err != nil {
		return fmt.Errorf("the sidecar of the release %s: %w", release.Name, err)
	}
	image, _ := sidecar.Container["image"].(string)
	name, _ := sidecar.Container["name"].(string)
	wanted := deployment.Wanted{Release: release.Name, Container: name, ConfigHash: sidecar.ConfigHash, Image: image}
	namespaces := f.namespaces
	if len(namespaces) == 0 && !f.all {
		namespaces = []string{cluster.Namespace}
	}
	look := func() ([]deployment.SidecarWorkload, error) {
		all, err := cluster.Sidecars(ctx, wanted, namespaces)
		if err != nil {
			return nil, err
		}
		outdated := slices.DeleteFunc(slices.Clone(all), func(w deployment.SidecarWorkload) bool { return w.Outdated == 0 })
		fmt.Fprintf(p.stderr, "%d of %s with the sidecar of %s %s out of date\n", len(outdated), counted(len(all), "workload"), release.Name, are(len(outdated)))

		return outdated, nil
	}
	outdated, err := look()
	if err != nil {
		return err
	}
	if err := p.printOutdated(outdated, wanted, flags.output); err != nil {
		return err
	}
	if !f.restart {
		return outdatedError(len(outdated))
	}

	return p.restartOutdated(ctx, outdated, f, cluster.Restart, look)
}

func are(n int) string {
	if n == 1 {
		return "is"
	}

	return "are"
}

// sidecarOf is what a release puts into Pods.
func (p *program) sidecarOf(ctx context.Context, release *deployment.Release, flags chartFlags) (*inject.Sidecar, error) {
	p.noteState(release)
	own := *p
	if len(release.Values) > 0 {
		values, err := yaml.Marshal(release.Values)
		if err != nil {
			return nil, fmt.Errorf("read the values: %w", err)
		}
		name := "<values of " + release.Name + ">"
		flags.values.Files, own.edited = []string{name}, fix.Files{name: values}
	}
	stack, err := flags.readValues(ctx, &own)
	if err != nil {
		return nil, err
	}
	var injected *render.Injected
	err = flags.limited(ctx, release.Chart.Info().Name, func(ctx context.Context) (err error) {
		injected, err = release.Chart.Injection(ctx, stack, render.Release{
			Name: release.Name, Namespace: release.Namespace, Revision: release.Revision,
			KubeVersion: release.KubeVersion, APIVersions: release.APIVersions, AllAPIs: true,
		})

		return err
	})
	if err != nil {
		return nil, err
	}
	p.secrets.AddYAML(injected.Data)

	return inject.ParseSidecar(injected.Data)
}

// printOutdated prints a line a workload, or all as JSON.
func (p *program) printOutdated(outdated []deployment.SidecarWorkload, wanted deployment.Wanted, output string) error {
	if output == "json" {
		if outdated == nil {
			outdated = []deployment.SidecarWorkload{}
		}
		encoder := json.NewEncoder(p.stdout)
		encoder.SetIndent("", "  ")

		return encoder.Encode(map[string]any{ //nolint:wrapcheck // It is stdout's.
			"release": wanted.Release, "configHash": wanted.ConfigHash, "image": wanted.Image, "outdated": outdated,
		})
	}
	for _, w := range outdated {
		var differs []string
		if len(w.ConfigHashes) > 0 {
			differs = append(differs, fmt.Sprintf("config %s, not %s", strings.Join(w.ConfigHashes, " and "), wanted.ConfigHash))
		}
		if len(w.Images) > 0 {
			differs = append(differs, fmt.Sprintf("image %s, not %s", strings.Join(w.Images, " and "), wanted.Image))
		}
		stays := ""
		if w.Stays != "" {
			stays = "; a restart does not help: " + w.Stays
		}
		fmt.Fprintf(p.stdout, "%s: %d of %s: %s%s\n", w, w.Outdated, counted(w.Pods, "Pod"), strings.Join(differs, "; "), stays)
	}

	return nil
}

// restartOutdated restarts what a restart brings up to date, and looks again: that its Pods are new does not say that the
// policy has put the new sidecar into them.
func (p *program) restartOutdated(
	ctx context.Context, outdated []deployment.SidecarWorkload, f checkFlags,
	restart func(context.Context, []deployment.SidecarWorkload, deployment.Restart) error, look func() ([]deployment.SidecarWorkload, error),
) error {
	restarted := slices.DeleteFunc(slices.Clone(outdated), func(w deployment.SidecarWorkload) bool { return w.Stays != "" })
	if len(restarted) == 0 {
		return outdatedError(len(outdated))
	}
	err := restart(ctx, restarted, deployment.Restart{
		AtOnce: f.atOnce, Timeout: f.rolloutTimeout,
		Done: func(w deployment.SidecarWorkload) { fmt.Fprintf(p.stderr, "%s: restarted\n", w) },
	})
	if err != nil {
		return err
	}
	left, err := look()
	if err != nil {
		return err
	}
	for _, w := range left {
		if w.Stays == "" {
			fmt.Fprintf(p.stderr, "%s: still out of date: its new Pods do not get the sidecar of the release, or get it from their manifest; see whether the policy is there\n", w)
		}
	}

	return outdatedError(len(left))
}

// outdatedError ends the command with ExitFindings where something is out of date.
func outdatedError(n int) error {
	if n > 0 {
		return errFindings
	}

	return nil
}
