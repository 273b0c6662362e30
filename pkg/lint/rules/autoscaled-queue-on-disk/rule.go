// Package autoscaledqueueondisk has the rule autoscaled-queue-on-disk.
package autoscaledqueueondisk

import (
	_ "embed"
	"slices"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: an autoscaler takes away Pods whose queues are on volumes of their own.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "autoscaled-queue-on-disk",
		Severity: lint.Warning,
		Summary:  "An autoscaler may remove a Pod that keeps its queue on a volume of its own.",
		Why:      "What waits in the queue is sent when the Pod comes back, hours later or never. Where the volume is deleted with the Pod, what waits is lost, and it is an error.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil || c.Mode != lint.Gateway || p.Repeated(c.Object) {
			continue
		}
		id := queued(c)
		if id == "" {
			continue
		}
		for _, scaler := range p.Scalers(c) {
			if removes(scaler) {
				report(p, c, scaler, id)
			}
		}
	}
}

func report(p *lint.Pass, c *lint.Collector, scaler lint.Scaler, id string) {
	place := lint.Place{Object: scaler.Object, Field: scaler.Behavior.At("scaleDown", "selectPolicy"), Values: []string{"persistence.scaleDown", "persistence"}}
	kept := "stays on its volume until the Pod comes back"
	switch when := c.Object.At("spec", "persistentVolumeClaimRetentionPolicy", "whenScaled"); {
	case when.Text() == "Delete":
		place = c.Place(when, "persistence.whenScaled", "persistence")
		place.Severity, kept = lint.Error, "is deleted with its volume"
	case c.Own():
		// Who turns scaleDown on has been told.
		place.Severity = lint.Info
	}
	p.Report(place, "%s %s may remove Pods of %s, and what waits there in the queue of %s %s: let it add Pods alone, by behavior.scaleDown.selectPolicy: Disabled",
		scaler.Ref.Kind, scaler.Ref.Name, c.Name(), id, kept)
}

// removes says that an autoscaler may take Pods away.
func removes(scaler lint.Scaler) bool {
	least, bound := scaler.Least.Int()
	most, _ := scaler.Most.Int()
	return scaler.Behavior.At("scaleDown", "selectPolicy").Text() != "Disabled" && (!bound || least != most)
}

// queued is an exporter that keeps its queue on a volume that each Pod of a StatefulSet has of
// its own.
func queued(c *lint.Collector) string {
	for _, id := range c.Config.UsedIn("exporters") {
		kept := c.Config.At("exporters", id, "sending_queue", "storage").Text()
		own := func(storage lint.Storage) bool { return storage.Extension == kept && storage.Claim.Exists() }
		if c.Config.QueuesOnDisk(id) && slices.ContainsFunc(c.Storages(), own) {
			return id
		}
	}
	return ""
}
