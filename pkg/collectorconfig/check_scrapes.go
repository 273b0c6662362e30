package collectorconfig

import (
	"strconv"
	"strings"
	"time"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// checkScrapes reports what Prometheus' own loading of scrape_configs refuses, and no structure tells.
func (c *checker) checkScrapes(d Definition, canonical string) {
	if d.Kind != component.Receiver || canonical != "prometheus" || d.Body == nil {
		return
	}
	s := scrapeChecker{checker: c, definition: d, interval: time.Minute}
	s.checkGlobal(d.Body)
	jobs := d.Body.Lookup(source.Keys("config", "scrape_configs"))
	if jobs == nil || jobs.Kind != source.Sequence {
		return
	}
	seen := map[string]bool{}
	for i, job := range jobs.Items {
		if job.Kind != source.Mapping || hasJoinedKeys(job) {
			continue
		}
		path := source.Keys("config", "scrape_configs").Join(source.Index(i))
		if name := job.Get("job_name"); name != nil && name.Value != "" && !varies(name) {
			if seen[name.Value] {
				s.report(path.Join(source.Key("job_name")), name, " is "+written(name)+", which another job has", "give one of them another name")
			}
			seen[name.Value] = true
		}
		s.checkTimeout(path, job)
		s.checkAddresses(path, job)
		s.checkRelabelling(path, job)
	}
}

type scrapeChecker struct {
	*checker
	definition Definition
	// interval is that of a job which has none of its own; 0: nobody knows.
	interval time.Duration
}

func (s *scrapeChecker) report(path source.Path, at *source.Node, says, hint string) {
	s.problems = append(s.problems, Problem{
		Code: CodeInvalidValue, Path: s.definition.Path.Join(path...).String(), Position: at.Position(), Hint: hint,
		Message: path.String() + " of " + s.definition.called() + says, Ignored: s.after(s.catalogue.Newest),
	})
}

// checkGlobal judges what jobs have that say nothing else.
func (s *scrapeChecker) checkGlobal(body *source.Node) {
	path := source.Keys("config", "global")
	global := body.Lookup(path)
	switch {
	case global == nil:
		if config := body.Get("config"); config == nil || hasJoinedKeys(config) {
			s.interval = 0
		}
	case global.Kind == source.Mapping && !hasJoinedKeys(global):
		s.checkTimeout(path, global)
		s.interval = s.intervalOf(global)
	case !global.IsNull():
		s.interval = 0
	}
}

// checkTimeout reports scrapes that may take longer than the time until the next one.
func (s *scrapeChecker) checkTimeout(path source.Path, holder *source.Node) {
	timeout, interval := inPrometheus(holder.Get("scrape_timeout")), s.intervalOf(holder)
	if interval <= 0 || timeout <= interval {
		return
	}
	node := holder.Get("scrape_timeout")
	s.report(path.Join(source.Key("scrape_timeout")), node, " is "+node.Value+", and the next scrape begins after "+durationText(interval),
		"write no more than scrape_interval, or a longer scrape_interval")
}

// intervalOf is the time between scrapes of a job, or of all that say nothing else; 0 where nobody knows it.
func (s *scrapeChecker) intervalOf(holder *source.Node) time.Duration {
	node := holder.Get("scrape_interval")
	if interval := inPrometheus(node); interval != 0 {
		return max(interval, 0)
	}

	return s.interval
}

// inPrometheus is a duration in the words of Prometheus; 0 where it is none or nothing stands there, and less where nobody knows it.
func inPrometheus(node *source.Node) time.Duration {
	const unknown = -1
	if node == nil || node.IsNull() {
		return 0
	}
	if varies(node) || node.Kind != source.Scalar {
		return unknown
	}
	match := prometheusDuration.FindStringSubmatch(node.Value)
	if match == nil {
		return unknown
	}
	const day = 24 * time.Hour
	var whole time.Duration
	for i, unit := range []time.Duration{365 * day, 7 * day, day, time.Hour, time.Minute, time.Second, time.Millisecond} {
		if digits := strings.TrimRight(match[i+2], "ywdhms"); digits != "" {
			count, err := strconv.ParseInt(digits, 10, 32)
			if err != nil {
				return unknown
			}
			whole += time.Duration(count) * unit
		}
	}

	return max(whole, 0)
}

// checkAddresses reports static targets that are URLs: a target is an address, and its scheme and path stand in the job.
func (s *scrapeChecker) checkAddresses(path source.Path, job *source.Node) {
	groups := job.Get("static_configs")
	if groups == nil || s.relabels(job) {
		return
	}
	for i, group := range groups.Items {
		targets := group.Get("targets")
		if targets == nil || targets.Kind != source.Sequence {
			continue
		}
		for j, target := range targets.Items {
			if strings.Contains(target.Value, "/") && !varies(target) {
				s.report(path.Join(source.Key("static_configs"), source.Index(i), source.Key("targets"), source.Index(j)), target,
					" is "+written(target)+", and a target is host:port", "write the rest as scheme and metrics_path of the job")
			}
		}
	}
}

// relabels tells whether the job may make its addresses of what the targets are, as one that probes URLs does.
func (s *scrapeChecker) relabels(job *source.Node) bool {
	rules := job.Get("relabel_configs")

	return rules != nil && (len(rules.Items) > 0 || isOpaque(rules))
}

// checkRelabelling reports rules that write nothing anywhere.
func (s *scrapeChecker) checkRelabelling(path source.Path, job *source.Node) {
	for _, key := range []string{"relabel_configs", "metric_relabel_configs"} {
		rules := job.Get(key)
		if rules == nil || rules.Kind != source.Sequence {
			continue
		}
		for i, rule := range rules.Items {
			action, target := rule.Get("action"), rule.Get("target_label")
			replaces := action == nil || action.IsNull() || strings.EqualFold(action.Value, "replace")
			lacks := target == nil || target.IsNull() || target.Value == ""
			if rule.Kind == source.Mapping && replaces && lacks && !hasJoinedKeys(rule) {
				s.report(path.Join(source.Key(key), source.Index(i)), rule, " has no target_label, which the action replace needs", "write target_label")
			}
		}
	}
}
