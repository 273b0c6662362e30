package inject

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"

	"github.com/helm-otlp/helm-otlp/internal/yamledit"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// Options say who gets a sidecar, and what is written.
type Options struct {
	// All injects every Pod that does not opt out.
	All bool
	// Remove takes the sidecar out again.
	Remove bool
	// AnyRelease says that Remove takes out the sidecar of whatever release.
	AnyRelease bool
	// Namespace is that of objects which name none.
	Namespace string
	// Namespaces are the labels of Namespaces by their names. Those in a stream are learnt.
	Namespaces map[string]map[string]string
	// JSON writes each document as JSON, on a line of its own.
	JSON bool
}

// An Injector puts one sidecar into Pods. It may be used by several goroutines.
type Injector struct {
	sidecar Sidecar
	options Options
	// container and volumes are those of the sidecar, and groups its variables, the last first: prepared.
	container, volumes *yamledit.Items
	groups             []group
	// variables are the *yamledit.Items of groups that go together, by their numbers.
	variables *sync.Map
}

// A group is variables that a container gets unless it has one of these names already.
type group struct {
	unless []string
	env    []any
}

// New checks the sidecar.
func New(sidecar Sidecar, options Options) (*Injector, error) {
	if err := sidecar.check(); err != nil {
		return nil, err
	}

	i := &Injector{sidecar: sidecar, options: options, variables: &sync.Map{}}
	for _, of := range slices.Backward(sidecar.Env) {
		unless := []string{of.Unless}
		for _, variable := range of.Env {
			unless = append(unless, nameOf(variable))
		}
		i.groups = append(i.groups, group{unless: unless, env: plainList(of.Env)})
	}
	var err error
	if i.container, err = yamledit.NewItems("container", []any{sidecar.Container}); err != nil {
		return nil, err
	}
	if len(sidecar.Volumes) > 0 {
		if i.volumes, err = yamledit.NewItems("volumes", plainList(sidecar.Volumes)); err != nil {
			return nil, err
		}
	}

	return i, nil
}

func plainList(of []map[string]any) []any {
	list := make([]any, len(of))
	for n, item := range of {
		list[n] = item
	}

	return list
}

// A Result is what was done to an object of the input.
type Result struct {
	Object
	// Position of the object in the input.
	Position source.Position
	Action   Action
	// Reason of what was skipped; empty: there is none.
	Reason string
	// Left says that it was skipped and has the sidecar still, which is not what it should be.
	Left bool
}

// String is a line of a report.
func (r Result) String() string {
	if r.Reason == "" {
		return fmt.Sprintf("%s: %s", r.Object, r.Action)
	}

	return fmt.Sprintf("%s: %s: %s", r.Object, r.Action, inALine(r.Reason))
}

// Document injects a text of one or several documents. The name is used in positions. Where the text can't be read, or
// not be changed as it is written, the error is of source.Errors, and nothing is returned.
func (i *Injector) Document(name string, text []byte) ([]byte, []Result, error) {
	return i.document(name, &part{text: text}, i.learn(name, text, i.options.Namespaces))
}

// document injects a part of a stream, for the Namespaces that are known.
func (i *Injector) document(name string, p *part, namespaces map[string]map[string]string) ([]byte, []Result, error) {
	const mark = "\uFEFF"
	text := p.text
	body := bytes.TrimPrefix(text, []byte(mark))
	documents, err := source.ParsePart(name, body, p.line, p.offset)
	if err != nil {
		return nil, nil, err
	}
	e := edit{Injector: i, name: name, documents: documents}
	for n, document := range documents {
		for _, w := range workloadsIn(document.Root.Any(), nil, 0) {
			e.workload(n, &w, namespaces)
		}
	}
	changed, err := e.apply(body)
	if err != nil {
		return nil, nil, err
	}
	if i.options.JSON {
		changed, err = asJSON(name, changed)

		return changed, e.results, err
	}
	if len(body) < len(text) {
		changed = append([]byte(mark), changed...)
	}

	return changed, e.results, nil
}

// An edit is what is to be done to a text.
type edit struct {
	*Injector
	name      string
	documents []*source.Document
	results   []Result
	// remove and add are changes of the text, and then of what that makes.
	remove, add []yamledit.Change
	// shares are those of each object that is changed.
	shares []share
}

// A share is what is to be done to one object.
type share struct {
	Result
	remove, add []yamledit.Change
}

// workload gathers the changes of one.
func (e *edit) workload(document int, w *workload, namespaces map[string]map[string]string) {
	r := Result{Object: w.Object, Position: e.documents[document].Position(w.path), Action: NoPods}
	removed, added := len(e.remove), len(e.add)
	switch {
	case w.pod != nil:
		r.Action, r.Reason = e.changes(document, w, namespaces)
		r.Left = r.Action == Skipped && e.has(w)
	case w.Kind == "Namespace" && !e.options.Remove && unquoted(w.object, "labels"):
		r.Action, r.Reason = Skipped, "its label "+noText
	}
	e.results = append(e.results, r)
	if len(e.remove)+len(e.add) > removed+added {
		e.shares = append(e.shares, share{r, e.remove[removed:], e.add[added:]})
	}
}

