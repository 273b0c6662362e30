package cli

import (
	"context"
	"crypto/sha256"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/helm-otlp/helm-otlp/internal/fix"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

// trials judge the inputs with other files.
type trials struct {
	*program
	inputs []pending
	image  string
	// project says which rules count.
	project *project
	seen    *memo
}

// with is the program for which files have another content.
func (t trials) with(edited fix.Files) *program {
	trial := *t.program
	trial.edited = maps.Clone(trial.edited)
	maps.Copy(trial.edited, edited)

	return &trial
}

// Count counts what is found in the inputs. One whose files are as they were in another trial is not judged again.
func (t trials) Count(ctx context.Context, edited fix.Files) (fix.Counts, error) {
	p := t.with(edited)
	whole, err := p.forAll(t.inputs, func(in pending) (*verdict, error) {
		v := newVerdict()
		counts, known := t.seen.counts(in.name, p.edited)
		if v.counts = counts; known {
			return v, nil
		}
		read, result, err := p.judged(ctx, in, t.image)
		if err != nil {
			return nil, err
		}
		v.counts = fix.Count(t.project.graded(result.Findings))
		t.seen.keep(in.name, read, p.edited, v.counts)

		return v, nil
	})

	t.seen.keepBroken(err)

	return whole.counts, err
}

// Offers are fixes of what was not found before.
func (t trials) Offers(ctx context.Context, edited fix.Files, before fix.Counts) ([]fix.Offer, error) {
	p := t.with(edited)
	whole, err := p.forAll(t.inputs, func(in pending) (*verdict, error) {
		read, result, err := p.judged(ctx, in, t.image)
		if err != nil {
			return nil, err
		}
		v := newVerdict()
		v.offers = offersFor(slices.DeleteFunc(t.project.graded(result.Findings), before.Has), read)

		return v, nil
	})

	t.seen.keepBroken(err)

	return whole.offers, err
}

// judged is an input, and what all rules find in it.
func (p *program) judged(ctx context.Context, in pending, image string) (*input, *lint.Result, error) {
	read, err := in.read(ctx, p)
	if err != nil {
		return nil, nil, err
	}
	result, err := read.run(ctx, image)

	return read, result, err
}

// A memo knows what was found in inputs, by their names and what their files held.
type memo struct {
	mutex sync.Mutex
	// files are those that each input is made of.
	files map[string][]string
	found map[string]fix.Counts
	// broken is what is no fault of the input.
	broken error
}

func newMemo() *memo { return &memo{files: map[string][]string{}, found: map[string]fix.Counts{}} }

func (m *memo) counts(input string, edited fix.Files) (fix.Counts, bool) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	files, known := m.files[input]
	counts, found := m.found[key(input, files, edited)]

	return counts, known && found
}

func (m *memo) keep(name string, read *input, edited fix.Files, counts fix.Counts) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	files := slices.Collect(maps.Keys(read.editable))
	for _, written := range read.written {
		files = append(files, written.File)
	}
	slices.Sort(files)
	m.files[name] = slices.Compact(files)
	m.found[key(name, m.files[name], edited)] = counts
}

// keepBroken keeps an error that no other file can mend.
func (m *memo) keepBroken(err error) {
	if err != nil && len(unreadable(err, "")) == 0 {
		m.broken = err
	}
}

// key is an input's name with what its files hold.
func key(input string, files []string, edited fix.Files) string {
	text := strings.Builder{}
	text.WriteString(input)
	for _, file := range files {
		data, changed := edited[file]
		sum := sha256.Sum256(data)
		if text.WriteByte(0); changed {
			text.Write(sum[:])
		}
	}

	return text.String()
}
