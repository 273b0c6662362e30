package collectorconfig

import (
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// checkLines judges how a log receiver parts and decodes what it reads.
func (o *operatorChecker) checkLines(canonical string) {
	encoding := component.OperatorWords{Key: "encoding", Words: component.Encodings(), AnyCase: true}
	switch canonical {
	case "file_log", "tcp_log", "udp_log", "namedpipe":
		o.checkWordIfAny(nil, o.definition.Body, encoding)
		o.checkWordIfAny(nil, o.definition.Body, component.OperatorWords{Key: "on_truncate", Words: []string{"ignore", "read_whole_file", "read_new"}})
		o.checkWordIfAny(nil, o.definition.Body, component.OperatorWords{Key: "max_log_size_behavior", Words: []string{"split", "truncate"}})
		o.checkMultiline(o.definition.Body)
	case "syslog":
		for _, key := range []string{"tcp", "udp"} {
			if protocol := o.definition.Body.Get(key); protocol != nil && protocol.Kind == source.Mapping {
				o.checkWordIfAny(source.Keys(key), protocol, encoding)
			}
		}
	}
}

// checkMultiline reports lines that are parted by two patterns, or by one where nothing is parted.
func (o *operatorChecker) checkMultiline(holder *source.Node) {
	multiline := holder.Get("multiline")
	if multiline == nil || multiline.Kind != source.Mapping || hasJoinedKeys(multiline) {
		return
	}
	path := source.Keys("multiline")
	if start, end := blank(multiline, "line_start_pattern"), blank(multiline, "line_end_pattern"); !start && !end {
		o.report(CodeConflictingKeys, path, multiline, " has line_start_pattern and line_end_pattern, which exclude one another", "leave one of them out")
	} else if encoding := holder.Get("encoding"); start != end && encoding != nil && strings.EqualFold(encoding.Value, "nop") {
		o.report(CodeConflictingKeys, path, multiline, " parts lines, and encoding "+encoding.Value+" takes all as one", "leave one of them out")
	}
}