// changes are what is to be done to a workload.
func (e *edit) changes(document int, w *workload, namespaces map[string]map[string]string) (Action, string) {
	has := e.has(w)
	if e.options.Remove {
		if !has && (!e.options.AnyRelease || e.release(w) == "") {
			return Unchanged, e.foreign(w)
		}
		e.remove = append(e.remove, e.removals(w.pod, w.template, document)...)

		return Removed, ""
	}
	yes, reason := e.decide(w, namespaces)
	if !yes {
		return Skipped, reason
	}
	if !has {
		e.add = append(e.add, e.additions(w.pod, w.template, document)...)

		return Injected, reason
	}
	// What it says without the sidecar, and what it is to say then.
	removals := e.removals(w.pod, nil, 0)
	bare, _ := yamledit.With(e.again(document, w.template), removals).(map[string]any)
	if taken := e.ownVolume(bare); taken != "" {
		return Skipped, taken + stillThere
	}
	additions := e.additions(bare, nil, 0)
	if wanted := yamledit.With(bare, additions); reflect.DeepEqual(wanted, any(w.pod)) {
		return Unchanged, reason
	}
	e.remove = append(e.remove, placed(removals, w.template, document)...)
	e.add = append(e.add, placed(additions, w.template, document)...)

	return Updated, reason
}

// foreign says whose sidecar a workload has that has not this one.
func (e *edit) foreign(w *workload) string {
	if release := e.release(w); release != "" && release != e.sidecar.Release {
		return "it has the sidecar of the release " + release
	}

	return ""
}

// again is the data at a path, which nobody else has.
func (e *edit) again(document int, path source.Path) any {
	return e.documents[document].Lookup(path).Any()
}

// placed are changes of a Pod in its document.
func placed(changes []yamledit.Change, template source.Path, document int) []yamledit.Change {
	moved := make([]yamledit.Change, len(changes))
	for n, c := range changes {
		c.Path, c.Document = template.Join(c.Path...), document
		moved[n] = c
	}

	return moved
}

// apply makes the changes in the text.
func (e *edit) apply(text []byte) ([]byte, error) {
	changed, err := e.make(text, e.remove, e.add)
	if errors.Is(err, yamledit.ErrWritten) && len(e.shares) > 0 {
		return nil, e.unwritten(text)
	}

	return changed, err
}

// make makes changes in a text, and others in what becomes of it.
func (e *edit) make(text []byte, remove, add []yamledit.Change) ([]byte, error) {
	documents := e.documents
	if len(remove) > 0 {
		changed, err := yamledit.EditInTurn(e.name, text, documents, remove)
		if err != nil || len(add) == 0 {
			return changed, err
		}
		text = changed
		if documents, err = source.Parse(e.name, text); err != nil {
			return nil, err
		}
	}
	if len(add) == 0 {
		return text, nil
	}

	return yamledit.Edit(e.name, text, documents, add)
}

// mostShares are the objects of a text that are tried one by one: each takes as long as all do.
const mostShares = 64

// unwritten says which objects are written in a way that is not changed, a line each.
func (e *edit) unwritten(text []byte) error {
	var found source.Errors
	for _, of := range e.shares[:min(len(e.shares), mostShares)] {
		if _, err := e.make(text, of.remove, of.add); errors.Is(err, yamledit.ErrWritten) {
			found = append(found, e.unwrittenShare(of))
		}
	}
	if len(found) == 0 {
		// It is the objects together, or one of the others.
		found = append(found, e.unwrittenShare(e.shares[0]))
	}

	return found
}

// unwrittenShare says so of one object, and what of it stands elsewhere too.
func (e *edit) unwrittenShare(s share) *source.Error {
	found := &source.Error{
		Position: s.Position,
		Message:  fmt.Sprintf("%s can't be changed as it is written", s.Object),
		Hint:     "write out what its anchors, aliases and merge keys (&, *, <<) stand for in the Pod, and give each key a line",
	}
	for _, c := range slices.Concat(s.remove, s.add) {
		if anchor := e.documents[c.Document].Shared(c.Path); anchor != nil {
			found.Message += fmt.Sprintf(": &%s (line %d) is shared with an alias, *%s", anchor.Name, anchor.Position.Line, anchor.Name)
			found.Hint = "write out in the Pod what it stands for"

			break
		}
	}

	return found
}

// asJSON are the documents of a text, each on a line.
func asJSON(name string, text []byte) ([]byte, error) {
	documents, err := source.Parse(name, text)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	for _, document := range documents {
		if err := encoder.Encode(document.Root.Any()); err != nil {
			return nil, fmt.Errorf("%s: write it as JSON: %w", document.Root.Position(), err)
		}
	}

	return out.Bytes(), nil
}
