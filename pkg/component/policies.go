package component

// A SamplingPolicy is a type that the policies of the tail_sampling processor may have. Go's types do not say which words it
// takes, nor does its validation: it looks when it starts.
type SamplingPolicy struct {
	Type string
	// Since is the first version seen that has it, and Without the last one that does not; empty: all have it.
	Since, Without string
	// Below are the lists that take it.
	Below []SamplingPolicyBelow
	// SubPolicies leads to those of a policy of this type; empty: it has none.
	SubPolicies []string
}

// SamplingPolicyBelow is a list of policies that takes a type, with the versions as a policy's own.
type SamplingPolicyBelow struct{ List, Since, Without string }

// The lists of policies, by their keys.
const (
	policiesList     = "policies"
	andList          = "and_sub_policy"
	dropList         = "drop_sub_policy"
	compositeList    = "composite_sub_policy"
	notPolicy        = "not_sub_policy"
	negatedBelow     = "0.155"
	notNegatedBelow  = "0.152"
	negated          = "0.145"
	notNegatedBefore = "0.142"
)

// SamplingPolicies are all that are known (tailsamplingprocessor, getPolicyEvaluator and the same of sub-policies).
func SamplingPolicies() []SamplingPolicy {
	everywhere := []SamplingPolicyBelow{{List: policiesList}, {List: andList}, {List: dropList}, {List: compositeList}, {List: notPolicy}}
	var all []SamplingPolicy
	for _, name := range []string{
		"always_sample", "latency", "numeric_attribute", "probabilistic", "status_code", "string_attribute", "rate_limiting",
		"span_count", "trace_state", "boolean_attribute", "ottl_condition",
	} {
		all = append(all, SamplingPolicy{Type: name, Below: everywhere})
	}

	return append(all,
		SamplingPolicy{Type: "bytes_limiting", Since: "0.142", Without: "0.140", Below: everywhere},
		SamplingPolicy{Type: "trace_flags", Since: negated, Without: notNegatedBefore, Below: everywhere},
		SamplingPolicy{Type: "and", Below: []SamplingPolicyBelow{{List: policiesList}, {List: compositeList}}, SubPolicies: []string{"and", andList}},
		SamplingPolicy{Type: "composite", Below: []SamplingPolicyBelow{{List: policiesList}}, SubPolicies: []string{"composite", compositeList}},
		SamplingPolicy{
			Type: "drop", Since: "0.126", Without: "0.123", Below: []SamplingPolicyBelow{{List: policiesList}},
			SubPolicies: []string{"drop", dropList},
		},
		SamplingPolicy{
			Type: "not", Since: negated, Without: notNegatedBefore, SubPolicies: []string{"not", notPolicy},
			Below: []SamplingPolicyBelow{
				{List: policiesList},
				{List: andList, Since: negatedBelow, Without: notNegatedBelow}, {List: dropList, Since: negatedBelow, Without: notNegatedBelow},
			},
		},
	)
}
