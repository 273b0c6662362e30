// Package filenotmounted has the rule file-not-mounted.
package filenotmounted

import (
	_ "embed"
	"path"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a component reads a certificate, key or password from a file that is not in the container.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "file-not-mounted",
		Severity: lint.Error,
		Summary:  "A component reads a certificate, key or password from a file that is not in the container.",
		Why:      "Upstream's images hold the collector, its default config and the CA certificates of the internet, and no volume is mounted where the file should be. The collector does not start; without the file of a bearer token it starts, and each request lacks the token.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://github.com/open-telemetry/opentelemetry-collector/blob/main/config/configtls/README.md",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	if p.Kustomized() {
		return
	}
	for _, c := range p.Collectors {
		if c.Config == nil || !c.Runs() || !settled(c) {
			continue
		}
		c.Config.Scalars(func(steps []any, file string) {
			if !isFile(c, steps) || !path.IsAbs(file) || strings.Contains(file, "$") || c.Operator && mountedByOperator(file) {
				return
			}
			if fault := missing(p, c, path.Clean(file)); fault != "" {
				p.ReportConfig(c, steps, nil, "%s of %s is %s, and %s", steps[len(steps)-1], steps[1], file, fault)
			}
		})
	}
}

// settled says that all the files of the container are known: the image's are, and nothing adds a volume on the way.
func settled(c *lint.Collector) bool {
	if !c.Image.Released() || !c.Pod.Exists() && (!c.Operator || c.Mode == lint.Sidecar) {
		return false
	}
	if command := c.Container.At("command", 0).Text(); command != "" && !strings.HasPrefix(command, "/otelcol") {
		return false
	}
	onWindows := func(mount lint.Field) bool { return !path.IsAbs(mount.At("mountPath").Text()) }
	if slices.ContainsFunc(c.Container.At("volumeMounts").Items(), onWindows) {
		return false
	}
	marks := []lint.Field{c.Pod.At("metadata", "annotations"), c.Pod.At("metadata", "labels")}
	if c.Operator {
		marks = []lint.Field{c.Container.At("podAnnotations"), c.Object.At("metadata", "annotations"), c.Object.At("metadata", "labels")}
	}
	return !slices.ContainsFunc(marks, injects)
}

// injects says that a label or annotation asks another program to change the Pod, as those of Vault and of meshes do.
func injects(marks lint.Field) bool {
	return slices.ContainsFunc(marks.Keys(), func(key string) bool {
		return strings.Contains(key, "inject") || strings.Contains(key, "vault")
	})
}

// isFile says that a component in use has the name of a file at a path, which it reads when it starts.
func isFile(c *lint.Collector, steps []any) bool {
	if len(steps) < 3 {
		return false
	}
	section, _ := steps[0].(string)
	id, _ := steps[1].(string)
	if !slices.Contains([]string{"receivers", "processors", "exporters", "extensions"}, section) || !slices.Contains(c.Config.UsedIn(section), id) {
		return false
	}
	entry := component.Known().Entry(component.Kind(section), lint.Type(id))
	if entry == nil || off(c, steps) {
		return false
	}
	switch path.Base(entry.Source) {
	case "basicauthextension":
		return matches(steps[2:], "htpasswd", "file") || matches(steps[2:], "client_auth", "username_file") || matches(steps[2:], "client_auth", "password_file")
	case "bearertokenauthextension":
		return matches(steps[2:], "filename")
	default:
		return ofTLS(entry.Structure, steps[2:]) && loads(c, steps)
	}
}

func matches(steps []any, keys ...string) bool {
	return slices.EqualFunc(steps, keys, func(step any, key string) bool { return step == key })
}

// off says that a section around a path is switched off.
func off(c *lint.Collector, steps []any) bool {
	for i := range steps {
		if c.Config.At(steps[:i]...).At("enabled").Text() == "false" {
			return true
		}
	}
	return false
}

// ofTLS says that a file of the TLS settings that all components share stands at a path of a component.
func ofTLS(structure *component.Structure, steps []any) bool {
	shared := ""
	for _, step := range steps {
		if structure == nil {
			return false
		}
		shared = structure.Ref
		structure = component.Known().Resolve(structure)
		key, isKey := step.(string)
		switch {
		case structure == nil:
			return false
		case isKey && structure.Keys[key] != nil:
			structure = structure.Keys[key]
		default:
			structure = structure.Of
		}
	}
	key := steps[len(steps)-1]
	return (shared == "configtls.ClientConfig" || shared == "configtls.ServerConfig") &&
		(key == "ca_file" || key == "cert_file" || key == "key_file" || key == "client_ca_file")
}

// loads says that the TLS settings around a path are read: a client without TLS reads its CA alone, and a key may be one of
// the machine's TPM.
func loads(c *lint.Collector, steps []any) bool {
	around := c.Config.At(steps[:len(steps)-1]...)
	return !around.At("tpm", "enabled").Exists() && (!around.At("insecure").Exists() || around.At("insecure").Text() == "false")
}

// mountedByOperator says that the operator may put a file at a path.
func mountedByOperator(file string) bool {
	return lint.Inside("/conf", file) || lint.Inside("/var/conf", file) || lint.Inside("/tls", file)
}

const accountFolder = "/var/run/secrets/kubernetes.io/serviceaccount"

// missing says why a file is certain not to be in the container; empty where it may be.
func missing(p *lint.Pass, c *lint.Collector, file string) string {
	mount, relative, mounted := c.MountOf(file)
	switch {
	case mounted:
		return left(c, mount, relative)
	case lint.Inside(accountFolder, file):
		if _, has, known := p.Token(c); !c.Operator && known && !has {
			return c.Name() + " has no token there: leave automountServiceAccountToken out, or set it to true"
		}
		return ""
	case lint.Inside("/etc/ssl/certs", file), lint.Inside("/var/run/secrets", file), lint.Inside("/run/secrets", file), ofImage(file):
		return ""
	default:
		return c.Name() + " mounts nothing there: mount a volume with the file at " + path.Dir(file)
	}
}

// ofImage says that a file is the default config that upstream's images have.
func ofImage(file string) bool {
	return strings.HasPrefix(file, "/etc/otelcol") && path.Base(file) == "config.yaml"
}

// left says that a Secret's or ConfigMap's volume lists the files that it has, and a file is not among them.
func left(c *lint.Collector, mount lint.Field, relative string) string {
	if mount.At("subPath").Exists() || mount.At("subPathExpr").Exists() || relative == "" {
		return ""
	}
	at := strings.TrimSuffix(mount.At("mountPath").Text(), "/")
	volume := c.VolumeAt(at)
	for _, kind := range []string{"secret", "configMap"} {
		items := volume.At(kind, "items")
		if items.Len() == 0 {
			continue
		}
		var has []string
		for _, item := range items.Items() {
			has = append(has, item.At("path").Text())
		}
		if !slices.Contains(has, strings.TrimPrefix(relative, "..data/")) {
			return "the items of the volume " + volume.At("name").Text() + " that is mounted there are " + strings.Join(has, ", ") + ": add it to them"
		}
	}
	return ""
}
