package collectorconfig

import (
	"fmt"
	"time"
)

// BatchProcessor gathers telemetry into batches. It acknowledges before an exporter's
// queue holds the data; to lose nothing at a crash, batch in the exporter instead.
type BatchProcessor struct {
	// Timeout after which a batch is sent whatever its size.
	Timeout time.Duration `json:"timeout,omitempty"`
	// Size in spans, data points or log records at which a batch is sent.
	Size uint32 `json:"send_batch_size,omitempty"`
	// MaxSize splits greater batches; 0: no limit. Not below Size.
	MaxSize uint32 `json:"send_batch_max_size,omitempty"`
	Raw     Raw    `json:"raw,omitempty"`
}

func (BatchProcessor) processorType() string { return "batch" }

func (p BatchProcessor) problems() []fault {
	if p.MaxSize > 0 && p.MaxSize < p.Size {
		return faultAt("send_batch_max_size", fmt.Sprintf(
			"send_batch_max_size %d is below send_batch_size %d: the collector refuses to start", p.MaxSize, p.Size))
	}
	return nil
}

// ResourceDetectionProcessor adds attributes of the environment that it finds.
type ResourceDetectionProcessor struct {
	// Detectors in order of precedence, such as env, system, gcp.
	Detectors []string `json:"detectors" jsonschema:"required"`
	// Timeout of all detectors together.
	Timeout time.Duration `json:"timeout,omitempty"`
	// Override says whether attributes that are there are replaced; nil: yes.
	Override *bool `json:"override,omitempty"`
	Raw      Raw   `json:"raw,omitempty"`
}

func (ResourceDetectionProcessor) processorType() string { return "resource_detection" }

// AttributesProcessor changes attributes of spans, data points and log records.
type AttributesProcessor struct {
	// Actions in the order in which they apply.
	Actions []AttributeAction `json:"actions" jsonschema:"required"`
	Raw     Raw               `json:"raw,omitempty"`
}

// AttributeAction is one change of an attribute.
type AttributeAction struct {
	Key    string `json:"key,omitempty"`
	Action string `json:"action" jsonschema:"required,enum=insert,enum=update,enum=upsert,enum=delete,enum=hash,enum=extract,enum=convert"`
	// Value, FromAttribute or FromContext is where insert, update and upsert take the
	// value from.
	Value         any    `json:"value,omitempty"`
	FromAttribute string `json:"from_attribute,omitempty"`
	FromContext   string `json:"from_context,omitempty"`
	// Pattern is the regular expression of extract, or of the keys of delete and hash.
	Pattern string `json:"pattern,omitempty"`
	// ConvertedType is what convert makes of the value.
	ConvertedType string `json:"converted_type,omitempty" jsonschema:"enum=int,enum=double,enum=string"`
}

func (AttributesProcessor) processorType() string { return "attributes" }

func (a AttributeAction) problems() []fault {
	sources := 0
	for _, given := range []bool{a.Value != nil, a.FromAttribute != "", a.FromContext != ""} {
		if given {
			sources++
		}
	}
	switch a.Action {
	case "insert", "update", "upsert":
		if sources != 1 {
			return faultAt("action", fmt.Sprintf("%s takes exactly one of value, from_attribute and from_context", a.Action))
		}
	case "extract":
		if a.Pattern == "" {
			return faultAt("action", "extract needs a pattern")
		}
	case "convert":
		if a.ConvertedType == "" {
			return faultAt("action", "convert needs a converted_type")
		}
	}
	if a.Key == "" && (a.Pattern == "" || a.Action != "delete" && a.Action != "hash") {
		return faultAt("key", fmt.Sprintf("%s needs a key", a.Action))
	}
	return nil
}

// MemoryLimiterProcessor refuses data before the collector runs out of memory. It is
// limited in MiB, or in percent of the container's memory.
type MemoryLimiterProcessor struct {
	// Interval between two looks at the memory in use; above 0.
	Interval time.Duration `json:"check_interval" jsonschema:"required"`
	// LimitMiB is the hard limit. SpikeLimitMiB below it, data is refused; 0: a fifth.
	LimitMiB      uint32 `json:"limit_mib,omitempty"`
	SpikeLimitMiB uint32 `json:"spike_limit_mib,omitempty"`
	// LimitPercentage and SpikeLimitPercentage are the same of the container's memory.
	LimitPercentage      uint32 `json:"limit_percentage,omitempty"`
	SpikeLimitPercentage uint32 `json:"spike_limit_percentage,omitempty"`
	Raw                  Raw    `json:"raw,omitempty"`
}

func (MemoryLimiterProcessor) processorType() string { return "memory_limiter" }

func (p MemoryLimiterProcessor) problems() []fault {
	var found []fault
	switch {
	case p.LimitMiB == 0 && p.LimitPercentage == 0 && p.Raw["limit_mib"] == nil && p.Raw["limit_percentage"] == nil:
		found = append(found, faultAt("limit_mib", "memory_limiter has no limit: set limit_mib or limit_percentage")...)
	case p.LimitPercentage > 100:
		found = append(found, faultAt("limit_percentage", fmt.Sprintf("limit_percentage %d is above 100", p.LimitPercentage))...)
	}
	if p.LimitMiB > 0 && p.SpikeLimitMiB >= p.LimitMiB {
		found = append(found, faultAt("spike_limit_mib", fmt.Sprintf(
			"spike_limit_mib %d is not below limit_mib %d: all data would be refused", p.SpikeLimitMiB, p.LimitMiB))...)
	}
	if p.LimitPercentage > 0 && p.SpikeLimitPercentage >= p.LimitPercentage {
		found = append(found, faultAt("spike_limit_percentage", fmt.Sprintf(
			"spike_limit_percentage %d is not below limit_percentage %d: all data would be refused", p.SpikeLimitPercentage, p.LimitPercentage))...)
	}
	return found
}
