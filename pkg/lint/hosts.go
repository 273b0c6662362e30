package lint

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// OnInternet says that the host is a public address, or a name that looks like one that the
// internet's DNS has. A network of one's own may have such a name too.
func (t Target) OnInternet() bool {
	host := strings.Trim(strings.ToLower(t.Host), "[]")
	if address, err := netip.ParseAddr(host); err == nil {
		return publicAddress(address)
	}
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	last := labels[len(labels)-1]
	// Two words may be a Service and its namespace.
	surely := []string{"com", "net", "org", "io"}
	if len(labels) < 2 || len(labels) == 2 && !slices.Contains(surely, last) ||
		slices.ContainsFunc(labels, inside) || len(labels) > 2 && labels[2] == "svc" ||
		len(labels) == 3 && numbered.MatchString(labels[0]) && !slices.Contains(surely, last) {
		return false
	}
	return len(last) == 2 || slices.Contains(append(surely, "app", "cloud", "dev"), last)
}

// numbered is the name of a StatefulSet's Pod, which has its Service and namespace behind it.
var numbered = regexp.MustCompile(`-[0-9]+$`)

// IsAddress says that the host is an address, not a name.
func (t Target) IsAddress() bool {
	_, err := netip.ParseAddr(strings.Trim(t.Host, "[]"))
	return err == nil
}

// Private says that a text is an address that the internet does not lead to.
func Private(text string) bool {
	address, err := netip.ParseAddr(strings.TrimSpace(text))
	return err == nil && !publicAddress(address)
}

func publicAddress(address netip.Addr) bool {
	shared := netip.MustParsePrefix("100.64.0.0/10") // Of a provider's network.
	return address.IsGlobalUnicast() && !address.IsPrivate() && !shared.Contains(address.Unmap())
}

// inside tells words by which networks of one's own are called.
func inside(label string) bool {
	return slices.Contains([]string{
		"corp", "int", "internal", "intra", "intranet", "lan", "local", "priv", "private", "privatelink", "vpc", "vpce", "vpn",
	}, label)
}

// Meshed says that a mesh may stand between the collector and others: it takes the Pod's
// connections, chooses a Pod for each request, may encrypt and ask who a client is.
func (p *Pass) Meshed(c *Collector) bool {
	return once(&p.index.meshed, c, func() bool { return p.meshed(c) })
}

func (p *Pass) meshed(c *Collector) bool {
	for _, o := range p.Objects {
		if ofMesh(map[string]string{o.Ref.APIVersion: ""}) {
			return true
		}
		if o.Kind("", "Namespace") && o.Ref.Name == c.Namespace() && (ofMesh(o.Labels()) || ofMesh(o.At("metadata", "annotations").StringMap())) {
			return true
		}
	}
	return ofMesh(c.Labels()) || ofMesh(c.Pod.At("metadata", "annotations").StringMap()) ||
		c.Operator && (ofMesh(c.Container.At("podAnnotations").StringMap()) || ofMesh(c.Object.Labels()) ||
			ofMesh(c.Object.At("metadata", "annotations").StringMap()))
}

// ofMesh says that a label, annotation or API is one that a mesh reads, and not to stay away.
func ofMesh(marks map[string]string) bool {
	for key, value := range marks {
		host, _, _ := strings.Cut(key, "/")
		if strings.Contains(key, "inject") && slices.Contains([]string{"false", "disabled"}, value) {
			continue
		}
		for _, mesh := range []string{"istio.io", "linkerd.io", "kuma.io", "consul.hashicorp.com", "istio-injection"} {
			if host == mesh || strings.HasSuffix(host, "."+mesh) {
				return true
			}
		}
	}
	return false
}
