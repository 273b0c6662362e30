package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/helm-otlp/helm-otlp/pkg/deployment"
)

type waitFlags struct {
	cluster clusterFlags
	output  string
	timeout time.Duration
}

func (p *program) waitCommand() *cobra.Command {
	var flags waitFlags
	cmd := &cobra.Command{
		Use:   "wait RELEASE",
		Short: "Wait until a release is ready",
		Long: `Wait until a release is ready, and print its status. It ends early, with the reason, when the release can't
become ready without a change: a collector ends again and again, an image or a Secret is not there, or the
rollout has failed.

Exit codes: 0 ready, 1 not ready in time, 2 wrong usage or no such release, 3 an internal failure, 4 failed.`,
		Example: `  helm otlp wait gateway -n observability --timeout 5m`,
		Args:    oneRelease,
		RunE:    func(cmd *cobra.Command, args []string) error { return p.wait(cmd.Context(), args[0], flags) },
	}
	flags.cluster.register(cmd.Flags(), p)
	registerOutput(cmd, &flags.output)
	cmd.Flags().DurationVar(&flags.timeout, "timeout", 5*time.Minute, "how long to wait")

	return cmd
}

func (p *program) wait(ctx context.Context, name string, flags waitFlags) error {
	if err := checkOutput(flags.output, textOrJSON()); err != nil {
		return err
	}
	if flags.timeout <= 0 {
		return fmt.Errorf("--timeout %s: give a time above 0, such as 5m", flags.timeout)
	}
	cluster, err := flags.cluster.connect(p)
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, flags.timeout)
	defer cancel()
	said := ""
	status, err := cluster.WaitUntilReady(limited, name, func(s *deployment.Status) {
		if line := headline(s); line != said && s.State == deployment.InProgress {
			fmt.Fprintln(p.stderr, line)
			said = line
		}
	})
	if ctx.Err() != nil {
		return ctx.Err() //nolint:wrapcheck // It is the caller's.
	}
	if status != nil {
		p.hideStatus(status)
		if err := p.printWaited(status, flags.output); err != nil {
			return err
		}
	}
	var failed *deployment.FailedError
	switch {
	case errors.As(err, &failed):
		return exitError{code: ExitFailed, err: err}
	case errors.Is(err, deployment.ErrNotReady):
		return exitError{code: ExitInProgress, err: err}
	default:
		return err
	}
}

// printWaited prints what the release has come to.
func (p *program) printWaited(status *deployment.Status, output string) error {
	if output == "json" {
		return p.printJSON(status, false)
	}

	return p.printStatus(status)
}
