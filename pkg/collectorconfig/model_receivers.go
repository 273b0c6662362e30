package collectorconfig

import (
	"net/url"
	"strings"
	"time"
)

// Endpoint is a socket that a receiver listens on.
type Endpoint struct {
	// Endpoint is host:port. Empty: the collector's default port on the Pod's address.
	Endpoint string     `json:"endpoint,omitempty"`
	TLS      *ServerTLS `json:"tls,omitempty"`
}

// ServerTLS makes a listener speak TLS. With ClientCAFile, clients must show a
// certificate that it signed.
type ServerTLS struct {
	CertFile     string `json:"cert_file,omitempty"`
	KeyFile      string `json:"key_file,omitempty"`
	ClientCAFile string `json:"client_ca_file,omitempty"`
	MinVersion   string `json:"min_version,omitempty" jsonschema:"enum=1.0,enum=1.1,enum=1.2,enum=1.3"`
}

// OTLPReceiver takes traces, metrics and logs over OTLP. A protocol that is nil is off.
type OTLPReceiver struct {
	Protocols OTLPProtocols `json:"protocols"`
	Raw       Raw           `json:"raw,omitempty"`
}

// OTLPProtocols are OTLP's transports.
type OTLPProtocols struct {
	GRPC *Endpoint `json:"grpc,omitempty"`
	HTTP *Endpoint `json:"http,omitempty"`
}

func (OTLPReceiver) receiverType() string { return "otlp" }

func (r OTLPReceiver) problems() []fault {
	if r.Protocols == (OTLPProtocols{}) && r.Raw["protocols"] == nil {
		return faultAt("protocols", "the otlp receiver has no protocol: set grpc or http (a bare `grpc:` is enough)")
	}
	return nil
}

// JaegerReceiver takes traces from Jaeger's clients. A protocol that is nil is off.
type JaegerReceiver struct {
	Protocols JaegerProtocols `json:"protocols"`
	Raw       Raw             `json:"raw,omitempty"`
}

// JaegerProtocols are Jaeger's transports.
type JaegerProtocols struct {
	GRPC          *Endpoint `json:"grpc,omitempty"`
	ThriftHTTP    *Endpoint `json:"thrift_http,omitempty"`
	ThriftCompact *Endpoint `json:"thrift_compact,omitempty"`
	ThriftBinary  *Endpoint `json:"thrift_binary,omitempty"`
}

func (JaegerReceiver) receiverType() string { return "jaeger" }

func (r JaegerReceiver) problems() []fault {
	if r.Protocols == (JaegerProtocols{}) && r.Raw["protocols"] == nil {
		return faultAt("protocols", "the jaeger receiver has no protocol: set grpc, thrift_http, thrift_compact or thrift_binary")
	}
	return nil
}

// PrometheusReceiver scrapes one job.
type PrometheusReceiver struct {
	// JobName is the value of the job label; empty: the name in the id, else the type.
	JobName string `json:"job_name,omitempty"`
	// Endpoint is a URL, or host:port, or host:port/path.
	Endpoint string `json:"endpoint,omitempty"`
	// Targets are host:port each, scraped beside Endpoint.
	Targets []string `json:"targets,omitempty"`
	// Interval between two scrapes; 0: Prometheus's default.
	Interval time.Duration `json:"scrape_interval,omitempty"`
	// MetricsPath of every target; empty: Endpoint's path, else /metrics.
	MetricsPath string `json:"metrics_path,omitempty"`
	// Raw is laid over the receiver's body; with `config` in it nothing else is needed.
	Raw Raw `json:"raw,omitempty"`
}

func (PrometheusReceiver) receiverType() string { return "prometheus" }

func (r PrometheusReceiver) problems() []fault {
	if r.Endpoint == "" && len(r.Targets) == 0 && r.Raw["config"] == nil {
		return faultAt("endpoint", "the prometheus receiver has nothing to scrape: set endpoint or targets")
	}
	return nil
}

// lowered writes the collector's form, a Prometheus scrape config.
func (r PrometheusReceiver) lowered(id string) (string, map[string]any, []Notice) {
	body := map[string]any{}
	if r.Endpoint != "" || len(r.Targets) > 0 {
		body["config"] = map[string]any{"scrape_configs": []any{r.scrapeConfig(id)}}
	}
	overlay(body, asMap(clone(map[string]any(r.Raw))))
	return id, body, nil
}

func (r PrometheusReceiver) scrapeConfig(id string) map[string]any {
	scheme, target, path := splitScrapeEndpoint(r.Endpoint)
	job := map[string]any{"job_name": r.JobName}
	if r.JobName == "" {
		_, name, named := strings.Cut(id, "/")
		if !named {
			name = id
		}
		job["job_name"] = name
	}
	if r.Interval > 0 {
		job["scrape_interval"] = durationText(r.Interval)
	}
	if r.MetricsPath != "" {
		path = r.MetricsPath
	}
	if path != "" {
		job["metrics_path"] = path
	}
	if scheme != "" {
		job["scheme"] = scheme
	}
	targets := []any{}
	if target != "" {
		targets = append(targets, target)
	}
	for _, other := range r.Targets {
		targets = append(targets, other)
	}
	job["static_configs"] = []any{map[string]any{"targets": targets}}
	return job
}

// splitScrapeEndpoint takes a URL, host:port or host:port/path apart.
func splitScrapeEndpoint(endpoint string) (scheme, target, path string) {
	rest := endpoint
	if name, after, found := strings.Cut(endpoint, "://"); found {
		scheme, rest = name, after
	}
	target = rest
	if i := strings.IndexByte(rest, '/'); i >= 0 && !strings.Contains(rest[:i], "${") {
		target, path = rest[:i], rest[i:]
	}
	if decoded, err := url.PathUnescape(path); err == nil {
		path = decoded
	}
	return scheme, target, path
}

// FilelogReceiver reads log files, those of containers among them.
type FilelogReceiver struct {
	// Include are the glob patterns of the files.
	Include []string `json:"include" jsonschema:"required"`
	// Exclude are patterns of files left out.
	Exclude []string `json:"exclude,omitempty"`
	// StartAt is beginning or end; empty: end.
	StartAt string `json:"start_at,omitempty" jsonschema:"enum=beginning,enum=end"`
	// Storage is the id of the extension that keeps checkpoints; empty: none are kept.
	Storage string `json:"storage,omitempty"`
	Raw     Raw    `json:"raw,omitempty"`
}

func (FilelogReceiver) receiverType() string { return "file_log" }
