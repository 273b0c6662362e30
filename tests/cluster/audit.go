package cluster

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// auditPolicy has the API server write down what service accounts ask, but for those of its own controllers.
const auditPolicy = `
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - {level: None, userGroups: ["system:serviceaccounts:kube-system"]}
  - {level: Metadata, userGroups: ["system:serviceaccounts"]}
`

// A Request is what a service account asked the API server, and whether it may.
type Request struct {
	Verb string
	// Group and Resource are empty for a URL that is no resource's. A subresource stands behind a slash: nodes/proxy.
	Group, Resource string
	// Namespace is empty for a request of all namespaces, and of what is in none.
	Namespace, Name string
	URL             string
	// Forbidden tells that no role allows it.
	Forbidden bool
}

// String says it as one would a rule: watch deployments.apps in default.
func (r Request) String() string {
	what := r.URL
	if r.Resource != "" {
		what = r.Resource
		if r.Group != "" {
			what += "." + r.Group
		}
	}
	if r.Namespace != "" {
		what += " in " + r.Namespace
	}

	return r.Verb + " " + what
}

// auditEvent is as much of an audit.k8s.io/v1 Event as a Request says.
type auditEvent struct {
	Verb       string `json:"verb"`
	RequestURI string `json:"requestURI"`
	User       struct {
		Username string `json:"username"`
	} `json:"user"`
	ObjectRef struct {
		Resource    string `json:"resource"`
		Subresource string `json:"subresource"`
		APIGroup    string `json:"apiGroup"`
		Namespace   string `json:"namespace"`
		Name        string `json:"name"`
	} `json:"objectRef"`
	Annotations map[string]string `json:"annotations"`
}

// Requests returns what the service accounts of a namespace have asked so far, in order, as the API server's audit log
// has it. A watch is there as soon as it has begun, and once more when it ends.
func (c *Cluster) Requests(namespace string) ([]Request, error) {
	content, err := os.ReadFile(filepath.Join(c.dir, auditLog))
	if err != nil {
		return nil, fmt.Errorf("read the audit log: %w", err)
	}
	// The server may be in the middle of a line.
	content = content[:bytes.LastIndexByte(content, '\n')+1]

	var requests []Request
	lines := bufio.NewScanner(bytes.NewReader(content))
	lines.Buffer(nil, len(content)+1)
	for lines.Scan() {
		var event auditEvent
		if err := json.Unmarshal(lines.Bytes(), &event); err != nil {
			return nil, fmt.Errorf("read a line of the audit log: %w", err)
		}
		if !strings.HasPrefix(event.User.Username, "system:serviceaccount:"+namespace+":") {
			continue
		}
		requests = append(requests, event.request())
	}

	return requests, lines.Err()
}

func (e auditEvent) request() Request {
	resource := e.ObjectRef.Resource
	if e.ObjectRef.Subresource != "" {
		resource += "/" + e.ObjectRef.Subresource
	}

	return Request{
		Verb: e.Verb, Group: e.ObjectRef.APIGroup, Resource: resource,
		Namespace: e.ObjectRef.Namespace, Name: e.ObjectRef.Name, URL: e.RequestURI,
		Forbidden: e.Annotations["authorization.k8s.io/decision"] == "forbid",
	}
}
