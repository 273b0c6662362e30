package cli

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/helm-otlp/helm-otlp/pkg/deployment"
)

const (
	// watchEvery is between two looks at a release.
	watchEvery = 2 * time.Second
	// fewPods is how many collectors are asked for their health without --health.
	fewPods = 10
)

type statusFlags struct {
	cluster       clusterFlags
	output        string
	watch, health bool
}

func (p *program) statusCommand() *cobra.Command {
	var flags statusFlags
	cmd := &cobra.Command{
		Use:   "status RELEASE",
		Short: "Say whether a release is ready, and why not",
		Long: `Say how a release stands in its cluster: ready, in-progress or failed; how far its rollout is; which chart,
collector and config are installed; and of each Pod whether it runs that config, how often it was started
again, its node, what its health endpoint says (through the API server's proxy), and why it is not ready.
Of a release in mode sidecar, it is the Pods that it was injected into. Nothing is changed.

Exit codes: 0 ready, 1 in progress, 2 wrong usage or no such release, 3 an internal failure, 4 failed.`,
		Example: `  helm otlp status gateway -n observability
  helm otlp status gateway -n observability --watch
  helm otlp status gateway -n observability --output json | jq .state`,
		Args: oneRelease,
		RunE: func(cmd *cobra.Command, args []string) error { return p.status(cmd.Context(), args[0], flags) },
	}
	flags.cluster.register(cmd.Flags(), p)
	registerOutput(cmd, &flags.output)
	cmd.Flags().BoolVarP(&flags.watch, "watch", "w", false, "go on until interrupted: redraws a terminal, else prints a line for each change")
	cmd.Flags().BoolVar(&flags.health, "health", false, fmt.Sprintf("ask all collectors for their health, not only %d, those that are not ready first", fewPods))

	return cmd
}

func (p *program) status(ctx context.Context, name string, flags statusFlags) error {
	if err := checkOutput(flags.output, textOrJSON()); err != nil {
		return err
	}
	cluster, err := flags.cluster.connect(p)
	if err != nil {
		return err
	}
	read := func() (*deployment.Status, error) {
		status, err := cluster.Status(ctx, name)
		if err != nil {
			return nil, err
		}
		atMost := fewPods
		if flags.health {
			atMost = 0
		}
		if err := cluster.AskHealth(ctx, status, atMost); err != nil {
			status.Notes = append(status.Notes, "the collectors' health was not asked: "+err.Error())
		}
		p.hideStatus(status)

		return status, nil
	}
	if flags.watch {
		return p.watchStatus(ctx, read, flags.output)
	}
	status, err := read()
	if err != nil {
		return err
	}
	if flags.output == "json" {
		err = p.printJSON(status, false)
	} else {
		err = p.printStatus(status)
	}
	if err != nil {
		return err
	}

	return ofState(status.State)
}

// watchStatus reads and prints until it is interrupted.
func (p *program) watchStatus(ctx context.Context, read func() (*deployment.Status, error), output string) error {
	var last *deployment.Status
	seen := ""

	return p.watch(ctx, func() error {
		status, err := read()
		if err != nil {
			return err
		}
		changes := changed(last, status)
		last = status
		switch {
		case output == "json":
			if len(changes) == 0 {
				return nil
			}

			return p.printJSON(status, true)
		case p.onTerminal():
			return p.redraw(&seen, func(out *program) error { return out.printStatus(status) })
		default:
			for _, line := range changes {
				fmt.Fprintln(p.stdout, line)
			}

			return nil
		}
	})
}

// watch does something again and again until it fails or is interrupted.
func (p *program) watch(ctx context.Context, look func() error) error {
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	for {
		if err := look(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err() //nolint:wrapcheck // It is the caller's.
		case <-ticker.C:
		}
	}
}

// onTerminal says whether stdout is one that can be redrawn.
func (p *program) onTerminal() bool {
	file, ok := p.stdout.(*os.File)

	return ok && p.env("TERM") != "dumb" && term.IsTerminal(int(file.Fd()))
}

// changed has a line for each thing that is not as it was: the whole, a workload, a Pod.
func changed(old, now *deployment.Status) []string {
	before := lines(old)
	var fresh []string
	for _, line := range lines(now) {
		if !slices.Contains(before, line) {
			fresh = append(fresh, line)
		}
	}
	if old == nil {
		return fresh
	}
	there := map[string]bool{}
	for _, pod := range podsOf(now) {
		there[pod.Namespace+"/"+pod.Name] = true
	}
	for _, pod := range podsOf(old) {
		if !there[pod.Namespace+"/"+pod.Name] {
			fresh = append(fresh, "Pod "+pod.Name+": gone")
		}
	}

	return fresh
}
