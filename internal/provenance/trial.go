package provenance

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

// A trial is the chart, rendered with one value changed.
type trial struct {
	manifests []lint.Manifest
	documents *documents
}

// trial renders the chart with the value changed; nil where it can't be, or has been too often.
func (t *Tracer) trial(ctx context.Context, path []string, changed any) *trial {
	text, err := json.Marshal(changed)
	if err != nil {
		return nil
	}
	key := strings.Join(path, "\x00") + "\x00" + string(text)
	if done, ok := t.trials[key]; ok {
		return done
	}
	if t.renders == mostRenders {
		return nil
	}
	t.renders++
	t.trials[key] = nil
	if again, err := t.rendering.Again(ctx, path, changed); err == nil {
		fresh := &trial{documents: documentsOf(again)}
		for _, m := range again.Manifests {
			fresh.manifests = append(fresh.manifests, lint.Manifest{File: m.File, Data: m.Data})
		}
		t.trials[key] = fresh
	}

	return t.trials[key]
}
