package cluster

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/tests/cluster/node"
)

const (
	serviceRange = "10.96.0.0/16"
	// apiServiceAddress is the first address of serviceRange, which the Service kubernetes gets.
	apiServiceAddress = "10.96.0.1"

	auditLog        = "audit.log"
	auditPolicyFile = "audit-policy.yaml"
)

// A layout is what the servers of one cluster agree on: where they listen and which files they use.
type layout struct {
	dir     string
	address string
	etcd    int
	peer    int
	api     int
	// nodes is how many there are. With none, Pods stay Pending.
	nodes int
	// simulated tells that KWOK runs.
	simulated bool
	// further are flags of the API server's.
	further []string

	keys            keys
	adminKubeconfig string
}

// newLayout picks free ports and writes keys and kubeconfigs to the folder.
func newLayout(dir string, nodes Nodes) (layout, error) {
	l := layout{
		dir: dir, address: "127.0.0.1", nodes: nodes.Count, simulated: nodes.simulated, further: nodes.apiServer,
		adminKubeconfig: filepath.Join(dir, "admin.kubeconfig"),
	}
	if l.nodes > 0 {
		l.address = HostAddress
	}
	ports, err := freePorts(l.address, 3)
	if err != nil {
		return layout{}, err
	}
	l.etcd, l.peer, l.api = ports[0], ports[1], ports[2]

	kubelets := map[string]string{}
	for i := range l.nodes {
		kubelets[nodeName(i)] = nodeAddress(i)
	}
	l.keys, err = writeKeys(filepath.Join(dir, "keys"), kubelets,
		net.ParseIP(l.address), net.ParseIP("127.0.0.1"), net.ParseIP(apiServiceAddress))
	if err != nil {
		return layout{}, err
	}
	policy := auditPolicy
	if l.simulated {
		policy = simulatedAuditPolicy
		if err := writeFile(l.kwokConfig(), []byte(kwokConfig)); err != nil {
			return layout{}, err
		}
	}
	if err := writeFile(filepath.Join(dir, auditPolicyFile), []byte(policy)); err != nil {
		return layout{}, err
	}

	return l, l.writeKubeconfigs()
}

func (l layout) writeKubeconfigs() error {
	owners := map[string]keyPair{
		l.adminKubeconfig:                  l.keys.admin,
		l.kubeconfig("controller-manager"): l.keys.controllerManager,
		l.kubeconfig("scheduler"):          l.keys.scheduler,
		l.kubeconfig("kube-proxy"):         l.keys.proxy,
		l.kubeconfig(metricsServer):        l.keys.metrics,
		l.kubeconfig(node.Router):          l.keys.router,
		l.kubeconfig("kwok"):               l.keys.kwok,
	}
	for name, pairs := range l.keys.nodes {
		owners[l.kubeconfig(name)] = pairs.client
	}
	server := "https://" + net.JoinHostPort(l.address, strconv.Itoa(l.api))
	for path, pair := range owners {
		if err := writeKubeconfig(path, server, l.keys, pair); err != nil {
			return err
		}
	}

	return nil
}

// kubeconfig is the path of a server's.
func (l layout) kubeconfig(name string) string { return filepath.Join(l.dir, name+".kubeconfig") }

// commands lists the servers in the order in which they start.
func (l layout) commands(programs map[string]string) []command {
	commands := []command{
		{name: "etcd", path: programs["etcd"], args: l.etcdFlags(), ready: l.etcdHealthy},
		{name: "kube-apiserver", path: programs["kube-apiserver"], args: l.apiServerFlags(), ready: apiServerReady},
		{
			name: "kube-controller-manager", path: programs["kube-controller-manager"], args: l.controllerManagerFlags(),
			ready: func(ctx context.Context, c *Cluster) error { return c.namespaceReady(ctx, metav1.NamespaceDefault) },
		},
	}
	// These are ready when a node and a Pod of it are.
	started := func(context.Context, *Cluster) error { return nil }
	if l.nodes > 0 || l.simulated {
		commands = append(commands, command{
			name: "kube-scheduler", path: programs["kube-scheduler"], args: l.schedulerFlags(), ready: started,
		})
	}
	if l.simulated {
		commands = append(commands, command{name: "kwok", path: programs["kwok"], args: l.kwokFlags(), ready: started})
	}

	return commands
}

func (l layout) etcdFlags() []string {
	client, peer := l.url(l.etcd), l.url(l.peer)

	return []string{
		"--data-dir=" + filepath.Join(l.dir, "etcd"),
		"--listen-client-urls=" + client, "--advertise-client-urls=" + client,
		"--listen-peer-urls=" + peer, "--initial-advertise-peer-urls=" + peer, "--initial-cluster=default=" + peer,
		"--unsafe-no-fsync", "--log-level=warn", "--quota-backend-bytes=8589934592",
	}
}

