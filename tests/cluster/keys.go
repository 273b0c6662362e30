package cluster

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"path/filepath"
	"time"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"

	"github.com/helm-otlp/helm-otlp/tests/cluster/node"
)

// keys are the paths of a cluster's certificates and private keys.
type keys struct {
	ca, caKey string
	// serviceAccounts signs the tokens of service accounts.
	serviceAccounts string

	apiServer, admin, controllerManager keyPair
	// kubeletClient is who the API server is to the kubelets.
	kubeletClient, scheduler, proxy, router, kwok keyPair
	// metrics is metrics-server as a client, metricsServing as a server, and frontProxy is who the API server is to it.
	metrics, metricsServing, frontProxy keyPair
	// nodes are the kubelets, as clients and as servers, by node.
	nodes map[string]nodeKeys
}

// nodeKeys are a kubelet's.
type nodeKeys struct{ client, server keyPair }

type keyPair struct{ certificate, key string }

// An authority signs certificates and writes them to its folder.
type authority struct {
	dir         string
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// writeKeys makes an authority and everything that it signs in the folder. The addresses are the API server's; nodes
// are addresses by name.
func writeKeys(dir string, nodes map[string]string, addresses ...net.IP) (k keys, err error) {
	k = keys{
		nodes: map[string]nodeKeys{},
		ca:    filepath.Join(dir, "ca.crt"), caKey: filepath.Join(dir, "ca.key"),
		serviceAccounts: filepath.Join(dir, "service-accounts.key"),
	}
	ca, err := newAuthority(dir, k)
	if err != nil {
		return keys{}, err
	}
	if _, err := writeKey(k.serviceAccounts); err != nil {
		return keys{}, err
	}

	k.apiServer, err = ca.issue("kube-apiserver", x509.Certificate{
		Subject:     pkix.Name{CommonName: "kube-apiserver"},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IPAddresses: addresses,
		DNSNames:    []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"},
	})
	if err != nil {
		return keys{}, err
	}
	k.admin, err = ca.issueClient("admin", "kubernetes-admin", "system:masters")
	if err != nil {
		return keys{}, err
	}
	for _, client := range []struct {
		pair       *keyPair
		file, user string
		groups     []string
	}{
		{pair: &k.controllerManager, file: "controller-manager", user: "system:kube-controller-manager"},
		{pair: &k.scheduler, file: "scheduler", user: "system:kube-scheduler"},
		{pair: &k.kwok, file: "kwok", user: "kwok", groups: []string{"system:masters"}},
		{pair: &k.proxy, file: "kube-proxy", user: "system:kube-proxy"},
		{pair: &k.metrics, file: metricsServer, user: metricsServer, groups: []string{"system:masters"}},
		{pair: &k.frontProxy, file: frontProxy, user: frontProxy},
		{pair: &k.router, file: node.Router, user: node.Router},
		{pair: &k.kubeletClient, file: "kubelet-client", user: "kube-apiserver-kubelet-client", groups: []string{"system:masters"}},
	} {
		*client.pair, err = ca.issueClient(client.file, client.user, client.groups...)
		if err != nil {
			return keys{}, err
		}
	}
	k.metricsServing, err = ca.issue("metrics-serving", x509.Certificate{
		Subject:     pkix.Name{CommonName: metricsServer},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, DNSNames: []string{metricsServer + ".kube-system.svc"},
	})
	if err != nil {
		return keys{}, err
	}
	for name, address := range nodes {
		k.nodes[name], err = ca.issueNode(name, net.ParseIP(address))
		if err != nil {
			return keys{}, err
		}
	}

	return k, nil
}

func (a authority) issueNode(name string, address net.IP) (k nodeKeys, err error) {
	k.client, err = a.issueClient(name, "system:node:"+name, "system:nodes")
	if err != nil {
		return nodeKeys{}, err
	}
	k.server, err = a.issue(name+"-server", x509.Certificate{
		Subject:     pkix.Name{CommonName: "system:node:" + name, Organization: []string{"system:nodes"}},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IPAddresses: []net.IP{address}, DNSNames: []string{name},
	})

	return k, err
}

func newAuthority(dir string, k keys) (authority, error) {
	key, err := writeKey(k.caKey)
	if err != nil {
		return authority{}, err
	}
	ca := authority{dir: dir, key: key}
	ca.certificate = &x509.Certificate{
		Subject: pkix.Name{CommonName: "test cluster"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	signed, err := ca.sign(ca.certificate, key, k.ca)
	if err != nil {
		return authority{}, err
	}
	ca.certificate = signed

	return ca, nil
}

func (a authority) issueClient(file, user string, groups ...string) (keyPair, error) {
	return a.issue(file, x509.Certificate{
		Subject:     pkix.Name{CommonName: user, Organization: groups},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
}

func (a authority) issue(file string, template x509.Certificate) (keyPair, error) {
	pair := keyPair{certificate: filepath.Join(a.dir, file+".crt"), key: filepath.Join(a.dir, file+".key")}
	key, err := writeKey(pair.key)
	if err != nil {
		return keyPair{}, err
	}
	template.KeyUsage = x509.KeyUsageDigitalSignature
	_, err = a.sign(&template, key, pair.certificate)

	return pair, err
}

// sign completes the template, signs it for the key's owner and writes it to the path.
func (a authority) sign(template *x509.Certificate, owner *ecdsa.PrivateKey, path string) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		return nil, fmt.Errorf("pick a serial number for %s: %w", path, err)
	}
	template.SerialNumber = serial
	template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(24*time.Hour)

	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, owner.Public(), a.key)
	if err != nil {
		return nil, fmt.Errorf("sign %s: %w", path, err)
	}
	if err := writeFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})); err != nil {
		return nil, err
	}

	return x509.ParseCertificate(der)
}

// writeKey makes a private key and writes it to the path.
func writeKey(path string) (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make the key %s: %w", path, err)
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encode the key %s: %w", path, err)
	}

	return key, writeFile(path, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))
}

// writeKubeconfig writes a kubeconfig that reaches the server as the client's owner.
func writeKubeconfig(path, server string, k keys, client keyPair) error {
	config := api.NewConfig()
	config.Clusters["test"] = &api.Cluster{Server: server, CertificateAuthority: k.ca}
	config.AuthInfos["test"] = &api.AuthInfo{ClientCertificate: client.certificate, ClientKey: client.key}
	config.Contexts["test"] = &api.Context{Cluster: "test", AuthInfo: "test"}
	config.CurrentContext = "test"
	if err := clientcmd.WriteToFile(*config, path); err != nil {
		return fmt.Errorf("write the kubeconfig %s: %w", path, err)
	}

	return nil
}
