// Package migrate rewrites a collector config, or the chart's values that hold one, to the names and shapes that a version
// of the collector takes. What it changes, it changes in the text: comments, order and style of the rest stay. Each change
// is made to the data too, and one after which the text does not say the same is not made, and left to a person.
package migrate

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/helm-otlp/helm-otlp/internal/yamledit"
	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// Result is a migrated file.
type Result struct {
	// Text is the whole file.
	Text []byte
	// Changes say what was done, in the order in which it was.
	Changes []string
	// Left is what is to be mended by hand, at its place in Text.
	Left []collectorconfig.Problem
}

// release is a version, with or without the number of its patch.
var release = regexp.MustCompile(`^\d+\.\d+(\.\d+)?$`)

// Migrate rewrites a file for a version such as 0.161.0, or 0.161. The config is the file, or stands at its key config, as in the
// chart's values. An error means that nothing could be done.
func Migrate(file string, data []byte, version string) (*Result, error) {
	version = strings.TrimPrefix(version, "v")
	if !release.MatchString(version) {
		return nil, fmt.Errorf("%q is no version of the collector: write one such as 0.161.0", version)
	}
	if strings.Count(version, ".") == 1 {
		version += ".0"
	}
	m := &migration{file: file, version: version, leftAlone: map[string]bool{}}
	if err := m.read(bytes.TrimPrefix(data, []byte("\uFEFF"))); err != nil {
		return nil, err
	}
	for _, step := range steps() {
		m.run(step)
	}

	return &Result{Text: m.Bytes, Changes: m.changes, Left: m.left()}, nil
}

// steps are run one after another, each on what the one before it left.
func steps() []func(*migration) []operation {
	return []func(*migration) []operation{
		(*migration).setImage, (*migration).dropBallast, (*migration).rename, (*migration).renameDetectors,
		(*migration).moveVerbosity, (*migration).braceVariables, (*migration).moveBatcher, (*migration).renameBlocking,
		(*migration).moveAddress,
	}
}

// A migration is a file under way.
type migration struct {
	file, version string
	yamledit.Text
	config *collectorconfig.Document
	// chart tells that the file holds values of the chart, which adds to the config.
	chart   bool
	changes []string
	// byHand are what could not be done, and leftAlone what they say.
	byHand    []handwork
	leftAlone map[string]bool
}

// handwork is what a person has to do. The path is that in the config.
type handwork struct {
	path          source.Path
	message, hint string
}

// read makes a text the one under way.
func (m *migration) read(text []byte) error {
	documents, err := source.Parse(m.file, text)
	if err != nil {
		return err
	}
	if len(documents) != 1 {
		return fmt.Errorf("%s has %d documents: migrate each by itself", m.file, len(documents))
	}
	root, chart := documents[0].Root, false
	if inside := root.Get("config"); inside != nil && !isConfig(root) {
		root, chart = inside, true
	}
	if !isConfig(root) {
		return fmt.Errorf("%s: there is no collector config in it: no receivers, exporters or service, neither at the top nor below config", root.Position())
	}
	config, _ := collectorconfig.ParseNode(root)
	m.Text, m.config, m.chart = yamledit.Text{Bytes: text, Document: documents[0]}, config, chart

	return nil
}

// isConfig tells a collector's config from the chart's values, which have a service too.
func isConfig(root *source.Node) bool {
	for _, kind := range component.Kinds() {
		if root.Get(string(kind)) != nil {
			return true
		}
	}
	service := root.Get("service")

	return service != nil && (service.Get("pipelines") != nil || service.Get("telemetry") != nil)
}

// since tells whether the wanted version is this one or newer.
func (m *migration) since(version string) bool {
	return semver.Compare("v"+m.version, "v"+version) >= 0
}

// left is what steps could not do, and what else the collector would not take.
func (m *migration) left() []collectorconfig.Problem {
	var problems []collectorconfig.Problem
	told := map[source.Position]bool{}
	byHand := m.byHand
	if !m.chart {
		byHand = append(byHand, m.loopback()...)
	}
	for _, work := range byHand {
		at := m.config.Root.PositionOf(work.path)
		told[at] = true
		problems = append(problems, collectorconfig.Problem{
			Code: "migrate-by-hand", Path: work.path.String(), Position: at, Message: work.message, Hint: work.hint,
		})
	}
	found := collectorconfig.Check(m.config, m.version, "custom")
	if !m.chart {
		_, problems := collectorconfig.ParseNode(m.config.Root)
		found = append(found, problems...)
	}
	for _, problem := range found {
		// The chart adds what its values lack.
		added := m.chart && problem.Code == collectorconfig.CodeMissingKey
		if !told[problem.Position] && !added {
			problems = append(problems, problem)
		}
	}
	slices.SortStableFunc(problems, func(a, b collectorconfig.Problem) int { return a.Position.Compare(b.Position) })

	return slices.CompactFunc(problems, func(a, b collectorconfig.Problem) bool {
		return a.Position == b.Position && a.Message == b.Message
	})
}
