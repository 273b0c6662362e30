package deployment

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"

	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/internal/render"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// A configFile is a config below the key that it has among the values: one line lower, and two columns to the right.
type configFile struct {
	name string
	data []byte
}

const configIndent = 2

func newConfigFile(config Config) *configFile {
	var text bytes.Buffer
	text.WriteString("config:\n")
	empty := true
	for line := range bytes.Lines(bytes.TrimPrefix(config.YAML, []byte("\ufeff"))) {
		line = bytes.TrimSuffix(line, []byte("\n"))
		if empty {
			line = withoutStart(line)
		}
		content := bytes.TrimSpace(line)
		if len(content) > 0 {
			text.WriteString("  ")
		}
		empty = empty && (len(content) == 0 || content[0] == '#')
		text.Write(line)
		text.WriteByte('\n')
	}
	if empty {
		text.WriteString("  {}\n")
	}

	return &configFile{name: cmp.Or(config.Name, "<config>"), data: text.Bytes()}
}

// withoutStart is a line without the mark at which a document starts, in as many columns.
func withoutStart(line []byte) []byte {
	const start = "---"
	rest, ok := bytes.CutPrefix(line, []byte(start))
	if !ok || len(bytes.TrimSpace(rest)) > 0 && rest[0] != ' ' && rest[0] != '\t' {
		return line
	}

	return append(bytes.Repeat([]byte{' '}, len(start)), rest...)
}

// position is one among the values as the config's own.
func (f *configFile) position(at source.Position) source.Position {
	if at.File != f.name {
		return at
	}
	at.Line, at.Column = max(1, at.Line-1), max(1, at.Column-configIndent)

	return at
}

// own gives an error of the values the config's own place.
func (f *configFile) own(err error) error {
	var placed *render.Error
	if errors.As(err, &placed) && placed.Position.File == f.name {
		moved := *placed
		moved.Position = f.position(placed.Position)

		return &moved
	}
	var parsed *source.Error
	if errors.As(err, &parsed) && parsed.File == f.name {
		moved := *parsed
		moved.Position = f.position(parsed.Position)

		return &moved
	}

	return err
}

// stackOf are a release's values, and a config over them where there is one.
func stackOf(ctx context.Context, release string, values map[string]any, config *configFile) (*render.Stack, error) {
	text, err := yaml.Marshal(orEmpty(values))
	if err != nil {
		return nil, fmt.Errorf("write the values of the release %s: %w", release, err)
	}
	name := "<values of " + release + ">"
	args := render.Arguments{Files: []string{name}, Edited: map[string][]byte{name: text}}
	if config != nil {
		args.Files, args.Edited[config.name] = append(args.Files, config.name), config.data
	}
	stack, err := render.ReadStack(ctx, args, nil)
	if err != nil {
		return nil, fmt.Errorf("the release %s was not changed: %w", release, err)
	}

	return stack, nil
}

// without is a copy of values without a key.
func without(values map[string]any, key string) map[string]any {
	rest := maps.Clone(orEmpty(values))
	delete(rest, key)

	return rest
}
