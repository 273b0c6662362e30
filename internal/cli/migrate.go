package cli

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/helm-otlp/helm-otlp/internal/render"
	"github.com/helm-otlp/helm-otlp/internal/replace"
	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/migrate"
)

func (p *program) migrateCommand() *cobra.Command {
	var to string
	var write bool
	cmd := &cobra.Command{
		Use:   "migrate FILE|-",
		Short: "Rewrite a collector config, or chart values, for a version of the collector",
		Long: `Rewrite a collector config, or values of the chart, to the names and shapes that a version of the
collector takes: renamed components and detectors, the address of the collector's own metrics, an
exporter's batcher, the logging exporter, variables without braces. Comments, order and style of the
rest stay. What changes is shown as a diff, and written with --write; of standard input, the whole
result is then printed. What is to be done by hand is listed at its place in the result.

Exit codes: 0 done, 1 something is left to do by hand, 2 wrong usage or unreadable input.`,
		Example: `  helm otlp migrate values.yaml --to 0.161.0
  helm otlp migrate config.yaml --to 0.161.0 --write`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return p.migrate(args[0], to, write) },
	}
	cmd.Flags().StringVar(&to, "to", "", "version of the collector (default: the chart's)")
	cmd.Flags().BoolVarP(&write, "write", "w", false, "write the result to the file")

	return cmd
}

func (p *program) migrate(file, to string, write bool) error {
	if to == "" {
		chart, err := render.Embedded()
		if err != nil {
			return internalError{err}
		}
		to = chart.Info().AppVersion
	}
	name, data, err := p.readConfig(file)
	if err != nil {
		return err
	}
	p.secrets.AddYAML(data)
	result, err := migrate.Migrate(name, data, to)
	if err != nil {
		return err
	}
	switch {
	case !write:
		fmt.Fprint(p.stdout, p.secrets.Text(unified(name, string(data), string(result.Text))))
	case file == "-":
		fmt.Fprint(p.stdout, string(result.Text))
	case !bytes.Equal(result.Text, data):
		if err := replaceFile(file, result.Text); err != nil {
			return err
		}
	}
	p.printMigration(name, to, result, write)
	if len(result.Left) > 0 {
		return errFindings
	}

	return nil
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}

	return fmt.Sprintf("%d %ss", n, what)
}

// readConfig reads a file, or standard input for -.
func (p *program) readConfig(file string) (name string, data []byte, err error) {
	if file == "-" {
		data, err = bounded(p.stdin, "standard input")

		return "stdin", data, err
	}
	data, err = readNamed(file)

	return file, data, err
}

// replaceFile writes a file's content anew, so that at any time the old or the new is there, with the same permissions. A
// link stays one.
func replaceFile(file string, content []byte) error {
	file, err := filepath.EvalSymlinks(file)
	if err != nil {
		return err //nolint:wrapcheck // It names the file.
	}
	before, err := os.Stat(file)
	if err != nil {
		return err //nolint:wrapcheck // It names the file.
	}
	if !before.Mode().IsRegular() {
		return fmt.Errorf("%s is no file that can be replaced: leave out --write", file)
	}

	return replace.File(file, content, before.Mode().Perm())
}

// printMigration says what was changed, and what is left.
func (p *program) printMigration(name, to string, result *migrate.Result, written bool) {
	for _, change := range result.Changes {
		fmt.Fprintln(p.stderr, change)
	}
	for _, left := range result.Left {
		fmt.Fprintf(p.stderr, "%s: %s", left.Position, left.Message)
		if left.Hint != "" {
			fmt.Fprintf(p.stderr, ": %s", left.Hint)
		}
		fmt.Fprintln(p.stderr)
	}
	where := ""
	if !written && len(result.Changes) > 0 && len(result.Left) > 0 {
		where = " (lines are those of the result)"
	}
	fmt.Fprintf(p.stderr, "%s for %s: %s, %s left to mend by hand%s\n", name, to, counted(len(result.Changes), "change"), counted(len(result.Left), "place"), where)
	if version := strings.TrimPrefix(to, "v"); component.Known().Beyond(version) {
		fmt.Fprintf(p.stderr, "note: %s\n", beyond(version))
	}
}
