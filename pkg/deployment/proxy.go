package deployment

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// proxyPatience is how long a collector may take to answer: it is asked for little.
const proxyPatience = 2 * time.Second

// An endpoint is where a Pod serves something by HTTP.
type endpoint struct {
	scheme, path string
	port         int
}

// unreachable is what the API server's proxy says, and no collector does.
const unreachable = "error trying to reach service"

// errForbidden is that the account may not use the API server's proxy.
var errForbidden = errors.New("forbidden")

// ask asks a Pod through the API server's proxy. The answer is the collector's, whatever its code.
func (c *Cluster) ask(ctx context.Context, pod *Pod, at endpoint) (code int, body string, err error) {
	ctx, cancel := context.WithTimeout(ctx, proxyPatience)
	defer cancel()
	name := fmt.Sprintf("%s:%d", pod.Name, at.port)
	if at.scheme == "https" {
		name = "https:" + name
	}
	result := c.core.RESTClient().Get().Namespace(pod.Namespace).Resource("pods").SubResource("proxy").Name(name).
		Suffix(at.path).SetHeader("Accept", "text/plain, */*").MaxRetries(0).Do(ctx)
	result.StatusCode(&code)
	data, err := result.Raw()
	body = string(data)
	switch {
	case apierrors.IsForbidden(err) && strings.Contains(err.Error(), "pods/proxy"):
		return code, "", fmt.Errorf("the cluster forbids to get pods/proxy in the namespace %s: %w", pod.Namespace, errForbidden)
	case ctx.Err() != nil:
		return 0, "", fmt.Errorf("%s does not answer on port %d within %s", pod.Name, at.port, proxyPatience)
	case strings.Contains(body, unreachable):
		return 0, "", errors.New(strings.TrimSpace(body[strings.Index(body, unreachable):]))
	case err != nil && code == 0, err != nil && strings.Contains(body, `"kind":"Status"`):
		return code, "", err //nolint:wrapcheck // It says which Pod was asked for what.
	default:
		return code, body, nil
	}
}

// healthOf is where a collector's container is probed; false: it is not by HTTP.
func healthOf(c *corev1.Container) (endpoint, bool) {
	if c == nil {
		return endpoint{}, false
	}
	for _, probe := range []*corev1.Probe{c.ReadinessProbe, c.LivenessProbe, c.StartupProbe} {
		if probe == nil || probe.HTTPGet == nil {
			continue
		}
		port, ok := portOf(c, probe.HTTPGet.Port)
		if !ok {
			continue
		}

		return endpoint{scheme: strings.ToLower(string(probe.HTTPGet.Scheme)), path: probe.HTTPGet.Path, port: port}, true
	}

	return endpoint{}, false
}

// metricsOf is where a collector's container serves its own metrics; false: nowhere that another Pod could reach.
func metricsOf(c *corev1.Container) (endpoint, bool) {
	if c == nil {
		return endpoint{}, false
	}
	port, ok := portOf(c, intstr.FromString("metrics"))

	return endpoint{path: "/metrics", port: port}, ok
}

// portOf is the number of a container's port.
func portOf(c *corev1.Container, port intstr.IntOrString) (int, bool) {
	if port.Type == intstr.Int {
		return port.IntValue(), true
	}
	for _, p := range c.Ports {
		if p.Name == port.StrVal {
			return int(p.ContainerPort), true
		}
	}

	return 0, false
}
