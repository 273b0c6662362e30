// Package rollouttakesallpods has the rule rollout-takes-all-pods.
package rollouttakesallpods

import (
	_ "embed"
	"strconv"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: an update of a gateway ends all of its Pods at once.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "rollout-takes-all-pods",
		Severity: lint.Warning,
		Summary:  "An update of a gateway ends all of its Pods at once.",
		Why:      "Until new Pods are ready, every sender's data is refused, at each change of the config. Several replicas don't help where all go together.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Gateways() {
		strategy := c.Object.At("spec", "strategy")
		if c.Operator {
			strategy = c.Container.At("deploymentUpdateStrategy")
		}
		// Of one replica, gateway-single-replica tells.
		count, _, ok := p.Replicas(c)
		if !ok || count < 2 || !deploys(c) {
			continue
		}
		if kind := strategy.At("type"); kind.Text() == "Recreate" {
			p.Report(c.Place(kind, "updateStrategy.type"),
				"an update ends all %d Pods of %s before it starts new ones: set RollingUpdate", count, c.Name()).
				Set(c.Place(kind, "updateStrategy.type"), "RollingUpdate")
		} else if most := strategy.At("rollingUpdate", "maxUnavailable"); all(most.Text(), count) {
			p.Report(c.Place(most, "updateStrategy.rollingUpdate.maxUnavailable"),
				"an update may end all %d Pods of %s at once (maxUnavailable: %s): set 0 with maxSurge, or less than the replicas", count, c.Name(), most.Text())
		}
	}
}

// deploys tells whether the Pods are a Deployment's.
func deploys(c *lint.Collector) bool {
	mode := c.Container.At("mode").Text()

	return c.Object.Ref.Kind == "Deployment" || c.Operator && (mode == "" || mode == "deployment")
}

// all tells whether a number or percentage of Pods is as many as there are; Kubernetes rounds down.
func all(most string, count int64) bool {
	if share, ok := strings.CutSuffix(most, "%"); ok {
		percent, err := strconv.ParseInt(share, 10, 64)

		return err == nil && percent >= 100
	}
	number, err := strconv.ParseInt(most, 10, 64)

	return err == nil && number >= count
}
