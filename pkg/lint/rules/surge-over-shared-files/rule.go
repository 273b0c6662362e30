// Package surgeoversharedfiles has the rule surge-over-shared-files.
package surgeoversharedfiles

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: two Pods of a node are to write the same files.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "surge-over-shared-files",
		Severity: lint.Error,
		Summary:  "A DaemonSet starts the new Pod of a node before the old one goes, and both keep their state in one folder of it.",
		Why:      "The old Pod holds the lock of the file. The new one can't open it and ends, the old one waits for it to be ready, and the rollout stands still.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/tasks/manage-daemon/update-daemon-set/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil || c.Mode != lint.DaemonSet || !c.Runs() {
			continue
		}
		rolling := c.Object.At("spec", strategy(c), "rollingUpdate")
		surge, unavailable := rolling.At("maxSurge"), rolling.At("maxUnavailable")
		folder, kept := onNode(c)
		if most := surge.Text(); kept && most != "" && most != "0" && most != "0%" {
			changes := []lint.Change{{At: c.Place(surge, "updateStrategy.rollingUpdate.maxSurge"), Value: 0}}
			mend := "set maxSurge to 0"
			// With both 0 the API server refuses it.
			if unavailable.Exists() {
				mend += ", and maxUnavailable to 1"
				changes = append(changes, lint.Change{At: c.Place(unavailable, "updateStrategy.rollingUpdate.maxUnavailable"), Value: 1})
			}
			p.Report(c.Place(surge, "updateStrategy.rollingUpdate.maxSurge"),
				"the new Pod of a node starts beside the old one, and both keep files in %s of the node, which one alone can open: %s", folder, mend).
				Mend(mend, changes...)
		}
	}
}

// strategy is the key of a DaemonSet's update strategy, which an OpenTelemetryCollector has by another name since v1beta1.
func strategy(c *lint.Collector) string {
	if c.Operator && c.Object.Ref.APIVersion != "opentelemetry.io/v1alpha1" {
		return "daemonSetUpdateStrategy"
	}
	return "updateStrategy"
}

// onNode is a folder of the node in which a file_storage in use keeps its files.
func onNode(c *lint.Collector) (folder string, kept bool) {
	for _, storage := range c.Storages() {
		if storage.Volume.At("hostPath").Exists() {
			return storage.Folder, true
		}
	}

	return "", false
}
