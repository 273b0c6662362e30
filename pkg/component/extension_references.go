package component

// ExtensionReference is a place in the bodies of components that names an extension. The
// collector looks for the extension when it starts, among those that service.extensions
// enables, and does not start without it; `otelcol validate` does not look.
type ExtensionReference struct {
	Kind Kind
	// Types are the components' types, old names among them; empty: every type of the
	// kind that the table has, because the path belongs to a library of the collector's.
	Types []string
	// AnyType says that types which the table does not have are meant too: hardly a component
	// of the kind does without that library.
	AnyType bool
	// Path in the body, as a Condition's, where an id or a list of ids stands.
	Path string
	// Switch is the path of a boolean in the body; where it is false, nobody asks for the
	// extension. Empty: there is none.
	Switch string
}

// ExtensionReferences are all that are known. The chart enables every extension that is
// defined, so its templates don't need them.
func ExtensionReferences() []ExtensionReference {
	balancing := []string{"load_balancing", "loadbalancing"}
	return []ExtensionReference{
		{Kind: Exporter, AnyType: true, Path: "sending_queue.storage", Switch: "sending_queue.enabled"},
		{Kind: Exporter, Path: "auth.authenticator"},
		// The exporter that is made for each backend.
		{Kind: Exporter, Types: balancing, Path: "protocol.otlp.sending_queue.storage", Switch: "protocol.otlp.sending_queue.enabled"},
		{Kind: Exporter, Types: balancing, Path: "protocol.otlp.auth.authenticator"},
		{Kind: Receiver, Path: "auth.authenticator"},
		{Kind: Receiver, Path: "protocols.*.auth.authenticator"},
		{Kind: Receiver, Path: "k8s_leader_elector"},
		{Kind: Receiver, Types: []string{"receiver_creator"}, Path: "watch_observers"},
		{Kind: Receiver, Types: checkpointing(), Path: "storage"},
	}
}

// checkpointing are the receivers that remember in an extension how far they have read.
func checkpointing() []string {
	return []string{
		"file_log", "filelog", "otlp_json_file", "otlpjsonfile", "journald", "named_pipe", "namedpipe",
		"syslog", "tcp_log", "tcplog", "udp_log", "udplog", "windows_event_log", "windowseventlog",
		"sql_query", "sqlquery",
	}
}
