package component

// A Move is where a key went that newer versions do not have, or what does its work there. Without it, leaving out the key is all
// that can be said, and what it said is lost.
type Move struct {
	Kind Kind
	// Type is the component's newest; empty: all that have such a key.
	Type string
	// Path is of the key below the component's body.
	Path string
	// Instead is what to do, as an order.
	Instead string
}

// Moves are those that are known, by hand.
func Moves() []Move {
	const (
		sasl = "write auth.sasl with mechanism: PLAIN, the username and the password"
		tls  = "write it as tls of the component itself, beside auth"
	)

	return []Move{
		{Receiver, "kafka", "topic", "write it below its signal, such as traces: {topics: [NAME]}"},
		{Receiver, "kafka", "encoding", "write it below its signal, such as traces: {encoding: NAME}"},
		{Receiver, "kafka", "auth.tls", tls},
		{Receiver, "kafka", "auth.plain_text", sasl},
		{Exporter, "kafka", "topic", "write it below its signal, such as traces: {topic: NAME}"},
		{Exporter, "kafka", "encoding", "write it below its signal, such as traces: {encoding: NAME}"},
		{Exporter, "kafka", "auth.tls", tls},
		{Exporter, "kafka", "auth.plain_text", sasl},
		{Exporter, "elasticsearch", "index", "write logs_index, metrics_index or traces_index"},
		{Receiver, "prometheus", "use_start_time_metric", "leave it out, and put the processor metric_start_time into the pipeline"},
		{Exporter, "", "batcher", "write sending_queue.batch, as `helm otlp migrate` does"},
		{Exporter, "", "sending_queue.blocking", "write block_on_overflow"},
	}
}
