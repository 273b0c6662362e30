package lint

import (
	"slices"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// Step is a component in one of a pipeline's lists, and where the list names it.
type Step struct {
	ID   string
	Path []any
}

// Steps are the components that a pipeline's list of a role names: receivers, processors or
// exporters, in their order.
func (c *Config) Steps(pipeline, role string) []Step {
	var steps []Step
	path := []any{"service", "pipelines", pipeline, role}
	for i, id := range c.At(path...).Texts() {
		steps = append(steps, Step{ID: id, Path: append(slices.Clone(path), i)})
	}
	return steps
}

// ReceivesFromNetwork tells whether one of a pipeline's receivers listens for what senders
// send, as far as it is known where it listens.
func (c *Collector) ReceivesFromNetwork(pipeline string) bool {
	for _, step := range c.Config.Steps(pipeline, "receivers") {
		for _, socket := range c.Sockets {
			if socket.Kind == component.Receiver && socket.ID == step.ID && socket.Service {
				return true
			}
		}
	}
	return false
}
