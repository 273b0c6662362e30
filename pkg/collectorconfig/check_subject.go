package collectorconfig

import (
	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// A subject is a component that is judged by what upstream's code says and its types do not.
type subject struct {
	*checker
	definition Definition
	// idle tells that no pipeline is known to have it, without which the collector only reads its configuration.
	idle bool
}

func (c *checker) subject(doc *Document, d Definition) subject {
	return subject{checker: c, definition: d, idle: !doc.runs(d)}
}

// A moment is when the collector refuses what is wrong.
type moment bool

// The collector refuses it when it reads its configuration, or, of what a pipeline has, when it makes the component.
const (
	onReading moment = true
	whenMade  moment = false
)

// refuse reports what the collector refuses of a component. Of the problem it wants the code and what helps; the message says what
// is wrong with what stands at a path of the component's body.
func (s subject) refuse(when moment, path source.Path, at *source.Node, problem Problem) {
	problem.Path, problem.Position = s.definition.Path.Join(path...).String(), at.Position()
	problem.Message = path.String() + " of " + s.definition.called() + problem.Message
	problem.Ignored = when == whenMade && s.idle || s.after(component.ChoicesOf)
	s.problems = append(s.problems, problem)
}
