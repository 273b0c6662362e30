package cluster

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"

	"github.com/helm-otlp/helm-otlp/tests/cluster/sandbox"
)

// expose leads a port of the machine's loopback to the API server in the sandbox whose first process has the number,
// and writes a kubeconfig for that port to the cluster's folder.
func expose(dir string, pid int) {
	server, config := waitForKubeconfig(filepath.Join(dir, "admin.kubeconfig"))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, "expose the API server:", err)

		return
	}
	for _, cluster := range config.Clusters {
		cluster.Server = "https://" + listener.Addr().String()
	}
	file := filepath.Join(dir, "kubeconfig")
	if err := clientcmd.WriteToFile(*config, file); err != nil {
		fmt.Fprintln(os.Stderr, "expose the API server:", err)

		return
	}
	dialer := sandbox.Dialer{Namespace: fmt.Sprintf("/proc/%d/ns/net", pid)}
	fmt.Printf("export KUBECONFIG=%s # once the nodes are ready\n", file)
	for {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		go relay(connection, dialer, server)
	}
}

// waitForKubeconfig reads the administrator's kubeconfig as soon as it is there, and the server's host:port in it.
func waitForKubeconfig(file string) (server string, config *api.Config) {
	for {
		config, err := clientcmd.LoadFromFile(file)
		if err == nil {
			for _, cluster := range config.Clusters {
				if address, err := url.Parse(cluster.Server); err == nil {
					return address.Host, config
				}
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func relay(outer net.Conn, dialer sandbox.Dialer, server string) {
	defer func() { _ = outer.Close() }()
	inner, err := dialer.DialContext(context.Background(), "tcp", server)
	if err != nil {
		fmt.Fprintln(os.Stderr, "reach the API server:", err)

		return
	}
	defer func() { _ = inner.Close() }()
	go func() {
		_, _ = io.Copy(inner, outer)
		_ = inner.Close()
	}()
	_, _ = io.Copy(outer, inner)
}
