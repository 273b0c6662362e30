package cluster

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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

// simulatedAuditPolicy has it write down what everyone asks, but for what the nodes' mere being there costs.
const simulatedAuditPolicy = `
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived, ResponseStarted]
rules:
  - {level: None, nonResourceURLs: ["*"]}
  - {level: None, resources: [{group: coordination.k8s.io}, {group: "", resources: [nodes, nodes/status]}]}
  - {level: Metadata}
`

// A Request is what someone asked the API server, and whether it may.
type Request struct {
	// User is the full name, such as system:serviceaccount:default:web.
	User string
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
func (c *Cluster) Requests(namespace string) (requests []Request, err error) {
	err = c.audited(namespace, func(_ string, r Request) { requests = append(requests, r) })

	return requests, err
}

// RequestsByAccount is Requests, apart for each service account of a namespace.
func (c *Cluster) RequestsByAccount(namespace string) (map[string][]Request, error) {
	requests := map[string][]Request{}
	err := c.audited(namespace, func(account string, r Request) { requests[account] = append(requests[account], r) })

	return requests, err
}

// audited calls each with the requests of a namespace's service accounts, in order.
func (c *Cluster) audited(namespace string, each func(account string, r Request)) error {
	user := "system:serviceaccount:" + namespace + ":"
	_, err := c.readAudit(0, user, func(r Request) {
		if account, of := strings.CutPrefix(r.User, user); of {
			each(account, r)
		}
	})

	return err
}

// An Audit reads the API server's audit log piece by piece. In a cluster with simulated nodes the log has what everyone
// asks, but for requests of nodes, of leases and of no resource; in others see Requests. A watch is there once it has
// ended.
type Audit struct {
	c      *Cluster
	text   string
	offset int64
}

// Audit begins at the start of the log, and takes of it the lines that hold the text, such as a namespace's name.
func (c *Cluster) Audit(text string) *Audit { return &Audit{c: c, text: text} }

// Next returns what was asked since the last call, in order.
func (a *Audit) Next() (requests []Request, err error) {
	a.offset, err = a.c.readAudit(a.offset, a.text, func(r Request) { requests = append(requests, r) })

	return requests, err
}

// readAudit calls each with the requests on the log's whole lines from the offset on that hold the text, and returns
// where the next line begins.
func (c *Cluster) readAudit(offset int64, text string, each func(Request)) (next int64, err error) {
	log, err := os.Open(filepath.Join(c.dir, auditLog))
	if err != nil {
		return offset, fmt.Errorf("read the audit log: %w", err)
	}
	defer func() { _ = log.Close() }()
	if _, err := log.Seek(offset, io.SeekStart); err != nil {
		return offset, fmt.Errorf("read the audit log: %w", err)
	}

	lines := bufio.NewReader(log)
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			// The server may be in the middle of this line.
			return offset, nil
		}
		if err != nil {
			return offset, fmt.Errorf("read the audit log: %w", err)
		}
		offset += int64(len(line))
		// Most lines are of others: they need not be read whole.
		if !bytes.Contains(line, []byte(text)) {
			continue
		}
		var event auditEvent
		if err := json.Unmarshal(line, &event); err != nil {
			return offset, fmt.Errorf("read a line of the audit log: %w", err)
		}
		each(event.request())
	}
}

func (e auditEvent) request() Request {
	resource := e.ObjectRef.Resource
	if e.ObjectRef.Subresource != "" {
		resource += "/" + e.ObjectRef.Subresource
	}

	return Request{
		User: e.User.Username,
		Verb: e.Verb, Group: e.ObjectRef.APIGroup, Resource: resource,
		Namespace: e.ObjectRef.Namespace, Name: e.ObjectRef.Name, URL: e.RequestURI,
		Forbidden: e.Annotations["authorization.k8s.io/decision"] == "forbid",
	}
}
