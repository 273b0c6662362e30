// Package ottl judges statements and conditions of the OpenTelemetry Transformation Language with the code of the processors
// that run them.
package ottl

import (
	"fmt"
	"sync"

	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/filterprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/transformprocessor"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/processor"
)

// Version is the one of the processors. Others may know more functions, or fewer.
const Version = "0.161"

// Check says what the filter or the transform processor has against a body, such as a function that it does not know; nil
// where there is nothing, or the processor is another one.
func Check(processorType string, body map[string]any) error {
	factory := factories()[processorType]
	if factory == nil {
		return nil
	}
	config := factory.CreateDefaultConfig()
	if err := confmap.NewFromStringMap(body).Unmarshal(config); err != nil {
		return fmt.Errorf("decode: %w", err)
	}
	if err := confmap.Validate(config); err != nil {
		return fmt.Errorf("validate: %w", err)
	}

	return nil
}

var factories = sync.OnceValue(func() map[string]processor.Factory { //nolint:gochecknoglobals // They are made once.
	return map[string]processor.Factory{
		"filter": filterprocessor.NewFactory(), "transform": transformprocessor.NewFactory(),
	}
})
