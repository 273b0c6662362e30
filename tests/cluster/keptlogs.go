package cluster

import (
	"io"
	"math"
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
	// files are open, so that they can be read when the kubelet has removed or renamed them. Their names are as they
	// were first.
	files []*os.File
}

// KeepLogs keeps, until the test ends, the logs of the containers. What lived for less than half a second may be missed.
func (c *Cluster) KeepLogs(tb testing.TB, namespace, container string) *KeptLogs {
	tb.Helper()
	kept := &KeptLogs{
		pattern: filepath.Join(c.dir, "*", "disk", "var", "log", "pods", namespace+"_*", container, "*.log"),
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
		kept.close()
	})

	return kept
}

// look opens the files that are new.
func (k *KeptLogs) look() {
	k.mu.Lock()
	defer k.mu.Unlock()
	names, _ := filepath.Glob(k.pattern)
	for _, name := range names {
		// It may be gone again.
		file, err := os.Open(name)
		if err != nil {
			continue
		}
		if slices.ContainsFunc(k.files, func(kept *os.File) bool { return same(kept, file) }) {
			_ = file.Close()
			continue
		}
		k.files = append(k.files, file)
	}
}

func same(a, b *os.File) bool {
	one, errOne := a.Stat()
	other, errOther := b.Stat()

	return errOne == nil && errOther == nil && os.SameFile(one, other)
}

func (k *KeptLogs) close() {
	for _, file := range k.files {
		_ = file.Close()
	}
}

// Lines returns those that hold one of the texts, of each container: the folder of its Pod's logs, which has the Pod's
// name and UID in it, and the number of its restart.
func (k *KeptLogs) Lines(texts ...string) map[string][]string {
	k.look()
	k.mu.Lock()
	defer k.mu.Unlock()
	found := map[string][]string{}
	for _, file := range k.files {
		folder, name := filepath.Split(file.Name())
		container := filepath.Base(filepath.Dir(filepath.Clean(folder))) + "/" + name
		found[container] = append(found[container], linesWith(file, texts)...)
	}

	return found
}

func linesWith(file *os.File, texts []string) (found []string) {
	whole, _ := io.ReadAll(io.NewSectionReader(file, 0, math.MaxInt64))
	for line := range strings.Lines(string(whole)) {
		if slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(line, text) }) {
			found = append(found, strings.TrimSuffix(line, "\n"))
		}
	}

	return found
}
