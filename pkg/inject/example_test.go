package inject_test

import (
	"context"
	"fmt"
	"os"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-otlp/helm-otlp/pkg/inject"
)

// A proxy is put into all Pods of a stream, as Kubernetes' own types say it.
func Example() {
	always := corev1.ContainerRestartPolicyAlways
	container, err := inject.Plain(corev1.Container{Name: "proxy", Image: "proxy:1", RestartPolicy: &always})
	if err != nil {
		panic(err)
	}
	injector, err := inject.New(inject.Sidecar{Release: "mesh", Container: container}, inject.Options{All: true})
	if err != nil {
		panic(err)
	}
	manifests := strings.NewReader(`# The shop.
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - image: web:1 # pinned
      name: web
`)
	err = injector.Stream(context.Background(), "shop.yaml", manifests, os.Stdout, func(r inject.Result) { fmt.Println("#", r) })
	if err != nil {
		panic(err)
	}
	// Output:
	// # The shop.
	// apiVersion: v1
	// kind: Pod
	// metadata:
	//   name: web
	//   annotations:
	//     sidecar.opentelemetry.io/added: '{}'
	//   labels:
	//     sidecar.opentelemetry.io/injected: mesh
	// spec:
	//   containers:
	//     - image: web:1 # pinned
	//       name: web
	//   initContainers:
	//     - name: proxy
	//       image: proxy:1
	//       resources: {}
	//       restartPolicy: Always
	// # Pod web: injected
}
