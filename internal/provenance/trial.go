package provenance

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"slices"
	"strings"
	"time"

	"github.com/helm-otlp/helm-otlp/internal/guard"
	"github.com/helm-otlp/helm-otlp/internal/render"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

// A trial is the chart, rendered with one value changed.
type trial struct {
	manifests []lint.Manifest
	documents *documents
}

// trial renders a template, or with none all of them, with the value changed; nil where it can't be, or has been too often.
func (t *Tracer) trial(ctx context.Context, path []string, changed any, template string) *trial {
	text, err := json.Marshal(changed)
	if err != nil {
		return nil
	}
	key := strings.Join(append(slices.Clone(path), template, string(text)), "\x00")
	if done, ok := t.trials[key]; ok {
		return done
	}
	if t.renders == mostRenders || t.spent > mostTime {
		return nil
	}
	t.renders++
	t.trials[key] = t.again(ctx, path, changed, template)

	return t.trials[key]
}

// again renders within the time that is left. Whatever goes wrong, this value shows nothing.
func (t *Tracer) again(ctx context.Context, path []string, changed any, template string) *trial {
	began, warnings := time.Now(), log.Writer()
	log.SetOutput(io.Discard) // Helm's warnings were said when the chart was rendered as it is.
	defer func() {
		log.SetOutput(warnings)
		t.spent += time.Since(began)
	}()
	done := make(chan *render.Rendering, 1)
	err := guard.Run(ctx, guard.Limits{Time: mostTime}, func(ctx context.Context) error {
		again, err := t.rendering.Again(ctx, path, changed, template)
		done <- again

		return err
	})
	if err != nil {
		return nil
	}
	again := <-done
	fresh := &trial{documents: documentsOf(again)}
	for _, m := range again.Manifests {
		fresh.manifests = append(fresh.manifests, lint.Manifest{File: m.File, Data: m.Data})
	}

	return fresh
}
