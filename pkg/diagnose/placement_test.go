package diagnose_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/pkg/diagnose"
)

func node(name, cpu string, taints ...corev1.Taint) corev1.Node {
	return corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: corev1.NodeSpec{Taints: taints},
		Status: corev1.NodeStatus{Allocatable: corev1.ResourceList{"cpu": resource.MustParse(cpu), "memory": resource.MustParse("4Gi")}},
	}
}

// The words are those of the scheduler of Kubernetes 1.37.
func TestAPodWithoutANodeSaysWhatKeepsItFromOne(t *testing.T) {
	t.Parallel()
	says := func(message string, more ...func(*diagnose.Snapshot)) func(*testing.T, *diagnose.Snapshot) {
		return func(_ *testing.T, s *diagnose.Snapshot) {
			unscheduled(s, message)
			for _, change := range more {
				change(s)
			}
		}
	}
	const preempts = " no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling."
	nodes := func(s *diagnose.Snapshot) { s.Nodes = []corev1.Node{node("n1", "300m"), node("n2", "200m")} }
	claimed := func(s *diagnose.Snapshot) {
		s.Pods[0].Spec.Volumes = append(s.Pods[0].Spec.Volumes, corev1.Volume{Name: "state", VolumeSource: corev1.VolumeSource{
			PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: "state-gw-0"},
		}})
		s.Claims = []corev1.PersistentVolumeClaim{{
			ObjectMeta: metav1.ObjectMeta{Namespace: "obs", Name: "state-gw-0"},
			Spec: corev1.PersistentVolumeClaimSpec{StorageClassName: new("fast"), Resources: corev1.VolumeResourceRequirements{
				Requests: corev1.ResourceList{"storage": resource.MustParse("10Gi")},
			}},
			Status: corev1.PersistentVolumeClaimStatus{Phase: corev1.ClaimPending},
		}}
		s.Events = []corev1.Event{event("PersistentVolumeClaim", "state-gw-0", "ProvisioningFailed", `storageclass.storage.k8s.io "fast" not found`)}
	}
	check(t, map[string]want{
		"cpu": {
			says("0/2 nodes are available: 2 Insufficient cpu."+preempts, nodes), []string{"unschedulable-resources"},
			[]string{"no node has the cpu left", "requests 500m of cpu; the node with the most, n1, has 300m", "larger node", "resources: {requests: {cpu: 100m}}"},
		},
		"memory, beside a taint that is not meant": {
			says("0/2 nodes are available: 1 Insufficient memory, 1 node(s) had untolerated taint(s)."+preempts, nodes), []string{"unschedulable-resources"},
			[]string{"memory", "requests 256Mi of memory"},
		},
		"a taint, and a word of resources in what was tried beside": {
			says("0/1 nodes are available: 1 node(s) had untolerated taint(s). preemption: 0/1 nodes are available: 1 Insufficient cpu.", func(s *diagnose.Snapshot) {
				s.Nodes = []corev1.Node{node("n1", "8", corev1.Taint{Key: "dedicated", Value: "db", Effect: corev1.TaintEffectNoSchedule})}
			}),
			[]string{"unschedulable-taint"}, []string{"taints that it does not tolerate: dedicated", "dedicated=db:NoSchedule", "- {key: dedicated, operator: Exists, effect: NoSchedule}"},
		},
		"a taint of the cluster's own": {
			says("0/1 nodes are available: 1 node(s) had untolerated taint(s).", func(s *diagnose.Snapshot) {
				s.Nodes = []corev1.Node{node("n1", "8", corev1.Taint{Key: "node.kubernetes.io/not-ready", Effect: corev1.TaintEffectNoSchedule})}
			}),
			[]string{"unschedulable-taint"}, []string{"mend the nodes"},
		},
		"too many Pods":   {says("0/1 nodes are available: 1 Too many pods."), []string{"unschedulable-resources"}, []string{"as many Pods as it takes"}},
		"node selector":   {says("0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector."), []string{"unschedulable-affinity"}, []string{"nodeSelector"}},
		"anti-affinity":   {says("0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules."), []string{"unschedulable-affinity"}, []string{"prefer rather than require"}},
		"topology spread": {says("0/2 nodes are available: 2 node(s) didn't match pod topology spread constraints."), []string{"unschedulable-affinity"}, []string{"whenUnsatisfiable: ScheduleAnyway"}},
		"a cordoned node": {says("0/1 nodes are available: 1 node(s) were unschedulable."), []string{"unschedulable-cordoned"}, []string{"uncordon"}},
		"words not known": {says("0/1 nodes are available: 1 something new."), []string{"unschedulable"}, nil},
		"a claim unbound": {says("0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims."+preempts, claimed), []string{"claim-unbound"}, []string{`10Gi of the storage class "fast"`, `"fast" not found`, "storageClassName"}},
		"a port of a node's": {
			says("0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.", func(s *diagnose.Snapshot) {
				s.Pods[0].Spec.Containers[0].Ports = []corev1.ContainerPort{{HostPort: 4317, ContainerPort: 4317, Protocol: "TCP"}}
			}), []string{"port-taken"}, []string{"4317/TCP"},
		},
	})
}

