package cli

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

func (p *program) templateCommand() *cobra.Command {
	var flags chartFlags
	cmd := &cobra.Command{
		Use:   "template [CHART]",
		Short: "Print the manifests that a chart renders to",
		Long: `Print the manifests that the embedded chart, or another one, renders to, in the order in which
Helm sends them to the cluster. CHART is a folder, a package or an oci:// reference.`,
		Example: `  helm otlp template --set mode=daemonset
  helm otlp template ./my-chart -f values.yaml`,
		Args:              atMostOne,
		ValidArgsFunction: completeChart,
		RunE: func(cmd *cobra.Command, args []string) error {
			rendering, err := flags.render(cmd.Context(), p, argument(args))
			if err != nil {
				return err
			}
			manifests, err := rendering.InstallOrder()
			if err != nil {
				return err
			}
			out := bufio.NewWriter(p.stdout)
			for _, m := range manifests {
				fmt.Fprintf(out, "---\n# Source: %s\n%s\n", m.File, strings.TrimSpace(string(m.Data)))
			}

			return out.Flush()
		},
	}
	flags.register(cmd.Flags(), p)

	return cmd
}
