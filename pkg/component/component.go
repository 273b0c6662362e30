// Package component holds, as data, what is known of every OpenTelemetry
// Collector component: its names by version, its signals and distributions, and
// what it needs of Kubernetes. The mode bases and the presets are data here too.
//
// The same table is written to charts/otlp-collector/files/components.json, where
// the chart's interpreter reads it. So nothing in a row may be a function.
package component

// Kind is a class of component, spelled as its section of a collector config.
type Kind string

// The kinds, in the order in which a collector config lists them.
const (
	Receiver  Kind = "receivers"
	Processor Kind = "processors"
	Exporter  Kind = "exporters"
	Connector Kind = "connectors"
	Extension Kind = "extensions"
)

// Kinds lists every kind in the order of a collector config.
func Kinds() []Kind { return []Kind{Receiver, Processor, Exporter, Connector, Extension} }

// Table is all that is known, in the form that the chart reads.
type Table struct {
	// Layers are the mode bases and the presets, in the order in which they are laid
	// over one another, below the user's own config.
	Layers []Layer `json:"layers"`
	// Components are the rows by kind and canonical type (the newest name).
	Components map[Kind]map[string]Component `json:"components"`
	// Aliases maps older names to canonical types, by kind.
	Aliases map[Kind]map[string]string `json:"aliases"`
	// Telemetry is the row of the collector's own metrics; its body is
	// service.telemetry.metrics.
	Telemetry Component `json:"telemetry"`
	// Environment maps the variables that the chart can fill from the downward API
	// to their field paths. A variable is set where the config mentions it.
	Environment map[string]string `json:"environment"`
	// Groups maps a Kubernetes resource name to its API group, for configs that name
	// resources without one.
	Groups map[string]string `json:"groups"`
	// Fallback is the exporter that receives what no exporter was given for.
	Fallback string `json:"fallback"`
}

// Layer is a fragment of collector config that applies when all its conditions hold.
type Layer struct {
	// Name says which base or preset the layer is of; for people.
	Name string `json:"name"`
	// When is tested against the facts: mode, version, persistence, presets.
	When []Condition `json:"when,omitempty"`
	// Config is laid over the layers before it. Lists of pipelines join.
	// `${chart:PATH}` is replaced by the fact at PATH: fullname, namespace, host (what
	// a receiver binds to), presets.NAME.KEY.
	Config map[string]any `json:"config,omitempty"`
	// Join names components that join every pipeline of their signals, the user's own
	// among them; a connector joins as an exporter.
	Join map[Kind][]string `json:"join,omitempty"`
	// Refuse stops the render: what is wrong and how to mend it.
	Refuse string `json:"refuse,omitempty"`
}

// Condition tests the values found at Path in a document. A path is dotted keys; it
// visits every element of a list, `*` visits every value of a map, and `~` is a dot that
// belongs to a key. A document is
// the facts, with the component's body under `config` when a row is judged, and under
// `pipelines.signals` those of the pipelines it is in when what it needs is derived.
// Exactly one of Exists, Equals, Since and Before is set.
type Condition struct {
	Path   string `json:"path"`
	Exists bool   `json:"exists,omitempty"` // something (null too) is at the path
	Equals any    `json:"equals,omitempty"` // some value equals this
	Since  string `json:"since,omitempty"`  // the value is this version or newer
	Before string `json:"before,omitempty"` // the value is an older version
	Not    bool   `json:"not,omitempty"`    // negates
}

// Component is one row of the table.
type Component struct {
	// OldNames are the names written for older versions, oldest first. Each stays an
	// alias after its Before unless Gone says otherwise.
	OldNames []OldName `json:"oldNames,omitempty"`
	// Since is the first collector version that has the component; empty: always.
	Since string `json:"since,omitempty"`
	// Removed is the first version that no longer has it; Instead says what to use.
	Removed string `json:"removed,omitempty"`
	Instead string `json:"instead,omitempty"`
	// Distributions that ship it. Empty: any.
	Distributions []string `json:"distributions,omitempty"`
	// Signals of the pipelines that a component joins by itself (of a connector: where
	// it stands as an exporter).
	Signals []string `json:"signals,omitempty"`
	// MoreSignals it also supports, where a pipeline names it.
	MoreSignals []string `json:"moreSignals,omitempty"`
	// Pairs of a connector, each "from>to", such as "traces>metrics".
	Pairs []string `json:"pairs,omitempty"`
	// Stage orders processors: lower first; 50 is where the user's order stands.
	Stage int `json:"stage,omitempty"`
	// Defaults are laid under the user's body, in order.
	Defaults []Default `json:"defaults,omitempty"`
	// Ports are the listening sockets.
	Ports []Port `json:"ports,omitempty"`
	// Grants are the Kubernetes API permissions.
	Grants []Grant `json:"grants,omitempty"`
	// Mounts are the files that it reads and writes.
	Mounts []Mount `json:"mounts,omitempty"`
	// Probe marks an extension that answers health probes.
	Probe *Probe `json:"probe,omitempty"`
	// Memory says where a memory limit stands in the body.
	Memory *Memory `json:"memory,omitempty"`
}

