package otelcol_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/tests/otelcol"
	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

// account is the service account of each release here.
const account = "rel-otlp-collector"

// A release is the chart in a namespace of its own.
type release struct {
	namespace string
	manifests []string
	rights    []right
}

// install installs the chart with values, as Helm does. $apps stands for the namespace of the workloads.
func install(t *testing.T, values, version, apps string) release {
	t.Helper()
	r := release{namespace: shared.Namespace(t, "privileged")}
	helm := shared.HelmCommand(t, 3, "install", "rel", chart, "-n", r.namespace, "-f", "-", "--output", "json",
		"--set", "image.collectorVersion="+version, "--set", "image.distribution=custom")
	helm.Stdin = strings.NewReader(strings.ReplaceAll(values, "$apps", apps))
	var stderr strings.Builder
	helm.Stderr = &stderr
	out, err := helm.Output()
	require.NoError(t, err, stderr.String())
	t.Cleanup(func() {
		_, _, err := shared.Helm(t, 3, "uninstall", "rel", "-n", r.namespace)
		require.NoError(t, err)
	})
	var installed struct{ Manifest string }
	require.NoError(t, json.Unmarshal(out, &installed))
	r.manifests = strings.Split(installed.Manifest, "\n---\n")
	r.rights = grantedBy(t, r.manifests)
	return r
}

// lacking makes an account for each right of the release, which has all of them but that one, and returns the accounts'
// names in the order of the rights.
func (r release) lacking(t *testing.T) []string {
	t.Helper()
	accounts := make([]string, len(r.rights))
	for i := range r.rights {
		accounts[i] = fmt.Sprintf("without-%d", i)
		_, err := shared.Client.CoreV1().ServiceAccounts(r.namespace).Create(t.Context(),
			&corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: accounts[i]}}, metav1.CreateOptions{})
		require.NoError(t, err)
		rules := map[string][]rbacv1.PolicyRule{}
		for j, right := range r.rights {
			if i != j {
				rules[right.Namespace] = append(rules[right.Namespace], ruleOf(right.of(accounts[i])))
			}
		}
		for namespace, rules := range rules {
			r.grant(t, accounts[i], namespace, rules)
		}
	}
	return accounts
}

// grant gives an account rules, in a namespace or, without one, in the cluster.
func (r release) grant(t *testing.T, to, namespace string, rules []rbacv1.PolicyRule) {
	t.Helper()
	name := metav1.ObjectMeta{Name: r.namespace + "-" + to}
	subjects := []rbacv1.Subject{{Kind: "ServiceAccount", Name: to, Namespace: r.namespace}}
	api := shared.Client.RbacV1()
	if namespace != "" {
		_, err := api.Roles(namespace).Create(t.Context(), &rbacv1.Role{ObjectMeta: name, Rules: rules}, metav1.CreateOptions{})
		require.NoError(t, err)
		_, err = api.RoleBindings(namespace).Create(t.Context(), &rbacv1.RoleBinding{
			ObjectMeta: name, Subjects: subjects, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: name.Name},
		}, metav1.CreateOptions{})
		require.NoError(t, err)
		return
	}
	_, err := api.ClusterRoles().Create(t.Context(), &rbacv1.ClusterRole{ObjectMeta: name, Rules: rules}, metav1.CreateOptions{})
	require.NoError(t, err)
	_, err = api.ClusterRoleBindings().Create(t.Context(), &rbacv1.ClusterRoleBinding{
		ObjectMeta: name, Subjects: subjects, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: name.Name},
	}, metav1.CreateOptions{})
	require.NoError(t, err)
}

