package collectorconfig

// Input is what Compile compiles: the facts of a release and the user's wishes.
type Input struct {
	// Mode is daemonset, gateway or sidecar.
	Mode string
	// Version is the collector's, X.Y.Z without a leading v.
	Version string
	// Distribution is otlp, core, k8s, contrib or custom. A component that it lacks is
	// an error, but for custom.
	Distribution string
	// Presets are the presets' values by name; `enabled` switches one on.
	Presets map[string]any
	// Persistence says that queues are kept on disk.
	Persistence bool
	// TLS says that receivers serve with the certificate of the values, ClientCA that they ask clients for one.
	TLS, ClientCA bool
	// Auth is what receivers ask clients for: bearer, basic, or empty for nothing.
	Auth string
	// Telemetry is laid under service.telemetry of the user's config.
	Telemetry map[string]any
	// Config is the user's overlay, as decoded from YAML.
	Config map[string]any
	// Without removes: kind or "pipelines" -> id -> true.
	Without map[string]map[string]bool
	// ExactPipelines takes the lists of a pipeline from Config to the letter.
	ExactPipelines map[string]bool
	// Single says that one replica runs, and never more.
	Single bool
	// IPv6 says that addresses of Pods and nodes are IPv6.
	IPv6 bool
	// Kubernetes is the API server's version, X.Y.Z; empty: the newest.
	Kubernetes string
	// FullName and Namespace are the release's.
	FullName, Namespace string
	// MemoryLimitMiB is the container's memory limit; 0: none.
	MemoryLimitMiB int64
}

// Derived is what a compiled config needs of Kubernetes. All lists are sorted and free
// of duplicates.
type Derived struct {
	Ports []Port `json:"ports"`
	// Listens are all ports that it takes of the Pod's network, those of the loopback with them.
	Listens []Listen `json:"listens"`
	// Rules hold in the whole cluster, Roles in the named namespaces.
	Rules []Rule            `json:"rules"`
	Roles map[string][]Rule `json:"roles"`
	// Mounts by mount path.
	Mounts []Mount `json:"mounts"`
	// Env maps downward-API variables that the config mentions to field paths.
	Env map[string]string `json:"env"`
	// GoMemLimitMiB is GOMEMLIMIT in MiB; 0 when no memory limit is known.
	GoMemLimitMiB int64 `json:"goMemLimitMiB"`
	// Probe is nil when no enabled extension answers probes on the Pod's address.
	Probe *Probe `json:"probe,omitempty"`
	// RunAsRoot says that files of the node can be read by uid 0 alone.
	RunAsRoot bool `json:"runAsRoot"`
}

// Port is a socket that is reachable from outside the Pod.
type Port struct {
	Name        string `json:"name"`
	Port        int64  `json:"port"`
	Protocol    string `json:"protocol"`
	AppProtocol string `json:"appProtocol,omitempty"`
	// Service says that data arrives here, so that the Service has it.
	Service bool `json:"service"`
}

// Listen is a port that something in the config listens on.
type Listen struct {
	Port     int64  `json:"port"`
	Protocol string `json:"protocol"`
	// Of is where that stands in the config: receivers.otlp, service.telemetry.metrics.
	Of string `json:"of"`
}

// Rule is a PolicyRule of the Kubernetes RBAC API.
type Rule struct {
	APIGroups       []string `json:"apiGroups,omitempty"`
	Resources       []string `json:"resources,omitempty"`
	ResourceNames   []string `json:"resourceNames,omitempty"`
	NonResourceURLs []string `json:"nonResourceURLs,omitempty"`
	Verbs           []string `json:"verbs"`
}

// Mount is a volume and where it is mounted.
type Mount struct {
	Name      string `json:"name"`
	MountPath string `json:"mountPath"`
	// Volume is host, root, state-host, claim, scratch, tls, client-ca or auth (see component.Mount).
	Volume   string `json:"volume"`
	ReadOnly bool   `json:"readOnly"`
}

// Probe is the HTTP endpoint that answers probes.
type Probe struct {
	Port   int64  `json:"port"`
	Path   string `json:"path"`
	Scheme string `json:"scheme"`
}