// OldName is the name a component had before a version.
type OldName struct {
	Name   string `json:"name"`
	Before string `json:"before"`
	Gone   string `json:"gone,omitempty"` // first version that no longer accepts it
}

// Default is config that stands under the user's body of a component.
type Default struct {
	When   []Condition    `json:"when,omitempty"`
	Config map[string]any `json:"config"`
}

// Port is a listening socket of a component.
type Port struct {
	// Name is an IANA service name of at most 15 characters.
	Name string `json:"name"`
	// When tests whether the socket is opened.
	When []Condition `json:"when,omitempty"`
	// Path of the endpoint ("host:port") or of the port number, from `config`.
	Path string `json:"path"`
	// HostPath is where the host stands when Path is a port number.
	HostPath string `json:"hostPath,omitempty"`
	// Default endpoint when nothing stands at Path; empty: no socket.
	Default string `json:"default,omitempty"`
	// Protocol is TCP or UDP.
	Protocol string `json:"protocol"`
	// AppProtocol for the Service, such as grpc or http.
	AppProtocol string `json:"appProtocol,omitempty"`
	// Service says whether the port belongs in the Service (data), or only on the
	// container and the headless Service (operations).
	Service bool `json:"service,omitempty"`
}

// Grant is a rule of a Role or ClusterRole.
type Grant struct {
	When []Condition `json:"when,omitempty"`
	// Each makes one rule for each element found there; the element is then `config`.
	Each string `json:"each,omitempty"`
	// APIGroups and Resources, or the paths where the config names them.
	APIGroups     []string `json:"apiGroups,omitempty"`
	Resources     []string `json:"resources,omitempty"`
	GroupsPath    string   `json:"groupsPath,omitempty"`
	ResourcesPath string   `json:"resourcesPath,omitempty"`
	// ResourceNames confines the rule to objects of these names, or NamesPath to those that the config names there;
	// neither: all.
	ResourceNames []string `json:"resourceNames,omitempty"`
	NamesPath     string   `json:"namesPath,omitempty"`
	// NonResourceURLs instead of resources, such as /metrics.
	NonResourceURLs []string `json:"nonResourceURLs,omitempty"`
	Verbs           []string `json:"verbs"`
	// NamespacesPath is where the config confines the component to namespaces. With
	// any there, the rule is a Role in each; else a ClusterRole.
	NamespacesPath string `json:"namespacesPath,omitempty"`
	// Namespace is the only one that the component asks about, whatever its config says.
	Namespace string `json:"namespace,omitempty"`
	// ServicePath is where the config names a Service, as name or name.namespace: the rule
	// is a Role in its namespace, which by default is the release's.
	ServicePath string `json:"servicePath,omitempty"`
}

// Mount is a directory that a component reads or writes.
type Mount struct {
	// Name of the volume.
	Name string      `json:"name"`
	When []Condition `json:"when,omitempty"`
	// Path of the config where the directory or file patterns stand.
	Path string `json:"path"`
	// Files says that files or patterns stand at Path: their directory is mounted.
	Files bool `json:"files,omitempty"`
	// Volume is what is mounted: host (the same path of the node), root (the node's
	// `/`), state-host (the release's own folder on the node), claim (the
	// StatefulSet's volume claim), scratch (an emptyDir), tls, client-ca or auth (Secrets of the values).
	Volume   Volume `json:"volume"`
	ReadOnly bool   `json:"readOnly,omitempty"`
}

// Volume is what a mount mounts.
type Volume string

// The volumes.
const (
	HostVolume      Volume = "host"
	RootVolume      Volume = "root"
	StateHostVolume Volume = "state-host"
	ClaimVolume     Volume = "claim"
	ScratchVolume   Volume = "scratch"
	// TLSVolume is the Secret with the certificate of servers, ClientCAVolume the one with the authority of clients.
	TLSVolume      Volume = "tls"
	ClientCAVolume Volume = "client-ca"
	// AuthVolume is the Secret with what clients must show.
	AuthVolume Volume = "auth"
)

// Probe says how a health extension is asked.
type Probe struct {
	// Path of the config where the URL path stands; "/" when absent.
	Path string `json:"path"`
	// TLSPath of the config whose presence means HTTPS.
	TLSPath string `json:"tlsPath"`
}

// Memory says where a component keeps its memory limit.
type Memory struct {
	MiBPath        string `json:"mibPath"`
	PercentagePath string `json:"percentagePath"`
}
