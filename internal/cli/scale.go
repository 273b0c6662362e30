package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/helm-otlp/helm-otlp/internal/host"
	"github.com/helm-otlp/helm-otlp/pkg/deployment"
)

type scaleFlags struct {
	cluster clusterFlags
	output  string
	force   bool
}

func (p *program) scaleCommand() *cobra.Command {
	var flags scaleFlags
	cmd := &cobra.Command{
		Use:   "scale RELEASE REPLICAS",
		Short: "Set how many replicas a gateway has, among the release's values",
		Long: `Set the replicas of a gateway by an upgrade of its release, with the chart and the other values that it has,
so that the next upgrade keeps them. The Helm that runs it as a plugin makes the upgrade, else $HELM_BIN or the
helm on PATH.

It refuses what would not last or would hurt: a DaemonSet, a sidecar, a gateway with an autoscaler, and fewer
Pods than a PodDisruptionBudget wants available. A gateway with a queue on disk is scaled in only when the
collectors to go say that their queues are empty; with --force, what they hold stays on their volumes, and is
sent when the gateway is scaled out again.

Exit codes: 0 done, or it has so many already, 1 another change of the release is under way, 2 refused or wrong
usage, 3 an internal failure.`,
		Example: `  helm otlp scale gateway 5 -n observability
  helm otlp wait gateway -n observability`,
		Args: func(cmd *cobra.Command, args []string) error {
			const both = 2
			if len(args) != both {
				return fmt.Errorf("%s takes the name of a release and the number of its replicas", cmd.CommandPath())
			}

			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			replicas, err := strconv.Atoi(args[1])
			if err != nil {
				return fmt.Errorf("scale %s to %q: give a whole number, such as 3", args[0], args[1])
			}

			return p.scale(cmd.Context(), args[0], replicas, flags)
		},
	}
	flags.cluster.register(cmd.Flags(), p)
	registerOutput(cmd, &flags.output)
	cmd.Flags().BoolVar(&flags.force, "force", false, "leave what the Pods to go have queued on their volumes")

	return cmd
}

func (p *program) scale(ctx context.Context, name string, replicas int, flags scaleFlags) error {
	if err := checkOutput(flags.output, textOrJSON()); err != nil {
		return err
	}
	cluster, err := flags.cluster.connect(p)
	if err != nil {
		return err
	}
	cluster.Changer = host.Helm{Path: p.env("HELM_BIN"), Flags: flags.cluster.helm(), Driver: cluster.Driver(), Revision: cluster.Revision, Chatter: p.stderr}
	scaling, err := cluster.Scale(ctx, name, replicas, flags.force)
	if errors.Is(err, deployment.ErrBusy) {
		return exitError{code: ExitInProgress, err: err}
	}
	if err != nil {
		return err
	}
	for i := range scaling.Notes {
		scaling.Notes[i] = p.secrets.Text(scaling.Notes[i])
	}
	if flags.output == "json" {
		return p.printJSON(scaling, false)
	}
	for _, note := range scaling.Notes {
		fmt.Fprintf(p.stderr, "note: %s\n", note)
	}
	switch {
	case !scaling.Changed:
		fmt.Fprintf(p.stdout, "%s has %d replicas already (revision %d): nothing was sent\n", name, scaling.To, scaling.Revision)
	case scaling.From == scaling.To:
		fmt.Fprintf(p.stdout, "%s has %d replicas already, and now its values say so (revision %d)\n", name, scaling.To, scaling.Revision)
	default:
		fmt.Fprintf(p.stdout, "%s goes from %d to %d replicas (revision %d): `helm otlp wait %s` waits for them\n", name, scaling.From, scaling.To, scaling.Revision, name)
	}

	return nil
}
