package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// helms are what the calls of Helm share.
type helms struct {
	mu *sync.Mutex
	// programs are the paths of the Helms by name.
	programs map[string]string
	// homes are the folders that tests' Helms keep their caches, settings and plugins in, by test and name.
	homes map[string]string
}

// Helm runs the real Helm of the major version, 3 or 4, against the cluster and returns what it printed. The error is
// that of the command and holds the end of what it printed to standard error. Plugins, repositories and caches are the
// test's own, the same in every call of one test.
func (c *Cluster) Helm(tb testing.TB, major int, args ...string) (stdout, stderr string, err error) {
	tb.Helper()

	cmd := c.HelmCommand(tb, major, args...)
	var output, chatter bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &chatter
	if err = cmd.Run(); err != nil {
		err = fmt.Errorf("helm %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(chatter.String()))
	}

	return output.String(), chatter.String(), err
}

// HelmCommand is Helm for those who want to set the folder, standard input or environment before they run it.
// The command is killed when the test ends or after half an hour.
func (c *Cluster) HelmCommand(tb testing.TB, major int, args ...string) *exec.Cmd {
	tb.Helper()

	name := fmt.Sprintf("helm%d", major)
	program, home := c.helms.of(tb, name)
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Minute)
	tb.Cleanup(cancel)

	cmd := exec.CommandContext(ctx, program, args...)
	for _, setting := range os.Environ() {
		if !strings.HasPrefix(setting, "HELM_") && !strings.HasPrefix(setting, "KUBE") {
			cmd.Env = append(cmd.Env, setting)
		}
	}
	cmd.Env = append(cmd.Env,
		"KUBECONFIG="+c.Kubeconfig,
		"HELM_CACHE_HOME="+filepath.Join(home, "cache"),
		"HELM_CONFIG_HOME="+filepath.Join(home, "config"),
		"HELM_DATA_HOME="+filepath.Join(home, "data"),
	)

	return cmd
}

// ValuesFile writes values for Helm and returns the file's path. It is in the cluster's folder, not the test's, whose name
// may have a comma, at which Helm would split it.
func (c *Cluster) ValuesFile(tb testing.TB, values string) string {
	tb.Helper()
	file, err := os.CreateTemp(c.dir, "values-*.yaml")
	if err != nil {
		tb.Fatal(err)
	}
	_, err = file.WriteString(values)
	if err := errors.Join(err, file.Close()); err != nil {
		tb.Fatal(err)
	}

	return file.Name()
}

// of returns the path of a Helm and the test's folder for it, which lasts as long as the test.
func (h helms) of(tb testing.TB, name string) (program, home string) {
	tb.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()

	if h.programs[name] == "" {
		programs, err := Programs(context.Background(), name)
		if err != nil {
			tb.Fatal(err)
		}
		h.programs[name] = programs[name]
	}

	key := tb.Name() + " " + name
	if h.homes[key] == "" {
		h.homes[key] = tb.TempDir()
		tb.Cleanup(func() {
			h.mu.Lock()
			defer h.mu.Unlock()
			delete(h.homes, key)
		})
	}

	return h.programs[name], h.homes[key]
}
