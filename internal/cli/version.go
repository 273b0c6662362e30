package cli

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/helm-otlp/helm-otlp/internal/render"
)

// Version of the plugin, as plugin.yaml has it.
const Version = "0.1.0"

func (p *program) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the versions of the plugin, its chart, the collector and Go",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			chart, err := render.Embedded()
			if err != nil {
				return internalError{err}
			}
			info := chart.Info()
			_, err = fmt.Fprintf(p.stdout, "helm-otlp %s\nchart     %s %s\ncollector %s\ngo        %s %s/%s\n",
				Version, info.Name, info.Version, info.AppVersion, runtime.Version(), runtime.GOOS, runtime.GOARCH)

			return err
		},
	}
}
