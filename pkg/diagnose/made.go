package diagnose

import (
	"fmt"
	"regexp"
	"strings"
)

// helm: its record is not one of a finished change.
func (p *patient) helm() {
	record := Evidence{Object: "release " + p.Namespace + "/" + p.Name, Says: strings.TrimSuffix(p.Status+": "+p.Description, ": ")}
	switch p.Status {
	case "pending-install", "pending-upgrade", "pending-rollback", "uninstalling":
		p.find(Cause{
			ID: "helm-interrupted", Summary: "Helm's record of the release is " + p.Status + ": Helm is at work, or was interrupted",
			Evidence: []Evidence{record},
			Mend:     "wait for Helm where it is at work; else `helm rollback " + p.Name + "`, or `helm uninstall` where there is no earlier revision",
		})
	case "failed":
		p.find(Cause{
			ID: "helm-failed", Summary: "Helm's last change of the release failed, so that what runs may be a part of it",
			Evidence: []Evidence{record}, Mend: "mend what is said there, and `helm upgrade` again",
		})
	}
}

// missing: a workload of the release is not there.
func (p *patient) missing() {
	for _, w := range p.Workloads {
		if w.Missing {
			p.find(Cause{
				ID: "workload-missing", Summary: fmt.Sprintf("the %s %s is in the release and not in the cluster", w.Kind, w.Name),
				Evidence: []Evidence{{Object: w.Kind + " " + w.Namespace + "/" + w.Name, Says: "not found"}},
				Mend:     "`helm upgrade` of the same values makes it again",
			})
		}
	}
}

var (
	podSecurity = regexp.MustCompile(`violates PodSecurity "([^":]+)[^"]*": (.*)`)
	overQuota   = regexp.MustCompile(`exceeded quota: ([^,]+), requested: ([^ ]+), used: ([^ ]+), limited: ([^ ]+)`)
	mustGive    = regexp.MustCompile(`failed quota: ([^:]+): must specify (.*)`)
	webhook     = regexp.MustCompile(`admission webhook "([^"]+)" denied the request: ?(.*)`)
	webhookGone = regexp.MustCompile(`failed calling webhook "([^"]+)"`)
	policy      = regexp.MustCompile(`ValidatingAdmissionPolicy '([^']+)'.* denied request: (.*)`)
	noAccount   = regexp.MustCompile(`error looking up service account ([^:]+): serviceaccount "([^"]+)" not found`)
	noPriority  = regexp.MustCompile(`no PriorityClass with name (\S+) was found`)
)

// admission: the API server refuses the Pods that a workload would make.
func (p *patient) admission() {
	for _, w := range p.Workloads {
		if w.Missing || w.Made >= w.Wanted {
			continue
		}
		for _, said := range p.refusals(w) {
			if cause, known := refusal(said.Says, w); known {
				cause.Evidence = []Evidence{said}
				p.find(cause)

				break
			}
		}
	}
}

// refusals are what a workload, or a ReplicaSet of its, says of Pods that can't be made, the newest first.
func (p *patient) refusals(w Workload) []Evidence {
	var found []Evidence
	for _, e := range p.Events {
		of := e.InvolvedObject
		own := of.Kind == w.Kind && of.Name == w.Name || of.Kind == "ReplicaSet" && w.Kind == "Deployment" && strings.HasPrefix(of.Name, w.Name+"-")
		if own && of.Namespace == w.Namespace && e.Reason == "FailedCreate" {
			found = append(found, ofEvent(e))
		}
	}
	for _, says := range w.Says {
		found = append(found, Evidence{Object: w.Kind + " " + w.Namespace + "/" + w.Name, Says: says})
	}

	return found
}

// refusal is the cause that the words of an API server stand for.
func refusal(says string, w Workload) (Cause, bool) {
	which := fmt.Sprintf("%s %s", w.Kind, w.Name)
	if m := podSecurity.FindStringSubmatch(says); m != nil {
		return Cause{
			ID: "pod-security", Summary: fmt.Sprintf("Pod Security of the namespace %s, level %s, refuses the Pods of %s", w.Namespace, m[1], which),
			Mend: "leave out what it names (" + strings.TrimSpace(m[2]) + "), or install into a namespace whose label pod-security.kubernetes.io/enforce allows it: " +
				"host logs, host metrics, hostNetwork and hostPort take `privileged`",
			Values: "hostNetwork: false\npresets: {logs: {enabled: false}, hostMetrics: {enabled: false}}\n",
		}, true
	}
	if m := overQuota.FindStringSubmatch(says); m != nil {
		return Cause{
			ID: "quota-exceeded", Summary: fmt.Sprintf("the ResourceQuota %s of the namespace %s has no room for the Pods of %s: asked %s, used %s of %s", m[1], w.Namespace, which, m[2], m[3], m[4]),
			Mend: "ask for less (`resources`), run fewer replicas (`replicas`), or have the quota raised",
		}, true
	}
	if m := mustGive.FindStringSubmatch(says); m != nil {
		return Cause{
			ID: "quota-wants-resources", Summary: fmt.Sprintf("the ResourceQuota %s of the namespace %s takes no Pod of %s that does not say %s", m[1], w.Namespace, which, strings.TrimSpace(m[2])),
			Mend:   "give the collector, and each container beside it, requests and limits",
			Values: "resources: {requests: {cpu: 100m, memory: 256Mi}, limits: {cpu: 500m, memory: 512Mi}}\n",
		}, true
	}
	if m := webhook.FindStringSubmatch(says); m != nil {
		return Cause{
			ID: "webhook-refused", Summary: fmt.Sprintf("the admission webhook %s refuses the Pods of %s: %s", m[1], which, m[2]),
			Mend: "change what it names, or ask whoever runs the webhook",
		}, true
	}

	return otherRefusal(says, w, which)
}

func otherRefusal(says string, w Workload, which string) (Cause, bool) {
	if m := policy.FindStringSubmatch(says); m != nil {
		return Cause{
			ID: "policy-refused", Summary: fmt.Sprintf("the ValidatingAdmissionPolicy %s refuses the Pods of %s: %s", m[1], which, m[2]),
			Mend: "change what it names, or ask whoever wrote the policy",
		}, true
	}
	if m := webhookGone.FindStringSubmatch(says); m != nil {
		return Cause{
			ID: "webhook-unreachable", Summary: fmt.Sprintf("the admission webhook %s does not answer, so that no Pod of %s is made", m[1], which),
			Mend: "mend the webhook's own Pods: nothing of this release is wrong",
		}, true
	}
	if m := noAccount.FindStringSubmatch(says); m != nil {
		return Cause{
			ID: "service-account-missing", Summary: fmt.Sprintf("the ServiceAccount %s of the namespace %s, which %s names, is not there", m[2], w.Namespace, which),
			Mend: "let the chart make it, or name one that is there", Values: "serviceAccount: {create: true}\n",
		}, true
	}
	if m := noPriority.FindStringSubmatch(says); m != nil {
		return Cause{
			ID: "priority-class-missing", Summary: fmt.Sprintf("the PriorityClass %s, which %s names, is not there", m[1], which),
			Mend: "name one that is there: `kubectl get priorityclass`", Values: "priorityClassName: system-cluster-critical\n",
		}, true
	}

	return Cause{
		ID: "pods-refused", Summary: fmt.Sprintf("the API server refuses the Pods of %s", which), Mend: "mend what is said there, and `helm upgrade` again",
	}, true
}
