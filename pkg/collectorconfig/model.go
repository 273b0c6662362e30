package collectorconfig

import "fmt"

// Config is a collector config with typed bodies. The keys of its maps are the ids that
// a collector config uses, type[/name], and the type of an id decides which body it may
// have; a body of type Raw fits every id.
//
// The zero value is an empty config. Nothing here changes a Config that it is given.
type Config struct {
	Receivers  map[string]Receiver  `json:"receivers,omitempty"`
	Processors map[string]Processor `json:"processors,omitempty"`
	Exporters  map[string]Exporter  `json:"exporters,omitempty"`
	Connectors map[string]Raw       `json:"connectors,omitempty"`
	Extensions map[string]Raw       `json:"extensions,omitempty"`
	Service    Service              `json:"service"`
}

// Service says which components run, and how data flows through them.
type Service struct {
	Extensions []string `json:"extensions,omitempty"`
	// Pipelines by id, signal[/name], such as traces or traces/2.
	Pipelines map[string]Pipeline `json:"pipelines,omitempty"`
	// Telemetry is the collector's own, in the collector's words.
	Telemetry Raw `json:"telemetry,omitempty"`
}

// Pipeline names the components that the data of one signal passes, in order.
// Connectors stand among the exporters of one pipeline and the receivers of another.
type Pipeline struct {
	Receivers  []string `json:"receivers,omitempty"`
	Processors []string `json:"processors,omitempty"`
	Exporters  []string `json:"exporters,omitempty"`
}

// Raw is a body in the collector's own words, taken as it is. Beside typed fields it is
// laid over them: maps merge, a scalar or list replaces.
type Raw map[string]any

// Receiver is the body of a receiver: a typed one of this package, or Raw.
type Receiver interface {
	// receiverType is the canonical type that the body is of; empty for any.
	receiverType() string
}

// Processor is the body of a processor: a typed one of this package, or Raw.
type Processor interface {
	// processorType is the canonical type that the body is of; empty for any.
	processorType() string
}

// Exporter is the body of an exporter: a typed one of this package, or Raw.
type Exporter interface {
	// exporterType is the canonical type that the body is of; empty for any.
	exporterType() string
}

func (Raw) receiverType() string  { return "" }
func (Raw) processorType() string { return "" }
func (Raw) exporterType() string  { return "" }

// Notice says that something was written differently from how it was asked for.
type Notice struct {
	// Path of what was asked for, such as exporters.jaeger.
	Path string
	// Message says what was written instead, and why.
	Message string
}

// String is the path and the message in one line.
func (n Notice) String() string { return fmt.Sprintf("%s: %s", n.Path, n.Message) }
