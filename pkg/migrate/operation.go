package migrate

import (
	"reflect"

	"github.com/helm-otlp/helm-otlp/internal/yamledit"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// An operation is one change, of the text and of the data.
type operation struct {
	// path in the config is where a person does it, where the program can't.
	path source.Path
	// says is what it does, and hint how a person does it.
	says, hint string
	edits      []yamledit.Splice
	// data makes the change in what the file says. Nil: it is for a person.
	data func(file, config map[string]any)
}

// mostByThemselves is how many operations are tried one by one where they can't be made all at once.
const mostByThemselves = 500

// run makes what a step wants: all at once or, where that goes wrong, what goes well by itself. What is changed is not
// wanted again; a step may want more once something is.
func (m *migration) run(step func(*migration) []operation) {
	byThemselves := 0
	for wanted := m.wanted(step); len(wanted) > 0; wanted = m.wanted(step) {
		if m.try(wanted) {
			continue
		}
		if byThemselves++; byThemselves > mostByThemselves {
			for _, o := range wanted {
				m.leave(o)
			}
		} else if !m.try(wanted[:1]) {
			m.leave(wanted[0])
		}
	}
}

// wanted are the operations of a step that are not left to a person.
func (m *migration) wanted(step func(*migration) []operation) []operation {
	var wanted []operation
	for _, o := range step(m) {
		switch {
		case m.leftAlone[o.path.String()+o.says]:
		case o.data == nil:
			m.leave(o)
		default:
			wanted = append(wanted, o)
		}
	}

	return wanted
}

// leave leaves an operation to a person.
func (m *migration) leave(o operation) {
	m.leftAlone[o.path.String()+o.says] = true
	message := o.says
	if o.data != nil {
		message = "not done as it is written here: " + message
	}
	m.byHand = append(m.byHand, handwork{path: o.path, message: message, hint: o.hint})
}

// try makes operations, and tells whether the text then says what it should. Otherwise nothing has changed.
func (m *migration) try(operations []operation) bool {
	if len(operations) == 0 {
		return true
	}
	before := *m
	file, _ := m.Document.Root.Any().(map[string]any)
	config := file
	if m.chart {
		config, _ = file["config"].(map[string]any)
	}
	var edits []yamledit.Splice
	for _, o := range operations {
		edits = append(edits, o.edits...)
		o.data(file, config)
	}
	text, apart := yamledit.Apply(m.Bytes, edits)
	if !apart || m.read(text) != nil || !reflect.DeepEqual(file, m.Document.Root.Any()) {
		*m = before

		return false
	}
	for _, o := range operations {
		m.changes = append(m.changes, o.says)
	}

	return true
}
