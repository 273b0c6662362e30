// Package storagenotwritable has the rule storage-not-writable.
package storagenotwritable

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

// Rule finds it: a queue or checkpoint is kept in a volume that the collector's user can't write.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "storage-not-writable",
		Severity: lint.Warning,
		Summary:  "A queue or checkpoint is kept in a volume that the collector's user can't write.",
		Why:      "Upstream's images run as user 10001. A folder that the kubelet makes on the node, and the root of most new volumes, belong to root: the collector is denied its file, and does not start.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		// An init container may prepare the folder.
		if c.Config == nil || c.PodSpec("initContainers").Len() > 0 {
			continue
		}
		user, stated := runsAs(c)
		if user == "" || user == "0" {
			continue
		}
		for _, storage := range c.Storages() {
			if kind := storage.Volume.At("hostPath", "type"); kind.Text() == "DirectoryOrCreate" {
				p.Report(c.Place(kind, "podSecurityContext.runAsUser", "securityContext.runAsUser", "extraVolumes"),
					"the kubelet makes %s on the node for root, and %s runs as user %s, which can't write there: run it as user 0, or have an init container change the owner",
					storage.Volume.At("hostPath", "path").Text(), c.Name(), user)
			}
			if claimed(storage) && !platform(p) {
				claims(p, c, storage, user, stated)
			}
		}
	}
}

// claims reports a volume that no group is given.
func claims(p *lint.Pass, c *lint.Collector, storage lint.Storage, user string, stated bool) {
	context := c.PodSecurityContext()
	switch {
	case context.At("fsGroup").Exists() || context.At("supplementalGroups").Exists():
	case stated:
		p.Report(c.Place(context, "podSecurityContext.fsGroup", "podSecurityContext"),
			"%s runs as user %s, and the volume at %s belongs to root in most storage classes: set fsGroup: %s", c.Name(), user, storage.Mount.At("mountPath").Text(), user).
			Set(c.Place(context.At("fsGroup"), "podSecurityContext.fsGroup"), number(user))
	// The chart leaves the user to the platform only where that gives a group too.
	case !c.Own():
		at := c.Place(context)
		at.Severity = lint.Info
		p.Report(at, "%s runs as its image's user %s, and the volume at %s belongs to root in most storage classes: set fsGroup: %s, unless the platform does, as OpenShift",
			c.Name(), user, storage.Mount.At("mountPath").Text(), user).
			Set(c.Place(context.At("fsGroup")), number(user))
	}
}

// runsAs is the user of the collector's container, and whether the Pod says it: upstream's images have one of their own.
func runsAs(c *lint.Collector) (user string, stated bool) {
	if user := c.SecurityContext("runAsUser").Text(); user != "" {
		return user, true
	}
	if c.Image.Released() {
		return "10001", false
	}

	return "", false
}

func claimed(storage lint.Storage) bool {
	return storage.Claim.Exists() || storage.Volume.At("persistentVolumeClaim").Exists() || storage.Volume.At("ephemeral").Exists()
}

// platform tells whether the input is for OpenShift, which gives Pods a user and a group.
func platform(p *lint.Pass) bool {
	for _, object := range p.Objects {
		if group, _, _ := strings.Cut(object.Ref.APIVersion, "/"); strings.HasSuffix(group, "openshift.io") {
			return true
		}
	}

	return false
}

// number is a user's id as a number; the text where it is none.
func number(user string) any {
	if n, err := strconv.Atoi(user); err == nil {
		return n
	}

	return user
}
