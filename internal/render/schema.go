package render

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"helm.sh/helm/v3/pkg/chart"
)

// schemas checks the values of a chart and its subcharts against their values.schema.json, in
// the words of Helm. Unlike Helm, it opens no file and no connection for a `$ref`: what that
// names is taken to allow everything, and is listed.
type schemas struct{ unread []string }

// Load stands in for what a `$ref` names outside of its schema.
func (s *schemas) Load(url string) (any, error) {
	if !slices.Contains(s.unread, url) {
		s.unread = append(s.unread, url)
	}

	return true, nil
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

func (s *schemas) one(schema []byte, values map[string]any) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("unable to validate schema: %v", cause)
		}
	}()
	const name = "file:///values.schema.json"
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		return fmt.Errorf("values.schema.json is not valid JSON: %w", err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(s)
	if err := compiler.AddResource(name, document); err != nil {
		return fmt.Errorf("values.schema.json: %w", err)
	}
	compiled, err := compiler.Compile(name)
	if err != nil {
		return fmt.Errorf("values.schema.json: %w", err)
	}
	if err := compiled.Validate(values); err != nil {
		return errors.New(strings.TrimPrefix(err.Error(), "jsonschema validation failed with '"+name+"#'\n") + "\n")
	}

	return nil
}
