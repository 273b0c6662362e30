package provenance

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/helm-otlp/helm-otlp/internal/guard"
	"github.com/helm-otlp/helm-otlp/internal/render"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

// A trial is the chart, rendered with other values.
type trial struct {
	manifests []lint.Manifest
	documents documents
}

// trial renders a template, or with none all of them, with other values; nil where it can't be, or has been too often.
func (t *Tracer) trial(ctx context.Context, template string, changes ...render.Change) *trial {
	text, err := json.Marshal(changes)
	if err != nil {
		return nil
	}
	key := template + "\x00" + string(text)
	if done, ok := t.trials[key]; ok {
		return done
	}
	if t.renders == mostRenders || t.spent >= mostTime {
		t.gaveUp = true

		return nil
	}
	t.renders++
	t.trials[key] = t.again(ctx, template, changes)

	return t.trials[key]
}

// again renders, for as long as one rendering may take. Whatever goes wrong, these values show nothing.
func (t *Tracer) again(ctx context.Context, template string, changes []render.Change) *trial {
	began := time.Now()
	defer func() { t.spent += time.Since(began) }()
	done := make(chan *render.Rendering, 1)
	err := guard.Run(ctx, guard.Limits{Time: trialTime}, func(ctx context.Context) error {
		again, err := t.rendering.Again(ctx, changes, template)
		done <- again

		return err
	})
	if errors.Is(err, guard.ErrTime) {
		t.spent = mostTime // It still runs: no other is started beside it.
	}
	if err != nil {
		return nil
	}
	again := <-done
	fresh := &trial{documents: documentsOf(again)}
	for _, m := range again.Manifests {
		fresh.manifests = append(fresh.manifests, lint.Manifest{File: m.File, Data: m.Data, Parsed: m.Parsed})
	}

	return fresh
}
