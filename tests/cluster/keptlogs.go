package cluster

import (
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// KeptLogs are the logs that containers of a name have written in a namespace, those of Pods that are gone too.
type KeptLogs struct {
	pattern string
	mu      sync.Mutex
	// files are open, so that they can be read when the kubelet has removed them. A name has the Pod's folder in it,
	// and how often the container was restarted.
	files map[string]*os.File
}

// KeepLogs keeps, until the test ends, the logs of the containers. What lived for less than half a second may be missed.
func (c *Cluster) KeepLogs(tb testing.TB, namespace, container string) *KeptLogs {
	tb.Helper()
	kept := &KeptLogs{
		pattern: filepath.Join(c.dir, "*", "disk", "var", "log", "pods", namespace+"_*", container, "*.log"),
		files:   map[string]*os.File{},
	}
	ended, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			kept.look()
			select {
			case <-ended:
				return
			case <-time.After(500 * time.Millisecond):
			}
		}
	}()
	tb.Cleanup(func() {
		close(ended)
		<-stopped
		for _, file := range kept.files {
			_ = file.Close()
		}
	})

	return kept
}

// look opens the files that are new.
func (k *KeptLogs) look() {
	k.mu.Lock()
	defer k.mu.Unlock()
	names, _ := filepath.Glob(k.pattern)
	for _, name := range names {
		if k.files[name] != nil {
			continue
		}
		// It may be gone again.
		if file, err := os.Open(name); err == nil {
			k.files[name] = file
		}
	}
}

// Lines returns those that hold one of the texts, of each log under the Pod's name and the number of its restart.
func (k *KeptLogs) Lines(texts ...string) map[string][]string {
	k.look()
	k.mu.Lock()
	defer k.mu.Unlock()
	found := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(k.files)) {
		info, err := k.files[name].Stat()
		if err != nil {
			continue
		}
		whole, _ := io.ReadAll(io.NewSectionReader(k.files[name], 0, info.Size()))
		folder := filepath.Dir(filepath.Dir(name))
		label := strings.Split(filepath.Base(folder), "_")[1] + " " + filepath.Base(name)
		found[label] = []string{}
		for line := range strings.Lines(string(whole)) {
			if slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(line, text) }) {
				found[label] = append(found[label], strings.TrimSuffix(line, "\n"))
			}
		}
	}

	return found
}
