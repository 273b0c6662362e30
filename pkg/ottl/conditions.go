package ottl

import (
	"fmt"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/contexts/ottlspan"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/contexts/ottlspanevent"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/ottlfuncs"
	"go.opentelemetry.io/collector/component"
	"go.uber.org/zap"
)

// CheckSampling says what the ottl_condition policy of the tail_sampling processor has against a condition of a context, span
// or spanevent, such as a function that it does not know; nil where there is nothing, or the context is another one.
func CheckSampling(context, condition string) error {
	settings := component.TelemetrySettings{Logger: zap.NewNop()}
	switch context {
	case ottlspan.ContextName:
		functions := ottlfuncs.StandardConverters[*ottlspan.TransformContext]()
		root := ottlfuncs.NewIsRootSpanFactory()
		functions[root.Name()] = root
		parser, err := ottlspan.NewParser(functions, settings, ottlspan.EnablePathContextNames())
		if err != nil {
			return fmt.Errorf("make a parser: %w", err)
		}

		return parse(context, parser, condition, settings)
	case ottlspanevent.ContextName:
		parser, err := ottlspanevent.NewParser(
			ottlfuncs.StandardConverters[*ottlspanevent.TransformContext](), settings, ottlspanevent.EnablePathContextNames())
		if err != nil {
			return fmt.Errorf("make a parser: %w", err)
		}

		return parse(context, parser, condition, settings)
	default:
		return nil
	}
}

// parse parses a condition, of which the paths need not say the context.
func parse[K any](context string, parser ottl.Parser[K], condition string, settings component.TelemetrySettings) error {
	type parsed = []*ottl.Condition[K]
	collection, err := ottl.NewParserCollection(settings, ottl.WithParserCollectionContext(context, &parser,
		ottl.WithConditionConverter(func(_ *ottl.ParserCollection[parsed], _ ottl.ConditionsGetter, conditions parsed) (parsed, error) {
			return conditions, nil
		})))
	if err != nil {
		return fmt.Errorf("make a parser: %w", err)
	}
	_, err = collection.ParseConditionsWithContext(context, ottl.NewConditionsGetter([]string{condition}), true)

	return err //nolint:wrapcheck // It is what the collector says.
}
