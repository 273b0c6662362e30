package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
	"golang.org/x/sync/errgroup"
)

// served tells which versions of a module a proxy has. Its list may lack versions that it serves all the same, so each
// version that a collector may want is asked for too; answers are kept in a file, since a version that is served stays so.
type served struct {
	url     string
	client  *http.Client
	folder  string
	wanted  []string // such as v0.161.0
	mutex   *sync.Mutex
	answers map[string][]string
}

func newServed(url, folder string, wanted []string) served {
	return served{url: url, client: &http.Client{}, folder: folder, wanted: wanted, mutex: &sync.Mutex{}, answers: map[string][]string{}}
}

// of returns the versions of a module, ascending.
func (s served) of(ctx context.Context, path string) ([]string, error) {
	s.mutex.Lock()
	versions, known := s.answers[path]
	s.mutex.Unlock()
	if known {
		return versions, nil
	}
	escaped, err := module.EscapePath(path)
	if err != nil {
		return nil, err
	}
	file := filepath.Join(s.folder, filepath.FromSlash(escaped)+".json")
	versions, err = readAnswer(file)
	if errors.Is(err, fs.ErrNotExist) {
		if versions, err = s.ask(ctx, escaped); err == nil {
			err = writeAnswer(file, versions)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("asking which versions of %s are served: %w", path, err)
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.answers[path] = versions

	return versions, nil
}

func readAnswer(file string) ([]string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var versions []string

	return versions, json.Unmarshal(data, &versions)
}

func writeAnswer(file string, versions []string) error {
	data, err := json.Marshal(versions)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}

	return os.WriteFile(file, data, 0o644)
}

func (s served) ask(ctx context.Context, escaped string) ([]string, error) {
	found, err := s.list(ctx, escaped)
	if err != nil {
		return nil, err
	}
	var mutex sync.Mutex
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(8)
	for _, version := range s.wanted {
		if slices.Contains(found, version) {
			continue
		}
		group.Go(func() error {
			body, err := s.get(ctx, escaped+"/@v/"+version+".mod")
			if body != nil {
				mutex.Lock()
				found = append(found, version)
				mutex.Unlock()
			}

			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	semver.Sort(found)

	return found, nil
}

func (s served) list(ctx context.Context, escaped string) ([]string, error) {
	body, err := s.get(ctx, escaped+"/@v/list")
	if err != nil {
		return nil, err
	}
	var found []string
	for scanner := bufio.NewScanner(bytes.NewReader(body)); scanner.Scan(); {
		if version := scanner.Text(); semver.IsValid(version) && semver.Prerelease(version) == "" {
			found = append(found, version)
		}
	}

	return found, nil
}

// get returns nothing, and no error, for what the proxy refuses.
func (s served) get(ctx context.Context, path string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/"+path, nil)
	if err != nil {
		return nil, err
	}
	response, err := s.client.Do(request)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(response.Body)
	err = errors.Join(err, response.Body.Close())
	switch {
	case err != nil:
		return nil, err
	case response.StatusCode == http.StatusOK:
		return append([]byte{}, body...), nil
	case response.StatusCode >= http.StatusInternalServerError || response.StatusCode == http.StatusTooManyRequests:
		return nil, fmt.Errorf("GET %s: %s", request.URL, response.Status)
	default:
		return nil, nil
	}
}
