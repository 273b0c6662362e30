package otelcol

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// hostPaths moves what is read from the node or from mounted files below the machine's folder. Folders are made,
// empty; the root of the host metrics is the machine's own.
func (w *rewriter) hostPaths() error {
	for _, id := range w.inUse("receivers") {
		path := "receivers." + id
		receiver := at(w.config, "receivers", id)
		switch {
		case receiver == nil:
		case hasType(id, "file_log"):
			for _, key := range []string{"include", "exclude"} {
				if err := w.moveGlobs(receiver, path, key); err != nil {
					return err
				}
			}
		case hasType(id, "host_metrics"):
			if _, had := receiver["root_path"]; had {
				w.set(receiver, path, "root_path", "/")
			}
		}
	}
	for _, id := range w.inUse("extensions") {
		extension := at(w.config, "extensions", id)
		for _, key := range []string{"filename", "client_secret_file", "client_id_file"} {
			if err := w.moveSecret(extension, "extensions."+id, key); err != nil {
				return err
			}
		}
	}
	return nil
}

// moveGlobs puts each pattern of a list below the folder host and makes the part before its first wildcard.
func (w *rewriter) moveGlobs(parent section, path, key string) error {
	patterns := names(parent[key])
	if len(patterns) == 0 {
		return nil
	}
	moved := make([]any, 0, len(patterns))
	for _, pattern := range patterns {
		inside := filepath.Join(w.Dir, "host", pattern)
		fixed, _, _ := strings.Cut(inside, "*")
		if err := os.MkdirAll(filepath.Dir(fixed), 0o700); err != nil {
			return fmt.Errorf("making the folder of %s.%s: %w", path, key, err)
		}
		moved = append(moved, inside)
	}
	w.set(parent, path, key, moved)
	return nil
}

// moveSecret replaces a file that a Pod would mount by one with a made-up content.
func (w *rewriter) moveSecret(parent section, path, key string) error {
	file, _ := parent[key].(string)
	if file == "" {
		return nil
	}
	inside := filepath.Join(w.Dir, "host", file)
	if err := os.MkdirAll(filepath.Dir(inside), 0o700); err != nil {
		return fmt.Errorf("making the folder of %s.%s: %w", path, key, err)
	}
	if err := os.WriteFile(inside, []byte("helm-otlp-test"), 0o600); err != nil {
		return fmt.Errorf("writing the file of %s.%s: %w", path, key, err)
	}
	w.set(parent, path, key, inside)
	return nil
}
