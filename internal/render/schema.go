package render

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"helm.sh/helm/v3/pkg/chart"
)

// schemas checks the values of a chart and its subcharts against their values.schema.json, in
// the words of Helm. Unlike Helm, it opens no file and no connection for a `$ref`: what that
// names is taken to allow everything, and is listed.
type schemas struct {
	known  *compiledSchemas
	unread []string
}

// compiledSchemas are compiled once for all renderings of a chart: that takes longer than to render it.
type compiledSchemas struct {
	mutex sync.Mutex
	// found is by where the schema stands in memory, which copies of a chart share.
	found map[*byte]*compiledSchema
}

type compiledSchema struct {
	schema *jsonschema.Schema
	unread []string
	err    error
}

func (c *compiledSchemas) of(text []byte) *compiledSchema {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.found == nil {
		c.found = map[*byte]*compiledSchema{}
	}
	if len(text) == 0 {
		return compileSchema(text)
	}
	if c.found[&text[0]] == nil {
		c.found[&text[0]] = compileSchema(text)
	}

	return c.found[&text[0]]
}

// Load stands in for what a `$ref` names outside of its schema.
func (c *compiledSchema) Load(url string) (any, error) {
	if !slices.Contains(c.unread, url) {
		c.unread = append(c.unread, url)
	}

	return true, nil
}

const schemaName = "file:///values.schema.json"

func compileSchema(text []byte) *compiledSchema {
	compiled := &compiledSchema{}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		compiled.err = fmt.Errorf("values.schema.json is not valid JSON: %w", err)

		return compiled
	}
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(compiled)
	if err := compiler.AddResource(schemaName, document); err != nil {
		compiled.err = fmt.Errorf("values.schema.json: %w", err)

		return compiled
	}
	if compiled.schema, err = compiler.Compile(schemaName); err != nil {
		compiled.err = fmt.Errorf("values.schema.json: %w", err)
	}

	return compiled
}

// check returns one error for all of the charts, as Helm does.
func (s *schemas) check(of *chart.Chart, values map[string]any) error {
	var text strings.Builder
	s.collect(&text, of, values)
	if text.Len() > 0 {
		return errors.New(text.String())
	}

	return nil
}

func (s *schemas) collect(text *strings.Builder, of *chart.Chart, values map[string]any) {
	if of.Schema != nil {
		if err := s.one(of.Schema, values); err != nil {
			fmt.Fprintf(text, "%s:\n%s", of.Name(), err)
		}
	}
	for _, below := range of.Dependencies() {
		switch own := values[below.Name()].(type) {
		case nil:
		case map[string]any:
			s.collect(text, below, own)
		default:
			fmt.Fprintf(text, "%s:\ninvalid type for values: expected object (map), got %T\n", below.Name(), own)
		}
	}
}

func (s *schemas) one(text []byte, values map[string]any) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("unable to validate schema: %v", cause)
		}
	}()
	compiled := s.known.of(text)
	for _, url := range compiled.unread {
		if !slices.Contains(s.unread, url) {
			s.unread = append(s.unread, url)
		}
	}
	if compiled.err != nil {
		return compiled.err
	}
	if err := compiled.schema.Validate(values); err != nil {
		return errors.New(strings.TrimPrefix(err.Error(), "jsonschema validation failed with '"+schemaName+"#'\n") + "\n")
	}

	return nil
}
