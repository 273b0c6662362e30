package collectorconfig

import (
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/ottl"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// checkPolicies judges the sampling policies of a tail_sampling processor, which its validation does not look at: the collector
// refuses them when it starts.
func (c *checker) checkPolicies(doc *Document, d Definition, canonical string) {
	if d.Kind != component.Processor || canonical != "tail_sampling" || d.Body == nil {
		return
	}
	p := policyChecker{subject: c.subject(doc, d), types: component.SamplingPolicies(), extensions: map[string]bool{}}
	for _, other := range doc.Components {
		if other.Kind == component.Extension {
			p.extensions[other.ID] = true
		}
	}
	p.unseen = doc.opaque["extensions"]
	policies := d.Body.Get("policies")
	p.checkList("policies", source.Keys("policies"), policies)
	p.checkNames(policies)
}

// checkNames reports policies without a name, and with one that another has.
func (p *policyChecker) checkNames(policies *source.Node) {
	if policies == nil || policies.Kind != source.Sequence {
		return
	}
	seen := map[string]bool{}
	for i, policy := range policies.Items {
		if policy.Kind != source.Mapping || hasJoinedKeys(policy) {
			continue
		}
		path := source.Keys("policies").Join(source.Index(i))
		name := policy.Get("name")
		switch {
		case name == nil || name.IsNull() || name.Value == "":
			p.report(path, policy, nil, " has no name, which each policy needs")
		case seen[name.Value] && !varies(name):
			p.report(path.Join(source.Key("name")), name, nil, " is "+written(name)+", which another policy has")
		}
		if name != nil {
			seen[name.Value] = true
		}
	}
}

// runs tells whether a pipeline is known to have a component, without which the collector only reads its configuration.
func (d *Document) runs(component Definition) bool {
	return slices.ContainsFunc(signals(), func(signal string) bool { return d.runsOf(component, signal) })
}

// runsOf tells whether a pipeline of a signal is known to have a component.
func (d *Document) runsOf(definition Definition, signal string) bool {
	return pipelineOf(d, definition, signal) != ""
}

type policyChecker struct {
	subject
	types []component.SamplingPolicy
	// extensions may have policies of their own, each by its id; unseen tells that not all are known.
	extensions map[string]bool
	unseen     bool
}

// checkList judges the policies of a list, or the one that stands in a list's place.
func (p *policyChecker) checkList(list string, path source.Path, node *source.Node) {
	switch {
	case node == nil:
	case node.Kind == source.Mapping:
		p.checkPolicy(list, path, node)
	default:
		for i, item := range node.Items {
			if item.Kind == source.Mapping {
				p.checkPolicy(list, path.Join(source.Index(i)), item)
			}
		}
	}
}

func (p *policyChecker) checkPolicy(list string, path source.Path, policy *source.Node) {
	word := policy.Get("type")
	if word == nil || word.Kind != source.Scalar || word.IsNull() || varies(word) || hasJoinedKeys(policy) {
		return
	}
	index := slices.IndexFunc(p.types, func(known component.SamplingPolicy) bool { return known.Type == word.Value })
	if index < 0 || !p.takes(list, p.types[index]) {
		p.reportType(list, path.Join(source.Key("type")), word, index)

		return
	}
	if keys := p.types[index].SubPolicies; len(keys) > 0 {
		p.checkList(keys[len(keys)-1], path.Join(source.Keys(keys...)...), policy.Lookup(source.Keys(keys...)))
	}
	p.checkValues(word.Value, path, policy)
}

// checkValues judges what only policies of a type look at.
func (p *policyChecker) checkValues(word string, path source.Path, policy *source.Node) {
	switch word {
	case "status_code":
		p.checkStatusCodes(path, policy)
	case "string_attribute":
		if on := policy.Lookup(source.Keys("string_attribute", "enabled_regex_matching")); on != nil && on.Tag == "!!bool" && strings.EqualFold(on.Value, "true") {
			p.eachOf(path, policy, []string{"string_attribute", "values"}, p.checkExpression)
		}
	case "ottl_condition":
		for _, context := range []string{"span", "spanevent"} {
			p.eachOf(path, policy, []string{"ottl_condition", context}, func(at source.Path, node *source.Node) {
				p.checkCondition(context, at, node)
			})
		}
	}
}

// takes tells whether a list takes a type of policy in the image's version; without one, in the newest.
func (p *policyChecker) takes(list string, policy component.SamplingPolicy) bool {
	return slices.ContainsFunc(policy.Below, func(below component.SamplingPolicyBelow) bool {
		return below.List == list && !p.lacks(policy.Without) && !p.lacks(below.Without)
	})
}

// lacks tells whether the image is not newer than the last version without something.
func (p *policyChecker) lacks(without string) bool {
	return p.version != "" && without != "" && !p.after(without)
}

func (p *policyChecker) reportType(list string, path source.Path, word *source.Node, index int) {
	if p.unseen || p.extensions[TrimID(word.Value)] {
		return
	}
	var words []string
	for _, policy := range p.types {
		if p.takes(list, policy) {
			words = append(words, policy.Type)
		}
	}
	if index < 0 {
		p.report(path, word, words, " takes no "+written(word))

		return
	}
	since := p.types[index].Since
	for _, below := range p.types[index].Below {
		if below.List == list && below.Since != "" {
			since = below.Since
		}
	}
	if slices.ContainsFunc(p.types[index].Below, func(below component.SamplingPolicyBelow) bool { return below.List == list }) {
		p.refuseOnce(path, word, Problem{Hint: "use an image of " + since + " or later",
			Message: " takes " + written(word) + " since " + since + ", and the image is " + p.version})

		return
	}
	p.report(path, word, nil, " takes no "+written(word)+": none stands below "+list)
}

// report reports a value, and which words are taken in its place.
func (p *policyChecker) report(path source.Path, at *source.Node, words []string, says string) {
	best := nearest(strings.ToLower(at.Value), words)
	if best == "" {
		best = nearest(strings.ToUpper(at.Value), words)
	}
	hint := didYouMean(best)
	if best == "" && len(words) > 0 && len(words) <= mostListed {
		hint = "it takes " + strings.Join(words, ", ")
	}
	p.refuseOnce(path, at, Problem{Message: says, Hint: hint, TextInstead: best})
}

// refuseOnce reports a value, unless something is said of it already.
func (p *policyChecker) refuseOnce(path source.Path, at *source.Node, problem Problem) {
	whole := p.definition.Path.Join(path...).String()
	if slices.ContainsFunc(p.problems, func(other Problem) bool { return other.Path == whole }) {
		return
	}
	problem.Code = CodeInvalidValue
	p.refuse(whenMade, path, at, problem)
}

// eachOf visits the texts of a list, but for those that a variable may change.
func (p *policyChecker) eachOf(path source.Path, policy *source.Node, keys []string, visit func(source.Path, *source.Node)) {
	list := policy.Lookup(source.Keys(keys...))
	if list == nil {
		return
	}
	for i, item := range list.Items {
		if item.Kind == source.Scalar && item.Tag == "!!str" && !isOpaque(item) {
			visit(path.Join(source.Keys(keys...)...).Join(source.Index(i)), item)
		}
	}
}

func (p *policyChecker) checkStatusCodes(path source.Path, policy *source.Node) {
	words := []string{"OK", "ERROR", "UNSET"}
	p.eachOf(path, policy, []string{"status_code", "status_codes"}, func(at source.Path, node *source.Node) {
		if !strings.Contains(node.Value, "$") && !slices.Contains(words, node.Value) {
			p.report(at, node, words, " takes no "+written(node))
		}
	})
}

func (p *policyChecker) checkExpression(path source.Path, node *source.Node) {
	if why, hint := p.judgeExpression(node, component.Expression{}); why != "" {
		p.refuseOnce(path, node, Problem{Message: " is " + written(node) + ", which " + why, Hint: hint})
	}
}

// checkCondition has the code of the processor's policy judge a condition. An own build may have functions of its own.
func (p *policyChecker) checkCondition(context string, path source.Path, node *source.Node) {
	if p.distribution == customDistribution || strings.Contains(node.Value, "$") {
		return
	}
	if err := ottl.CheckSampling(context, node.Value); err != nil {
		s := statementChecker{checker: p.checker, definition: p.definition}
		s.report(path, node, firstLine(err))
		s.problems[len(s.problems)-1].Ignored = s.uncertain() || p.idle
	}
}
