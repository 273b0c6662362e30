package lint

import (
	"context"
	"net"
	"strconv"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// A Fix is what would mend a finding. Whoever applies it looks whether it did: the finding must be gone, and no other have
// come.
type Fix struct {
	// Says is what it does, as an order: "write timeout".
	Says string
	// Changes are made together.
	Changes []Change
}

// A Change is what is to stand at a place of an object or a config: nothing (Remove), the same under another key (Rename),
// or a value: a text, a whole number, a boolean, or a list or map of those.
type Change struct {
	At Place
	// Setting is a key of this project's chart that is set in place of the field, which is only on an object of its release:
	// there is no such change of what another chart, or nobody, rendered.
	Setting string
	Remove  bool
	Rename  string
	Value   any
}

// Mends says what a rule would have tried to mend its bad example; empty where it leaves that to a person.
func Mends(ctx context.Context, rule *Rule) string {
	result, err := Run(ctx, []Manifest{{File: "bad.yaml", Data: []byte(rule.Bad)}}, []*Rule{rule})
	if err != nil {
		return ""
	}
	for _, f := range result.Findings {
		if f.Fix != nil {
			return f.Fix.Says
		}
	}
	return ""
}

// Mend gives the finding a fix.
func (f *Finding) Mend(says string, changes ...Change) *Finding {
	f.Fix = &Fix{Says: says, Changes: changes}
	return f
}

// Set gives the finding the fix that a value stands at a place.
func (f *Finding) Set(at Place, value any) *Finding {
	return f.Mend("set "+at.Field.Path(), Change{At: at, Value: value})
}

// SetValue gives the finding the fix that a key of this project's chart, which made the object, has a value.
func (f *Finding) SetValue(object *Object, key string, value any) *Finding {
	if !object.Own {
		return f
	}
	return f.Mend("set "+key, Change{At: Place{Object: object, Field: object.Field}, Setting: key, Value: value})
}

// Drop gives the finding the fix that nothing stands at a place.
func (f *Finding) Drop(at Place) *Finding {
	return f.Mend("take out "+at.Field.Path(), Change{At: at, Remove: true})
}

// Listen gives the finding the fix that a component listens on another host. One whose config has the port alone is left.
func (f *Finding) Listen(c *Collector, socket collectorconfig.Socket, host string) *Finding {
	at := c.ConfigPlace(fromPath(socket.Path)...)
	if _, portAlone := at.Field.Int(); portAlone || len(socket.Path) == 0 || socket.Kind == "" {
		return f
	}
	return f.Set(at, net.JoinHostPort(host, strconv.FormatInt(socket.Port, 10)))
}

// ConfigPlace is a path of the collector's config.
func (c *Collector) ConfigPlace(path ...any) Place {
	field := c.Config.At(path...)
	return Place{Object: c.Config.ObjectOf(field), Field: field, Values: ConfigValues(path...)}
}

// instead are the changes that put what was meant in the place of what a problem is about. A component gets its name
// wherever it is named.
func (c *Collector) instead(problem Problem) (says string, changes []Change) {
	at := c.ConfigPlace(problem.Field.Steps()...)
	switch {
	// Of a name that still works, migrate makes another one; and without a version nobody knows which is right.
	case problem.Code == collectorconfig.CodeDeprecatedName, problem.Code == collectorconfig.CodeRenamedComponent && !c.Image.Stated:
		return "", nil
	case problem.TextInstead != "":
		return "write " + problem.TextInstead, []Change{{At: at, Value: problem.TextInstead}}
	case problem.KeyInstead != "":
		changes = append(changes, Change{At: at, Rename: problem.KeyInstead})
		for _, named := range problem.named {
			changes = append(changes, Change{At: c.ConfigPlace(fromPath(named)...), Value: problem.KeyInstead})
		}

		return "write " + problem.KeyInstead, changes
	default:
		return "", nil
	}
}

// Standing is the part of the field's path at which something stands, and the rest of it.
func (f Field) Standing() (path, missing source.Path) {
	for i := range f.path {
		if f.root == nil || f.root.Lookup(f.path[:i+1]) == nil {
			return f.path[:i], f.path[i:]
		}
	}
	return f.path, nil
}

// InList is the outermost list in which the field stands, and the way on from it to the field; nil for none. A list in values
// replaces another whole, so that this one may be as a values file has it.
func (f Field) InList() (list *source.Node, below source.Path) {
	if f.Inexact() {
		return nil, nil
	}
	for i, step := range f.path {
		if _, isIndex := step.Index(); !isIndex {
			continue
		}
		if list = f.root.Lookup(f.path[:i]); list == nil || list.Kind != source.Sequence {
			return nil, nil
		}
		return list, f.path[i:]
	}
	return nil, nil
}

// Inexact tells whether its position is that of a text out of which the field was worked.
func (f Field) Inexact() bool { return f.within != nil || f.root == nil }
