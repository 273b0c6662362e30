package ottl

import (
	"context"
	"fmt"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/contexts/ottldatapoint"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/contexts/ottllog"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/contexts/ottlmetric"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/contexts/ottlresource"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/contexts/ottlspan"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/ottlfuncs"
	"go.opentelemetry.io/collector/component"
	"go.uber.org/zap"
)

// CheckRoute says what the routing connector has against a statement of its table, such as a function that it does not
// know; nil where there is nothing, or the context is none that has statements. A condition c stands for the statement
// `route() where c`. The context is resource where the table names none.
func CheckRoute(contextName, statement string) error {
	settings := component.TelemetrySettings{Logger: zap.NewNop()}
	switch contextName {
	case "", ottlresource.ContextName:
		parser, err := ottlresource.NewParser(routeFunctions[*ottlresource.TransformContext](), settings)

		return parseStatement(parser, err, statement)
	case ottlspan.ContextName:
		functions := routeFunctions[*ottlspan.TransformContext]()
		root := ottlfuncs.NewIsRootSpanFactory()
		functions[root.Name()] = root
		parser, err := ottlspan.NewParser(functions, settings)

		return parseStatement(parser, err, statement)
	case ottlmetric.ContextName:
		parser, err := ottlmetric.NewParser(routeFunctions[*ottlmetric.TransformContext](), settings)

		return parseStatement(parser, err, statement)
	case ottldatapoint.ContextName:
		parser, err := ottldatapoint.NewParser(routeFunctions[*ottldatapoint.TransformContext](), settings)

		return parseStatement(parser, err, statement)
	case ottllog.ContextName:
		parser, err := ottllog.NewParser(routeFunctions[*ottllog.TransformContext](), settings)

		return parseStatement(parser, err, statement)
	default:
		return nil
	}
}

// routeFunctions are those that the connector knows in every context.
func routeFunctions[K any]() map[string]ottl.Factory[K] {
	functions := ottlfuncs.StandardConverters[K]()
	for _, function := range []ottl.Factory[K]{
		ottlfuncs.NewDeleteKeyFactory[K](),
		ottlfuncs.NewDeleteMatchingKeysFactory[K](),
		ottl.NewFactory("route", nil, func(ottl.FunctionContext, ottl.Arguments) (ottl.ExprFunc[K], error) {
			return func(context.Context, K) (any, error) { return true, nil }, nil
		}),
	} {
		functions[function.Name()] = function
	}

	return functions
}

// parseStatement parses a statement with a parser, unless that could not be made.
func parseStatement[K any](parser ottl.Parser[K], err error, statement string) error {
	if err != nil {
		return fmt.Errorf("make a parser: %w", err)
	}
	_, err = parser.ParseStatement(statement)

	return err //nolint:wrapcheck // It is what the collector says.
}