// requests are the rights that an account has used, and those that it was refused.
func (r release) requests(t *testing.T) (used, refused map[string][]right) {
	t.Helper()
	all, err := shared.RequestsByAccount(r.namespace)
	require.NoError(t, err)
	used, refused = map[string][]right{}, map[string][]right{}
	for account, requests := range all {
		for _, request := range requests {
			into := used
			if request.Forbidden {
				into = refused
			}
			if what := asked(request); !everyones(what) || request.Forbidden {
				into[account] = append(into[account], what)
			}
		}
		used[account], refused[account] = sorted(used[account]), sorted(refused[account])
	}
	return used, refused
}

// resourceAttribute is one that collectors have from their environment.
const resourceAttribute = "deployment.environment.name"

// streaming switches how an informer begins: with a watch that streams what there is, or as clients and servers before
// Kubernetes 1.34 do, with a list.
func streaming(on bool) map[string]string {
	return map[string]string{"KUBE_FEATURE_WatchListClient": fmt.Sprint(on), "K8S_NODE_NAME": nodeName, "OTEL_RESOURCE_ATTRIBUTES": resourceAttribute + "=tests"}
}

// start runs the release's collector as the chart's account, and copies of what asks the API as the others.
func (r release) start(t *testing.T, distribution otelcol.Distribution, env map[string]string, others ...string) *otelcol.Collector {
	t.Helper()
	for {
		config, env := r.config(t, account, env, others...)
		collector, err := otelcol.TryStart(t, distribution.Binary(t), config, env)
		// Tests beside this one look for free ports too.
		if err != nil && strings.Contains(err.Error(), "address already in use") {
			continue
		}
		require.NoError(t, err)
		return collector
	}
}

// startApart runs the release's collector as another account, which may not get as far as to be ready.
func (r release) startApart(t *testing.T, distribution otelcol.Distribution, as string) {
	t.Helper()
	config, env := r.config(t, as, streaming(false))
	file := filepath.Join(t.TempDir(), "config.yaml")
	require.NoError(t, os.WriteFile(file, []byte(config), 0o600))
	command := exec.CommandContext(t.Context(), distribution.Binary(t), "--config=file:"+file)
	command.Env = []string{"HOME=" + t.TempDir()}
	for name, value := range env {
		command.Env = append(command.Env, name+"="+value)
	}
	require.NoError(t, command.Start())
	t.Cleanup(func() { _ = command.Wait() }) // The context has ended it.
}

// config is the release's for this machine, and what it reads of the environment.
func (r release) config(t *testing.T, as string, env map[string]string, others ...string) (string, map[string]string) {
	t.Helper()
	machine := otelcol.Machine{
		Dir: t.TempDir(), Sink: telemetry.StartSink(t, telemetry.SinkConfig{}), Env: env,
		Kubeconfig: otelcol.Kubeconfig(t, shared, r.namespace, append([]string{as}, others...)...),
	}
	original := configOf(t, r.manifests)
	rewritten, err := otelcol.Rewrite(original, machine)
	require.NoError(t, err)
	kubeconfigs := map[string]string{}
	for _, other := range others {
		kubeconfigs[other] = otelcol.Kubeconfig(t, shared, r.namespace, other)
	}
	return replicated(t, resolving(t, original, quickened(rewritten.Config)), kubeconfigs), rewritten.Env
}

// quickened has a config do soon what it does every half minute.
func quickened(config string) string {
	return strings.ReplaceAll(config, "scrape_interval: 30s", "scrape_interval: 1s")
}

// resolving has a load balancer ask the API for its backends, where the config for a plain machine names the sink.
func resolving(t *testing.T, original, rewritten string) string {
	t.Helper()
	resolver := func(text string) (document, balancer map[string]any) {
		require.NoError(t, yaml.Unmarshal([]byte(text), &document))
		balancer, _ = document["exporters"].(map[string]any)["load_balancing"].(map[string]any)
		return document, balancer
	}
	_, before := resolver(original)
	document, after := resolver(rewritten)
	if after == nil {
		return rewritten
	}
	after["resolver"] = before["resolver"]
	text, err := yaml.Marshal(document)
	require.NoError(t, err)
	return string(text)
}
