// Package cli is the command line of helm-otlp, as the Helm plugin `helm otlp` and as a
// program on its own. It only wires: every command is a thin skin over a package.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/helm-otlp/helm-otlp/internal/fix"
	"github.com/helm-otlp/helm-otlp/internal/guard"
	"github.com/helm-otlp/helm-otlp/internal/render"
	"github.com/helm-otlp/helm-otlp/pkg/secret"
)

// The exit codes of every command.
const (
	// ExitOK: done, and nothing found at or above --fail-on.
	ExitOK = 0
	// ExitFindings: something found at or above --fail-on.
	ExitFindings = 1
	// ExitUsage: wrong usage, or input that can't be read, parsed or rendered.
	ExitUsage = 2
	// ExitInternal: a failure that is this program's own.
	ExitInternal = 3
	// ExitStopped: stopped by a signal, as shells count SIGINT.
	ExitStopped = 130
)

// maxMemory is what the program holds at the most before it gives up, in bytes.
const maxMemory = 2 << 30

// littleMemory is what it holds, in bytes, before it takes care to hold less.
const littleMemory = 128 << 20

// errFindings ends a command with ExitFindings; what was found is printed already.
var errFindings = errors.New("findings at or above --fail-on")

// internalError is a failure that is this program's own.
type internalError struct{ err error }

func (e internalError) Error() string { return "internal failure: " + e.err.Error() }
func (e internalError) Unwrap() error { return e.err }

// program is what every command is given: the standard streams and the environment.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	env            func(string) string
	// debug shows the whole of an error.
	debug bool
	// secrets are those of the input. Nothing but the results of compile, template and
	// schema is printed with them.
	secrets *secret.Mask
	// edited is what files are to hold, instead of what stands in them.
	edited fix.Files
}

// Main runs the command that the arguments name and returns the exit code. The environment
// is asked by name, as os.Getenv does.
func Main(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, env func(string) string) int {
	secrets := &secret.Mask{}
	p := &program{
		stdin: stdin, stdout: stdout, stderr: &chatter{out: stderr, secrets: secrets},
		env: env, debug: env("HELM_DEBUG") == "true", secrets: secrets,
	}
	log.SetOutput(&onceWriter{out: p.stderr, said: map[string]bool{}}) // Helm warns there, of values in full.
	log.SetFlags(0)

	root := p.root() //nolint:contextcheck // Cobra hands a command its context when it runs.
	root.SetArgs(args)

	limits := guard.Limits{Memory: maxMemory}
	if env("GOGC") == "" {
		limits.Little = littleMemory
	}

	return p.exitCode(ctx, guard.Run(ctx, limits, root.ExecuteContext))
}

func (p *program) exitCode(ctx context.Context, err error) int {
	var internal internalError
	var cause *guard.PanicError
	var own exitError
	switch {
	case err == nil:
		return ExitOK
	case errors.As(err, &own) && ctx.Err() == nil:
		if own.err != nil {
			fmt.Fprintf(p.stderr, "helm-otlp: %v\n", own.err)
		}

		return own.code
	case errors.Is(err, errFindings):
		return ExitFindings
	case ctx.Err() != nil:
		fmt.Fprintf(p.stderr, "helm-otlp: stopped before the end: %v\n", context.Cause(ctx))

		return ExitStopped
	case errors.As(err, &cause):
		fmt.Fprintf(p.stderr, "helm-otlp: internal failure: %v\n%s", cause, cause.Stack)

		return ExitInternal
	case errors.Is(err, guard.ErrMemory):
		fmt.Fprintf(p.stderr, "helm-otlp: gave up on the input: %v: split it, or leave the chart that makes so much alone\n", err)

		return ExitUsage
	case errors.As(err, &internal):
		fmt.Fprintf(p.stderr, "helm-otlp: %v\n", err)

		return ExitInternal
	default:
		fmt.Fprintf(p.stderr, "helm-otlp: %v\n", err)
		p.explainError(err)

		return ExitUsage
	}
}

// explainError prints, with --debug, Helm's own words for an error that was shortened.
func (p *program) explainError(err error) {
	if !p.debug {
		return
	}
	var atPlace *render.Error
	var schema *render.ValuesError
	switch {
	case errors.As(err, &schema):
		fmt.Fprintf(p.stderr, "in full: %v\n", schema.Err)
	case errors.As(err, &atPlace):
		fmt.Fprintf(p.stderr, "in full: %v\n", atPlace.Err)
	}
}

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "helm-otlp",
		Short: "Author, check and run the OpenTelemetry Collector on Kubernetes",
		Long: `helm-otlp knows what an OpenTelemetry Collector needs from Kubernetes and proves that a
deployment gives it that. It carries the chart otlp-collector, and judges any other chart,
manifest or collector config as well.`,
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	if p.isPlugin() {
		root.Annotations = map[string]string{cobra.CommandDisplayNameAnnotation: "helm otlp"}
	} else {
		root.PersistentFlags().BoolVar(&p.debug, "debug", p.debug, "show errors in full")
	}
	root.SetIn(p.stdin)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w\nrun `%s --help` for its flags", err, cmd.CommandPath())
	})
	root.AddCommand(
		p.compileCommand(),
		p.completionCommand(),
		p.componentsCommand(),
		p.diffCommand(),
		p.doctorCommand(),
		p.explainCommand(), p.rulesCommand(),
		p.graphCommand(),
		p.injectCommand(),
		p.lintCommand(),
		p.migrateCommand(),
		p.migrateValuesCommand(),
		p.scaleCommand(),
		p.schemaCommand(),
		p.statusCommand(),
		p.templateCommand(),
		p.topCommand(),
		p.versionCommand(),
		p.waitCommand(),
	)

	return root
}

// isPlugin says that Helm started the program: then Helm has read the flags for the cluster
// and the namespace already, and gives them in the environment.
func (p *program) isPlugin() bool { return p.env("HELM_PLUGIN_DIR") != "" && p.env("HELM_BIN") != "" }

// colour says whether stdout is a terminal whose user wants colour.
func (p *program) colour() bool {
	file, ok := p.stdout.(*os.File)

	return ok && p.env("NO_COLOR") == "" && p.env("TERM") != "dumb" && term.IsTerminal(int(file.Fd()))
}

// noArguments refuses arguments in words that name the command.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s takes no arguments, and got %q", cmd.CommandPath(), args[0])
	}

	return nil
}

// atMostOne refuses a second argument.
func atMostOne(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return fmt.Errorf("%s takes one argument, and got a second: %q", cmd.CommandPath(), args[1])
	}

	return nil
}
