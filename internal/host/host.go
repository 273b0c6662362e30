// Package host runs the Helm that runs this program as its plugin, so that a release is changed in that Helm's ways. It is the
// one package that runs another program; the other that writes files is internal/replace.
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
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/pkg/deployment"
)

// Helm is the program that runs this one. It finds cluster and namespace in the environment, as this one does.
type Helm struct {
	// Path of the program: $HELM_BIN.
	Path string
	// Chatter is given what Helm says on stderr.
	Chatter io.Writer
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
	// Only the path of the Helm that runs this program, which it gives itself, is run.
	cmd := exec.CommandContext(ctx, h.Path, "upgrade", change.Name, chart, "--namespace", change.Namespace, "--reset-values", "--values", "-")
	var said bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(values), &said
	err = cmd.Run()
	text := strings.TrimSpace(said.String())
	switch {
	case err == nil:
		if text != "" {
			fmt.Fprintln(h.Chatter, text)
		}

		return nil
	case deployment.IsBusy(text):
		return fmt.Errorf("the release %s was not changed: %w: %s", change.Name, deployment.ErrBusy, text)
	default:
		return fmt.Errorf("change the release %s by %s: %w: %s", change.Name, h.Path, err, text)
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
