package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/helm-otlp/helm-otlp/internal/render"
	"github.com/helm-otlp/helm-otlp/internal/replace"
	"github.com/helm-otlp/helm-otlp/pkg/migratevalues"
)

func (p *program) migrateValuesCommand() *cobra.Command {
	var from, write string
	cmd := &cobra.Command{
		Use:   "migrate-values [FILE|-]",
		Short: "Turn values of the official chart, or an OpenTelemetryCollector, into values of this one",
		Long: `Turn a values file of the chart opentelemetry-collector (open-telemetry/opentelemetry-helm-charts), or an
OpenTelemetryCollector of the operator, into values of this chart, so that the collector does what it did. The
values are printed; what they can't say, and what became of it, is told key by key, at its line of the file.
Which it is, is told by its content. Standard input is read where no file is named.

Exit codes: 0 done, 1 something is left to do by hand, 2 wrong usage or unreadable input.`,
		Example: `  helm otlp migrate-values official.yaml > values.yaml
  helm otlp migrate-values collector.yaml --write values.yaml
  helm get values otel -o yaml | helm otlp migrate-values --from official`,
		Args: atMostOne,
		RunE: func(_ *cobra.Command, args []string) error {
			file := argument(args)
			if file == "" {
				file = "-"
			}

			return p.migrateValues(file, from, write)
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "what the file is of: "+strings.Join(migratevalues.Kinds(), ", ")+" (default: told by its content)")
	cmd.Flags().StringVarP(&write, "write", "w", "", "write the values into this `FILE` instead of printing them")
	// The name is that of a flag defined above.
	_ = cmd.RegisterFlagCompletionFunc("from", cobra.FixedCompletions(migratevalues.Kinds(), cobra.ShellCompDirectiveNoFileComp))

	return cmd
}

func (p *program) migrateValues(file, from, write string) error {
	if from != "" && !slices.Contains(migratevalues.Kinds(), from) {
		return fmt.Errorf("--from %q: use one of %s", from, strings.Join(migratevalues.Kinds(), ", "))
	}
	chart, err := render.Embedded()
	if err != nil {
		return internalError{err}
	}
	name, data, err := p.readConfig(file)
	if err != nil {
		return err
	}
	p.secrets.AddYAML(data)
	result, err := migratevalues.Convert(name, data, migratevalues.Kind(from), chart.Info().AppVersion)
	if err != nil {
		return err
	}
	if write == "" {
		if _, err := p.stdout.Write(result.Text); err != nil {
			return fmt.Errorf("print the values: %w", err)
		}
	} else if err := writeFile(write, result.Text); err != nil {
		return err
	}
	for _, note := range result.Notes {
		word := "note"
		if note.Left {
			word = "by hand"
		}
		fmt.Fprintf(p.stderr, "%s: %s: %s%s\n", note.Position, word, prefixed(note.Path), note.Message)
	}
	fmt.Fprintf(p.stderr, "%s: %s, %s left to do by hand\n", name, counted(len(result.Notes)-result.Left(), "note"), counted(result.Left(), "place"))
	if result.Left() > 0 {
		return errFindings
	}

	return nil
}

func prefixed(path string) string {
	if path == "" {
		return ""
	}

	return path + ": "
}

// writeFile writes a file that may be there already.
func writeFile(file string, content []byte) error {
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return replace.File(file, content, 0o644)
	}

	return replaceFile(file, content)
}
