package collectorconfig

import (
	"regexp"
	"strings"
	"time"
)

// ClientTLS says how an exporter speaks TLS. The zero value is TLS with the system's
// certificate authorities; Insecure is plain text.
type ClientTLS struct {
	Insecure           bool   `json:"insecure,omitempty"`
	InsecureSkipVerify bool   `json:"insecure_skip_verify,omitempty"`
	CAFile             string `json:"ca_file,omitempty"`
	CertFile           string `json:"cert_file,omitempty"`
	KeyFile            string `json:"key_file,omitempty"`
	ServerName         string `json:"server_name_override,omitempty"`
	MinVersion         string `json:"min_version,omitempty" jsonschema:"enum=1.0,enum=1.1,enum=1.2,enum=1.3"`
}

// OTLPExporter sends over OTLP/gRPC.
type OTLPExporter struct {
	// Endpoint is host:port.
	Endpoint    string            `json:"endpoint" jsonschema:"required"`
	Compression string            `json:"compression,omitempty" jsonschema:"enum=gzip,enum=snappy,enum=zstd,enum=none"`
	Timeout     time.Duration     `json:"timeout,omitempty"`
	TLS         *ClientTLS        `json:"tls,omitempty"`
	Headers     map[string]string `json:"headers,omitempty"`
	Raw         Raw               `json:"raw,omitempty"`
}

func (OTLPExporter) exporterType() string { return "otlp_grpc" }

// OTLPHTTPExporter sends over OTLP/HTTP.
type OTLPHTTPExporter struct {
	// Endpoint is a URL; the path of each signal is added to it.
	Endpoint    string            `json:"endpoint" jsonschema:"required"`
	Compression string            `json:"compression,omitempty" jsonschema:"enum=gzip,enum=snappy,enum=zstd,enum=deflate,enum=zlib,enum=lz4,enum=none"`
	Timeout     time.Duration     `json:"timeout,omitempty"`
	TLS         *ClientTLS        `json:"tls,omitempty"`
	Headers     map[string]string `json:"headers,omitempty"`
	Raw         Raw               `json:"raw,omitempty"`
}

func (OTLPHTTPExporter) exporterType() string { return "otlp_http" }

// PrometheusExporter offers metrics to be scraped.
type PrometheusExporter struct {
	// Endpoint is the host:port that it listens on.
	Endpoint  string     `json:"endpoint" jsonschema:"required"`
	Namespace string     `json:"namespace,omitempty"`
	TLS       *ServerTLS `json:"tls,omitempty"`
	Raw       Raw        `json:"raw,omitempty"`
}

func (PrometheusExporter) exporterType() string { return "prometheus" }

// DebugExporter prints telemetry to the collector's log. It speaks no TLS: nothing
// leaves the process.
type DebugExporter struct {
	Verbosity          string `json:"verbosity,omitempty" jsonschema:"enum=basic,enum=normal,enum=detailed"`
	SamplingInitial    uint32 `json:"sampling_initial,omitempty"`
	SamplingThereafter uint32 `json:"sampling_thereafter,omitempty"`
	Raw                Raw    `json:"raw,omitempty"`
}

func (DebugExporter) exporterType() string { return "debug" }

// LoggingExporter is what DebugExporter replaced upstream. It compiles to debug.
type LoggingExporter struct {
	// LogLevel becomes a verbosity: debug is detailed, info is normal, others are basic.
	LogLevel string `json:"log_level,omitempty" jsonschema:"enum=debug,enum=info,enum=warn,enum=error"`
	// Verbosity comes before LogLevel.
	Verbosity string `json:"verbosity,omitempty" jsonschema:"enum=basic,enum=normal,enum=detailed"`
	Raw       Raw    `json:"raw,omitempty"`
}

func (LoggingExporter) exporterType() string { return "logging" }

// lowered writes the debug exporter.
func (e LoggingExporter) lowered(id string) (string, map[string]any, []Notice) {
	debug := DebugExporter{Verbosity: e.Verbosity, Raw: e.Raw}
	message := "upstream removed the logging exporter: written as debug"
	if debug.Verbosity == "" && e.LogLevel != "" {
		debug.Verbosity, _ = VerbosityOf(e.LogLevel)
		message += ", log_level " + e.LogLevel + " as verbosity " + debug.Verbosity
	}
	return retyped(id, func(string) string { return "debug" }), bodyOf(debug),
		[]Notice{{Path: "exporters." + id, Message: message}}
}

// VerbosityOf is the debug exporter's verbosity for a loglevel of the logging exporter: basic where that is no level.
func VerbosityOf(logLevel string) (verbosity string, known bool) {
	switch logLevel {
	case "debug":
		return "detailed", true
	case "info":
		return "normal", true
	default:
		return "basic", logLevel == "warn" || logLevel == "error"
	}
}

// JaegerExporter sends traces to Jaeger, as OTLP/gRPC: Jaeger takes OTLP itself since
// 1.35, and the collector's own jaeger exporter is gone.
type JaegerExporter struct {
	// Endpoint is host:port. Jaeger's own port 14250 becomes its OTLP port 4317.
	Endpoint    string        `json:"endpoint" jsonschema:"required"`
	Compression string        `json:"compression,omitempty" jsonschema:"enum=gzip,enum=snappy,enum=zstd,enum=none"`
	Timeout     time.Duration `json:"timeout,omitempty"`
	// TLS nil is plain text, as Jaeger listens by default.
	TLS     *ClientTLS        `json:"tls,omitempty"`
	Headers map[string]string `json:"headers,omitempty"`
	Raw     Raw               `json:"raw,omitempty"`
}

func (JaegerExporter) exporterType() string { return "jaeger" }

// lowered writes the OTLP exporter, named after the Jaeger exporter's id.
func (e JaegerExporter) lowered(id string) (string, map[string]any, []Notice) {
	endpoint, change := jaegerOTLPEndpoint(e.Endpoint)
	otlp := OTLPExporter{Endpoint: endpoint, Compression: e.Compression, Timeout: e.Timeout,
		TLS: e.TLS, Headers: e.Headers, Raw: e.Raw}
	message := "upstream removed the jaeger exporter: written as otlp_grpc, " + change
	if otlp.TLS == nil && e.Raw["tls"] == nil {
		otlp.TLS = &ClientTLS{Insecure: true}
		message += ", in plain text (set tls to change that)"
	}
	return "otlp_grpc/" + strings.ReplaceAll(id, "/", "_"), bodyOf(otlp),
		[]Notice{{Path: "exporters." + id, Message: message}}
}

// jaegerOTLPEndpoint is where the Jaeger at an endpoint takes OTLP/gRPC, and what to
// say about it.
func jaegerOTLPEndpoint(endpoint string) (otlp, change string) {
	const jaegerPort, otlpPort = "14250", "4317"
	if host, found := strings.CutSuffix(endpoint, ":"+jaegerPort); found {
		return host + ":" + otlpPort, "to Jaeger's OTLP port " + otlpPort + " in place of " + jaegerPort
	}
	if strings.HasSuffix(endpoint, "}") {
		return endpoint, "to the endpoint as given, which must be Jaeger's OTLP port (" + otlpPort + ")"
	}
	if regexp.MustCompile(`:\d+$`).MatchString(endpoint) {
		return endpoint, "to the port as given, which must be Jaeger's OTLP port"
	}
	return endpoint + ":" + otlpPort, "to Jaeger's OTLP port " + otlpPort
}