// The words are those of the API server and its controllers of Kubernetes 1.37.
func TestPodsThatAreRefusedSayByWhom(t *testing.T) {
	t.Parallel()
	refused := func(message string) func(*testing.T, *diagnose.Snapshot) {
		return func(_ *testing.T, s *diagnose.Snapshot) {
			s.Pods, s.Workloads[0].Made = nil, 0
			s.Events = []corev1.Event{event("ReplicaSet", "gw-5d9c", "FailedCreate", message)}
		}
	}
	const quota = `Error creating: pods "gw-5d9c-x" is forbidden: exceeded quota: small, requested: requests.memory=1Gi, used: requests.memory=0, limited: requests.memory=512Mi`
	check(t, map[string]want{
		"a quota":                  {refused(quota), []string{"quota-exceeded"}, []string{"ResourceQuota small", "requests.memory=512Mi"}},
		"a quota that wants words": {refused(`Error creating: pods "gw-5d9c-x" is forbidden: failed quota: small: must specify limits.cpu for: side`), []string{"quota-wants-resources"}, []string{"limits.cpu"}},
		"Pod Security": {
			refused(`Error creating: pods "gw-5d9c-x" is forbidden: violates PodSecurity "restricted:latest": host namespaces (hostNetwork=true)`),
			[]string{"pod-security"}, []string{"level restricted", "host namespaces (hostNetwork=true)", "hostNetwork: false"},
		},
		"a webhook": {
			refused(`Error creating: admission webhook "validate.kyverno.svc-fail" denied the request: policy Pod/obs/gw for resource violation`),
			[]string{"webhook-refused"}, []string{"validate.kyverno.svc-fail", "policy Pod/obs/gw"},
		},
		"a webhook that is gone": {
			refused(`Error creating: Internal error occurred: failed calling webhook "x.y.z": failed to call webhook: Post "https://x.y.svc:443/": dial tcp 10.0.0.1:443: connect: connection refused`),
			[]string{"webhook-unreachable"}, []string{"x.y.z"},
		},
		"no service account": {
			refused(`Error creating: pods "gw-5d9c-" is forbidden: error looking up service account obs/gw: serviceaccount "gw" not found`),
			[]string{"service-account-missing"}, []string{"serviceAccount: {create: true}"},
		},
		"something else": {refused("Error creating: etcdserver: no leader"), []string{"pods-refused"}, nil},
		"an event that is over": {func(_ *testing.T, s *diagnose.Snapshot) {
			s.Events = []corev1.Event{event("ReplicaSet", "gw-5d9c", "FailedCreate", quota)}
		}, []string{}, nil},
		"another release's event": {func(_ *testing.T, s *diagnose.Snapshot) {
			s.Pods, s.Workloads[0].Made = nil, 0
			s.Events = []corev1.Event{event("ReplicaSet", "other-5d9c", "FailedCreate", quota)}
		}, []string{}, nil},
		"the condition where the event is forgotten": {func(_ *testing.T, s *diagnose.Snapshot) {
			s.Pods, s.Workloads[0].Made, s.Workloads[0].Says = nil, 0, []string{"FailedCreate: " + quota}
		}, []string{"quota-exceeded"}, nil},
		"a workload that is gone": {func(_ *testing.T, s *diagnose.Snapshot) {
			s.Pods, s.Workloads[0] = nil, diagnose.Workload{Kind: "Deployment", Namespace: "obs", Name: "gw", Missing: true}
		}, []string{"workload-missing"}, nil},
		"Helm was interrupted": {func(_ *testing.T, s *diagnose.Snapshot) { s.Status = "pending-upgrade" }, []string{"helm-interrupted"}, []string{"helm rollback gw"}},
	})
}
