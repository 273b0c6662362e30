// Package rootwithoutneed has the rule root-without-need.
package rootwithoutneed

import (
	_ "embed"
	"slices"
	"strconv"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: the collector runs as root, and nothing in its config or its volumes needs it.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "root-without-need",
		Severity: lint.Warning,
		Summary:  "The collector runs as root, and nothing in its config or its volumes needs it.",
		Why:      "A fault in a component is then one as root: it owns every file of the container, and is a step from the node where the runtime has a fault too. Upstream's image runs as the user 10001.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/security/config-best-practices/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		user := c.SecurityContext("runAsUser")
		if user.Text() != "0" || !c.Settled() || needsRoot(c) {
			continue
		}
		p.Report(c.Place(user, "securityContext.runAsUser", "podSecurityContext.runAsUser", "securityContext", "podSecurityContext"),
			"%s runs as root, and nothing that it reads, keeps or listens on needs it: set runAsUser to 10001 and runAsNonRoot to true", c.Name()).
			Set(c.Place(user, "securityContext.runAsUser"), 10001)
	}
}

// needsRoot tells whether another user might not read, write or open what the collector does.
func needsRoot(c *lint.Collector) bool {
	for _, volume := range c.MountedVolumes() {
		if !anybodys(volume) {
			return true
		}
	}
	for _, mount := range c.Derived.Mounts {
		if _, _, mounted := c.MountOf(mount.MountPath); !mounted {
			return true
		}
	}
	for _, socket := range c.Sockets {
		if socket.Unknown || socket.Port != 0 && socket.Port < 1024 {
			return true
		}
	}

	return false
}

// anybodys tells of a volume that each user may read, and write where it is to be written.
func anybodys(volume lint.Field) bool {
	switch {
	case volume.At("emptyDir").Written():
		return true
	case volume.At("downwardAPI").Exists():
		return readable(volume.At("downwardAPI"))
	case volume.At("configMap").Exists(), volume.At("secret").Exists():
		return readable(volume.At("configMap")) && readable(volume.At("secret"))
	case volume.At("projected").Exists():
		return readable(volume.At("projected")) && !slices.ContainsFunc(volume.At("projected", "sources").Items(), guarded)
	default:
		return false
	}
}

// guarded tells of a source of a projected volume that it has a file that not each user may read.
func guarded(source lint.Field) bool {
	return slices.ContainsFunc([]string{"configMap", "secret", "downwardAPI"}, func(kind string) bool { return !readable(source.At(kind)) })
}

// readable tells of files that each user may read them, as they may unless a mode says else.
func readable(files lint.Field) bool {
	modes := []lint.Field{files.At("defaultMode")}
	for _, item := range files.At("items").Items() {
		modes = append(modes, item.At("mode"))
	}

	return !slices.ContainsFunc(modes, func(mode lint.Field) bool {
		const byOthers = 0o004
		bits, err := strconv.ParseInt(mode.Text(), 0, 64)

		return mode.Exists() && (err != nil || bits&byOthers == 0)
	})
}
