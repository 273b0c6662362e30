package deployment

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// atATime is how many collectors are asked at once.
const atATime = 32

// A HealthReport is what the collectors of a release say of themselves.
type HealthReport struct {
	// Healthy tells that all that were asked answered, and answered that they are. Pods that are terminating don't count.
	Healthy bool  `json:"healthy"`
	Pods    []Pod `json:"pods"`
}

// HealthCheck asks every collector of a release for its health, through the API server's proxy: one request a Pod. That takes
// the right to get pods/proxy.
func (c *Cluster) HealthCheck(ctx context.Context, name string) (*HealthReport, error) {
	status, err := c.Status(ctx, name)
	if err != nil {
		return nil, err
	}
	if err := c.AskHealth(ctx, status, 0); err != nil {
		return nil, err
	}
	report := &HealthReport{Pods: status.pods()}
	staying := slices.DeleteFunc(slices.Clone(report.Pods), func(pod Pod) bool { return pod.Terminating })
	report.Healthy = len(staying) > 0 && !slices.ContainsFunc(staying, func(pod Pod) bool {
		return pod.Health == nil || !pod.Health.Healthy
	})

	return report, nil
}

// AskHealth asks the collectors of a status for their health, and writes it there: at most so many, those that are not ready
// first; 0: all. An error is that nobody may be asked.
func (c *Cluster) AskHealth(ctx context.Context, status *Status, atMost int) error {
	var pods []*Pod
	for i := range status.Workloads {
		pods = append(pods, pointers(status.Workloads[i].Pods)...)
	}
	if status.Sidecars != nil {
		pods = append(pods, pointers(status.Sidecars.Pods)...)
	}
	slices.SortStableFunc(pods, func(a, b *Pod) int { return rank(a) - rank(b) })
	if atMost > 0 && len(pods) > atMost {
		pods = pods[:atMost]
	}
	var mutex sync.Mutex
	var problem error
	each(pods, func(pod *Pod) {
		at, ok := healthOf(pod.collector)
		if !ok || pod.Node == "" {
			return
		}
		health, err := c.health(ctx, pod, at)
		mutex.Lock()
		defer mutex.Unlock()
		if pod.Health = health; err != nil {
			problem = err
		}
	})

	return problem
}

func pointers(pods []Pod) []*Pod {
	var all []*Pod
	for i := range pods {
		all = append(all, &pods[i])
	}

	return all
}

func rank(pod *Pod) int {
	if pod.Ready {
		return 1
	}

	return 0
}

// each does the work for Pods, a few at a time.
func each(pods []*Pod, work func(*Pod)) {
	slots := make(chan struct{}, atATime)
	var running sync.WaitGroup
	for _, pod := range pods {
		slots <- struct{}{}
		running.Go(func() {
			defer func() { <-slots }()
			work(pod)
		})
	}
	running.Wait()
}

// health of a collector.
func (c *Cluster) health(ctx context.Context, pod *Pod, at endpoint) (*Health, error) {
	code, body, err := c.ask(ctx, pod, at)
	if errors.Is(err, errForbidden) {
		return nil, err
	}
	if err != nil {
		return &Health{Detail: err.Error()}, nil //nolint:nilerr // That it does not answer is an answer.
	}

	return &Health{Reached: true, Healthy: code == http.StatusOK, Detail: healthText(code, body)}, nil
}

// healthText is what the endpoint says in words: those of health_check are in its JSON.
func healthText(code int, body string) string {
	var said struct {
		Status string `json:"status"`
		Uptime string `json:"uptime"`
	}
	if json.Unmarshal([]byte(body), &said) == nil && said.Status != "" {
		if said.Uptime == "" {
			return said.Status
		}

		return said.Status + ", up " + said.Uptime
	}

	return strings.TrimSpace(fmt.Sprintf("HTTP %d %s", code, lastLine(body)))
}
