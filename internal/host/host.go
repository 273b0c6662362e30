// Package host runs Helm: the one that runs this program as its plugin, else the one on PATH, so that a release is changed in
// that Helm's ways. It is the one package that runs another program; the other that writes files is internal/replace.
package host

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/pkg/deployment"
)

// patience is how long an interrupted Helm may take to write down that it was interrupted.
const patience = 30 * time.Second

// Helm is a program that changes releases.
type Helm struct {
	// Path of the program: $HELM_BIN; empty: the helm on PATH, which is looked for when there is something to change.
	Path string
	// Flags say which cluster it is: none in a plugin, where Helm finds it in the environment as this program does.
	Flags []string
	// Driver is the kind of objects in which releases are kept.
	Driver string
	// Revision is the last one of a release: Helm itself does not tell two changes apart that come one after the other.
	Revision func(ctx context.Context, name string) (int, error)
	// Chatter is given what Helm says on stderr.
	Chatter io.Writer
}

// program is the path of Helm.
func (h Helm) program() (string, error) {
	if h.Path != "" {
		return h.Path, nil
	}
	path, err := exec.LookPath("helm")
	if err != nil {
		return "", fmt.Errorf("find Helm, which changes releases: install it, or name it in HELM_BIN: %w", err)
	}

	return path, nil
}

// Change upgrades a release with a chart that is put into a folder of its own, for as long as that takes. Values, which may
// have secrets, go by standard input.
func (h Helm) Change(ctx context.Context, change deployment.Change) error {
	if change.After == 0 {
		return errors.New("install a release: use `helm install`")
	}
	values, err := yaml.Marshal(change.Values)
	if err != nil {
		return fmt.Errorf("write the values of the release %s: %w", change.Name, err)
	}
	folder, err := os.MkdirTemp("", "helm-otlp-")
	if err != nil {
		return fmt.Errorf("make a folder for the chart: %w", err)
	}
	defer func() { _ = os.RemoveAll(folder) }()
	chart := filepath.Join(folder, change.Chart.Info().Name)
	if err := write(chart, change); err != nil {
		return err
	}

	return h.alone(ctx, change.Name, change.After, func() error {
		return h.run(ctx, change.Name, values, "upgrade", change.Name, chart, "--namespace", change.Namespace, "--reset-values", "--values", "-")
	})
}

// Undo rolls a release back, or uninstalls it.
func (h Helm) Undo(ctx context.Context, undo deployment.Undo) error {
	if undo.To == 0 {
		if err := h.last(ctx, undo.Name, undo.Revision); err != nil {
			return err
		}

		return h.run(ctx, undo.Name, nil, "uninstall", undo.Name, "--namespace", undo.Namespace)
	}

	return h.alone(ctx, undo.Name, undo.Revision, func() error {
		return h.run(ctx, undo.Name, nil, "rollback", undo.Name, strconv.Itoa(undo.To), "--namespace", undo.Namespace)
	})
}

// alone makes one revision after another, and tells where somebody else's has come between.
func (h Helm) alone(ctx context.Context, name string, after int, change func() error) error {
	if err := h.last(ctx, name, after); err != nil {
		return err
	}
	if err := change(); err != nil {
		return err
	}
	now, err := h.Revision(ctx, name)
	switch {
	case err != nil:
		return fmt.Errorf("the release %s was changed, and what it is now is not known: %w", name, err)
	case now != after+1:
		return fmt.Errorf("the release %s was changed, and by others too: %w: revision %d was to become %d, and is %d: see `helm history %s`",
			name, deployment.ErrBusy, after, after+1, now, name)
	default:
		return nil
	}
}

// last wants the release to be at a revision.
func (h Helm) last(ctx context.Context, name string, want int) error {
	now, err := h.Revision(ctx, name)
	switch {
	case err != nil:
		return fmt.Errorf("the release %s was not changed: %w", name, err)
	case now != want:
		return fmt.Errorf("the release %s was not changed: %w: it was at revision %d, and is at %d", name, deployment.ErrBusy, want, now)
	default:
		return nil
	}
}

// run runs Helm. When the context ends it is interrupted, and not killed: it writes down that its revision failed, where a
// killed one leaves it pending for good.
func (h Helm) run(ctx context.Context, release string, stdin []byte, args ...string) error {
	// Only the Helm that runs this program, or that the user has on PATH, is run.
	program, err := h.program()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, program, append(args, h.Flags...)...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = patience
	cmd.Env = append(os.Environ(), "HELM_DRIVER="+h.Driver)
	var said bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(stdin), &said
	err = cmd.Run()
	text := strings.TrimSpace(said.String())
	switch {
	case err == nil:
		if text != "" {
			fmt.Fprintln(h.Chatter, text)
		}

		return nil
	case deployment.IsBusy(text):
		return fmt.Errorf("the release %s was not changed: %w: %s", release, deployment.ErrBusy, text)
	default:
		return fmt.Errorf("change the release %s by %s: %w: %s", release, program, err, text)
	}
}

// write puts the chart into a folder. Its files' names come from what Helm keeps with the release.
func write(chart string, change deployment.Change) error {
	if err := os.Mkdir(chart, 0o700); err != nil {
		return fmt.Errorf("make a folder for the chart: %w", err)
	}
	files, err := change.Chart.Files()
	if err != nil {
		return fmt.Errorf("write the chart: %w", err)
	}
	for _, file := range files {
		if !filepath.IsLocal(file.File) {
			return fmt.Errorf("write the chart: the name of its file %q leads out of it", file.File)
		}
		path := filepath.Join(chart, filepath.FromSlash(file.File))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return fmt.Errorf("write the chart: %w", err)
		}
		if err := os.WriteFile(path, file.Data, 0o600); err != nil {
			return fmt.Errorf("write the chart: %w", err)
		}
	}

	return nil
}
