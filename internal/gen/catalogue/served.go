package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
	"golang.org/x/sync/errgroup"
)

// served tells which versions of a module a proxy has. Its list may lack versions that it serves all the same, so each
// version that is wanted is asked for too.
type served struct {
	url     string
	client  *http.Client
	wanted  []string // such as v0.161.0
	mutex   *sync.Mutex
	answers map[string][]string
}

func newServed(url string, wanted []string) served {
	return served{url: url, client: &http.Client{}, wanted: wanted, mutex: &sync.Mutex{}, answers: map[string][]string{}}
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
	versions, err = s.ask(ctx, escaped)
	if err != nil {
		return nil, fmt.Errorf("asking which versions of %s are served: %w", path, err)
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.answers[path] = versions

	return versions, nil
}

// prefetch asks for the modules of all shipments at once, since each answer takes long and costs little.
func (s served) prefetch(ctx context.Context, shipments []shipment) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(8)
	for _, shipment := range shipments {
		for _, module := range shipment.modules {
			group.Go(func() error {
				_, err := s.of(ctx, module)

				return err
			})
		}
	}

	return group.Wait()
}

func (s served) ask(ctx context.Context, escaped string) ([]string, error) {
	listed, err := s.list(ctx, escaped)
	if err != nil {
		return nil, err
	}
	found := slices.Clone(listed)
	var mutex sync.Mutex
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(8)
	for _, version := range s.wanted {
		if slices.Contains(listed, version) {
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
