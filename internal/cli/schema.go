package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/helm-otlp/helm-otlp/internal/render"
)

func (p *program) schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the chart's values",
		Long: `Print the JSON Schema of the values of the chart otlp-collector, which Helm checks values
against, and which editors complete and check them with.`,
		Example: `  helm otlp schema > values.schema.json
  # then, on line 1 of your values file:
  # yaml-language-server: $schema=values.schema.json`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			chart, err := render.Embedded()
			if err != nil {
				return internalError{err}
			}
			schema, ok := chart.File("values.schema.json")
			if !ok {
				return internalError{errors.New("the embedded chart has no values.schema.json: run `make generate-offline` and build again")}
			}
			if _, err := p.stdout.Write(schema); err != nil {
				return fmt.Errorf("print the schema: %w", err)
			}

			return nil
		},
	}
}