func (l layout) apiServerFlags() []string {
	flags := []string{
		"--etcd-servers=" + l.url(l.etcd),
		"--bind-address=" + l.address, "--secure-port=" + strconv.Itoa(l.api),
		"--service-cluster-ip-range=" + serviceRange,
		"--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction", "--allow-privileged=true",
		"--audit-policy-file=" + filepath.Join(l.dir, auditPolicyFile), "--audit-log-path=" + filepath.Join(l.dir, auditLog),
		// In megabytes: tests read it as one file.
		"--audit-log-maxsize=100000",
		"--client-ca-file=" + l.keys.ca, "--tls-cert-file=" + l.keys.apiServer.certificate,
		"--tls-private-key-file=" + l.keys.apiServer.key,
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=" + l.keys.serviceAccounts, "--service-account-signing-key-file=" + l.keys.serviceAccounts,
	}
	flags = append(flags, l.further...)
	if l.nodes == 0 {
		// The server refuses to publish a loopback address as the endpoint of the Service kubernetes.
		return append(flags, "--endpoint-reconciler-type=none")
	}

	flags = append(flags, l.aggregationFlags()...)

	return append(flags,
		"--kubelet-preferred-address-types=InternalIP", "--kubelet-certificate-authority="+l.keys.ca,
		"--kubelet-client-certificate="+l.keys.kubeletClient.certificate, "--kubelet-client-key="+l.keys.kubeletClient.key,
	)
}

func (l layout) schedulerFlags() []string {
	return []string{
		"--kubeconfig=" + l.kubeconfig("scheduler"), "--leader-elect=false", "--secure-port=0",
		"--kube-api-qps=500", "--kube-api-burst=500",
	}
}

func (l layout) controllerManagerFlags() []string {
	return []string{
		"--kubeconfig=" + l.kubeconfig("controller-manager"), "--leader-elect=false", "--secure-port=0",
		"--use-service-account-credentials", "--service-account-private-key-file=" + l.keys.serviceAccounts,
		"--root-ca-file=" + l.keys.ca,
		"--cluster-signing-cert-file=" + l.keys.ca, "--cluster-signing-key-file=" + l.keys.caKey,
		"--node-monitor-grace-period=" + l.nodeMonitorGracePeriod().String(),
		// Tests create and delete much in little time.
		"--kube-api-qps=500", "--kube-api-burst=500",
	}
}

// nodeMonitorGracePeriod is how long a node may be silent before it is lost: not the usual 50 s, so that tests are done
// sooner. Simulated nodes speak up once, and are never lost.
func (l layout) nodeMonitorGracePeriod() time.Duration {
	if l.simulated {
		return 24 * time.Hour
	}

	return 15 * time.Second
}

func (l layout) url(port int) string {
	return "http://" + net.JoinHostPort(l.address, strconv.Itoa(port))
}

func (l layout) etcdHealthy(ctx context.Context, _ *Cluster) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, l.url(l.etcd)+"/health", nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("etcd answers %s", response.Status)
	}

	return nil
}

func apiServerReady(ctx context.Context, c *Cluster) error {
	return c.Discovery.RESTClient().Get().AbsPath("/readyz").Do(ctx).Error()
}

// namespaceReady tells whether Pods can be created in the namespace: the controller manager has made what they mount.
func (c *Cluster) namespaceReady(ctx context.Context, namespace string) error {
	if _, err := c.Client.CoreV1().ServiceAccounts(namespace).Get(ctx, "default", metav1.GetOptions{}); err != nil {
		return err
	}
	_, err := c.Client.CoreV1().ConfigMaps(namespace).Get(ctx, "kube-root-ca.crt", metav1.GetOptions{})

	return err
}

// freePorts returns ports that nothing listens on, all different.
func freePorts(address string, count int) ([]int, error) {
	var ports []int
	for range count {
		listener, err := net.Listen("tcp", net.JoinHostPort(address, "0"))
		if err != nil {
			return nil, fmt.Errorf("find a free port: %w", err)
		}
		defer func() { _ = listener.Close() }()
		bound, isTCP := listener.Addr().(*net.TCPAddr)
		if !isTCP {
			return nil, fmt.Errorf("find a free port: %s is no address of TCP", listener.Addr())
		}
		ports = append(ports, bound.Port)
	}

	return ports, nil
}

func writeFile(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("create the folder of %s: %w", path, err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}

	return nil
}
