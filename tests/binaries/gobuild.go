package binaries

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// runGo has the go command leave the program in the folder.
func (s Store) runGo(ctx context.Context, b Binary, folder string) error {
	cmd := exec.CommandContext(ctx, "go", b.goArguments(folder)...)
	cmd.Dir = folder
	if b.Module != "" {
		cmd.Dir = filepath.Join(s.Checkout, filepath.FromSlash(b.Module))
	}
	cmd.Env = b.environment(folder)
	// What is compiled so far stays in the go command's own cache when it is interrupted.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second

	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}

		return fmt.Errorf("build %s (in %s: %s): %w\n%s", b.Name, cmd.Dir, strings.Join(cmd.Args, " "), err, lastLines(output.String(), 20))
	}
	if !isFile(filepath.Join(folder, b.file())) {
		return fmt.Errorf("build %s: the go command succeeded but left no file %s: set File in its description", b.Name, b.file())
	}

	return nil
}

func (b Binary) goArguments(folder string) []string {
	var flags []string
	if len(b.Tags) > 0 {
		flags = append(flags, "-tags", strings.Join(b.Tags, ","))
	}
	if len(b.LDFlags) > 0 {
		flags = append(flags, "-ldflags", strings.Join(b.LDFlags, " "))
	}

	if b.Module == "" {
		return append(append([]string{"install"}, flags...), b.Package+"@"+b.Version)
	}

	flags = append(flags, "-buildvcs=false", "-o", filepath.Join(folder, b.file()))

	verb := []string{"build"}
	if b.Test {
		verb = []string{"test", "-c"}
	}

	return append(append(verb, flags...), b.Package)
}

// environment is this process' one without what would aim the build elsewhere.
func (b Binary) environment(folder string) []string {
	var env []string
	for _, setting := range os.Environ() {
		name, _, _ := strings.Cut(setting, "=")
		switch name {
		case "GOOS", "GOARCH", "GOBIN", "GOWORK", "CGO_ENABLED":
		default:
			env = append(env, setting)
		}
	}
	env = append(env, "GOBIN="+folder, "GOWORK=off", "CGO_ENABLED=0")

	return append(env, b.Env...)
}

func lastLines(text string, count int) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")

	return strings.Join(lines[max(0, len(lines)-count):], "\n")
}
