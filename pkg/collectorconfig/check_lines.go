package collectorconfig

import (
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// checkLines judges how a log receiver parts and decodes what it reads.
func (s subject) checkLines(canonical string) {
	encoding := component.OperatorWords{Key: "encoding", Words: component.Encodings(), AnyCase: true}
	switch canonical {
	case "file_log":
		s.checkWord(nil, s.definition.Body, component.OperatorWords{Key: "on_truncate", Words: []string{"ignore", "read_whole_file", "read_new"}, Needed: true})
		s.checkWord(nil, s.definition.Body, component.OperatorWords{Key: "max_log_size_behavior", Words: []string{"split", "truncate"}, Needed: true})

		fallthrough
	case "tcp_log", "udp_log", "namedpipe":
		s.checkWord(nil, s.definition.Body, encoding)
		s.checkMultiline(s.definition.Body)
	case "syslog":
		for _, key := range []string{"tcp", "udp"} {
			if protocol := s.definition.Body.Get(key); protocol != nil && protocol.Kind == source.Mapping {
				s.checkWord(source.Keys(key), protocol, encoding)
			}
		}
	}
}

// checkMultiline reports lines that are parted by two patterns, or by one where nothing is parted.
func (s subject) checkMultiline(holder *source.Node) {
	multiline := holder.Get("multiline")
	if multiline == nil || multiline.Kind != source.Mapping || hasJoinedKeys(multiline) {
		return
	}
	wrong := Problem{Code: CodeConflictingKeys, Hint: "leave one of them out"}
	if start, end := blank(multiline, "line_start_pattern"), blank(multiline, "line_end_pattern"); !start && !end {
		wrong.Message = " has line_start_pattern and line_end_pattern, which exclude one another"
	} else if encoding := holder.Get("encoding"); start != end && encoding != nil && strings.EqualFold(encoding.Value, "nop") {
		wrong.Message = " parts lines, and encoding " + encoding.Value + " takes all as one"
	} else {
		return
	}
	s.refuse(whenMade, source.Keys("multiline"), multiline, wrong)
}
