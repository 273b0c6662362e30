package deployment

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/pkg/diagnose"
)

// clock is the caller's time.
var clock = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

func deploymentOf(change func(*appsv1.Deployment)) rollout {
	d := deploymentObject()
	change(d)

	return ofDeployment(d)
}

// deploymentObject is one that is rolled out.
func deploymentObject() *appsv1.Deployment {
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: "a", Generation: 2},
		Spec:       appsv1.DeploymentSpec{Replicas: new(int32(3))},
		Status: appsv1.DeploymentStatus{
			ObservedGeneration: 2, Replicas: 3, UpdatedReplicas: 3, ReadyReplicas: 3, AvailableReplicas: 3,
		},
	}
}

func statefulSetOf(change func(*appsv1.StatefulSet)) rollout {
	s := &appsv1.StatefulSet{
		ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: "a", Generation: 2},
		Spec:       appsv1.StatefulSetSpec{Replicas: new(int32(3)), UpdateStrategy: appsv1.StatefulSetUpdateStrategy{Type: appsv1.RollingUpdateStatefulSetStrategyType}},
		Status: appsv1.StatefulSetStatus{
			ObservedGeneration: 2, Replicas: 3, CurrentReplicas: 3, UpdatedReplicas: 3, ReadyReplicas: 3, AvailableReplicas: 3,
			CurrentRevision: "b", UpdateRevision: "b",
		},
	}
	change(s)

	return ofStatefulSet(s)
}

func daemonSetOf(change func(*appsv1.DaemonSet)) rollout {
	s := &appsv1.DaemonSet{
		ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: "a", Generation: 2},
		Status: appsv1.DaemonSetStatus{
			ObservedGeneration: 2, DesiredNumberScheduled: 3, CurrentNumberScheduled: 3, UpdatedNumberScheduled: 3, NumberReady: 3, NumberAvailable: 3,
		},
	}
	change(s)

	return ofDaemonSet(s)
}

func TestARolloutIsAsFarAsItsCountsTell(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rollout rollout
		state   State
		words   string
	}{
		"deployment":        {deploymentOf(func(*appsv1.Deployment) {}), Ready, "rolled out"},
		"not taken up":      {deploymentOf(func(d *appsv1.Deployment) { d.Generation = 3 }), InProgress, "the last change is not taken up yet"},
		"one updated":       {deploymentOf(func(d *appsv1.Deployment) { d.Status.UpdatedReplicas, d.Status.Replicas = 1, 4 }), InProgress, "1 of 3 Pods are updated"},
		"old Pods":          {deploymentOf(func(d *appsv1.Deployment) { d.Status.Replicas = 4 }), InProgress, "1 old Pods are still to go"},
		"one not available": {deploymentOf(func(d *appsv1.Deployment) { d.Status.AvailableReplicas = 2 }), InProgress, "2 of 3 Pods are available"},
		"paused":            {deploymentOf(func(d *appsv1.Deployment) { d.Spec.Paused, d.Status.UpdatedReplicas = true, 1 }), InProgress, "it is paused"},
		"no replicas": {deploymentOf(func(d *appsv1.Deployment) {
			d.Spec.Replicas, d.Status = new(int32(0)), appsv1.DeploymentStatus{ObservedGeneration: 2}
		}), Ready, "rolled out"},
		"too late": {deploymentOf(func(d *appsv1.Deployment) {
			d.Status.UpdatedReplicas = 1
			d.Status.Conditions = []appsv1.DeploymentCondition{{
				Type: appsv1.DeploymentProgressing, Status: corev1.ConditionFalse, Reason: "ProgressDeadlineExceeded", Message: "timed out",
			}}
		}), Failed, "ProgressDeadlineExceeded: timed out"},
		"over quota": {deploymentOf(func(d *appsv1.Deployment) {
			d.Status.Conditions = []appsv1.DeploymentCondition{{
				Type: appsv1.DeploymentReplicaFailure, Status: corev1.ConditionTrue, Reason: "FailedCreate", Message: "exceeded quota",
			}}
		}), Failed, "FailedCreate: exceeded quota"},
		"stateful set": {statefulSetOf(func(*appsv1.StatefulSet) {}), Ready, "rolled out"},
		"stateful set, updating": {statefulSetOf(func(s *appsv1.StatefulSet) {
			s.Status.UpdateRevision, s.Status.UpdatedReplicas, s.Status.CurrentReplicas = "c", 1, 2
		}), InProgress, "1 of 3 Pods are updated"},
		"stateful set, about to end": {statefulSetOf(func(s *appsv1.StatefulSet) { s.Status.UpdateRevision = "c" }), InProgress, "its controller has not ended the update yet"},
		"stateful set, scaling in":   {statefulSetOf(func(s *appsv1.StatefulSet) { s.Status.Replicas = 5 }), InProgress, "2 Pods too many are still to go"},
		"stateful set, partition": {statefulSetOf(func(s *appsv1.StatefulSet) {
			s.Spec.UpdateStrategy.RollingUpdate = &appsv1.RollingUpdateStatefulSetStrategy{Partition: new(int32(2))}
			s.Status.UpdateRevision, s.Status.UpdatedReplicas, s.Status.CurrentReplicas = "c", 1, 2
		}), Ready, "rolled out as far as the update strategy goes: 1 of 3 Pods are updated"},
		"stateful set, on delete": {statefulSetOf(func(s *appsv1.StatefulSet) {
			s.Spec.UpdateStrategy.Type = appsv1.OnDeleteStatefulSetStrategyType
			s.Status.UpdateRevision, s.Status.UpdatedReplicas = "c", 0
		}), Ready, "rolled out as far as the update strategy goes: 0 of 3 Pods are updated"},
		"daemon set":           {daemonSetOf(func(*appsv1.DaemonSet) {}), Ready, "rolled out"},
		"daemon set, updating": {daemonSetOf(func(s *appsv1.DaemonSet) { s.Status.UpdatedNumberScheduled = 2 }), InProgress, "2 of 3 Pods are updated"},
		"daemon set, no nodes": {daemonSetOf(func(s *appsv1.DaemonSet) { s.Status = appsv1.DaemonSetStatus{ObservedGeneration: 2} }), Ready, "no node is to have a Pod"},
	} {
		state, words := c.rollout.state()
		assert.Equal(t, c.state, state, name)
		assert.Equal(t, c.words, words, name)
	}
}

// pod of the config "web-new", which runs.
func pod(name string, change func(*corev1.Pod)) corev1.Pod {
	p := corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "a"},
		Spec: corev1.PodSpec{
			NodeName:   "n1",
			Containers: []corev1.Container{{Name: "otlp-collector", Image: "c:1"}},
			Volumes:    []corev1.Volume{{Name: "config", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{}}}},
		},
		Status: corev1.PodStatus{
			Phase:             corev1.PodRunning,
			Conditions:        []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}},
			ContainerStatuses: []corev1.ContainerStatus{{Name: "otlp-collector", Ready: true, State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}}},
		},
	}
	p.Spec.Volumes[0].ConfigMap.Name = "web-new"
	change(&p)

	return p
}

func unready(change func(*corev1.Pod, *corev1.ContainerStatus)) func(*corev1.Pod) {
	return func(p *corev1.Pod) {
		p.Status.Conditions[0].Status = corev1.ConditionFalse
		p.Status.ContainerStatuses[0].Ready = false
		change(p, &p.Status.ContainerStatuses[0])
	}
}

func TestAPodSaysWhyItIsNotReadyAndWhetherThatStaysSo(t *testing.T) {
	t.Parallel()
	crash := func(restarts int32) func(*corev1.Pod) {
		return unready(func(_ *corev1.Pod, s *corev1.ContainerStatus) {
			s.RestartCount = restarts
			s.State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CrashLoopBackOff", Message: "back-off 10s"}}
			s.LastTerminationState.Terminated = &corev1.ContainerStateTerminated{ExitCode: 1, Reason: "Error", Message: "first\nunknown exporter\n"}
		})
	}
	for name, c := range map[string]struct {
		change   func(*corev1.Pod)
		ready    bool
		reason   string
		hopeless bool
	}{
		"ready":        {func(*corev1.Pod) {}, true, "", false},
		"going":        {func(p *corev1.Pod) { p.DeletionTimestamp = new(metav1.Now()) }, false, "it is being deleted", false},
		"crashed once": {crash(1), false, "it ends again and again (1 restarts): exit code 1: unknown exporter", false},
		"crash loop":   {crash(2), false, "it ends again and again (2 restarts): exit code 1: unknown exporter", true},
		"out of memory": {unready(func(_ *corev1.Pod, s *corev1.ContainerStatus) {
			s.State = corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: 137, Reason: "OOMKilled"}}
		}), false, "it has ended: OOMKilled, exit code 137", false},
		"no image": {unready(func(_ *corev1.Pod, s *corev1.ContainerStatus) {
			s.State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "ImagePullBackOff", Message: "not found"}}
		}), false, "ImagePullBackOff: not found", true},
		"no image yet": {unready(func(p *corev1.Pod, s *corev1.ContainerStatus) {
			p.CreationTimestamp = metav1.NewTime(clock.Add(-59 * time.Second))
			s.State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "ImagePullBackOff", Message: "not found"}}
		}), false, "ImagePullBackOff: not found", false},
		"no image, on a node that came late": {unready(func(p *corev1.Pod, s *corev1.ContainerStatus) {
			p.CreationTimestamp = metav1.NewTime(clock.Add(-time.Hour))
			p.Status.Conditions = append(p.Status.Conditions, corev1.PodCondition{Type: corev1.PodScheduled, Status: corev1.ConditionTrue, LastTransitionTime: metav1.NewTime(clock.Add(-time.Second))})
			s.State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "ImagePullBackOff"}}
		}), false, "ImagePullBackOff", false},
		"no Secret yet": {unready(func(p *corev1.Pod, s *corev1.ContainerStatus) {
			p.CreationTimestamp = metav1.NewTime(clock.Add(-time.Hour))
			s.LastTerminationState.Terminated = &corev1.ContainerStateTerminated{FinishedAt: metav1.NewTime(clock.Add(-time.Second))}
			s.State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CreateContainerConfigError", Message: "secret not found"}}
		}), false, "CreateContainerConfigError: secret not found", false},
		"no Secret": {unready(func(p *corev1.Pod, s *corev1.ContainerStatus) {
			p.CreationTimestamp = metav1.NewTime(clock.Add(-time.Minute))
			s.State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CreateContainerConfigError", Message: "secret not found"}}
		}), false, "CreateContainerConfigError: secret not found", true},
		"a name that is none": {unready(func(p *corev1.Pod, s *corev1.ContainerStatus) {
			p.CreationTimestamp = metav1.NewTime(clock)
			s.State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "InvalidImageName"}}
		}), false, "InvalidImageName", true},
		"starting": {unready(func(_ *corev1.Pod, s *corev1.ContainerStatus) {
			s.State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "ContainerCreating"}}
		}), false, "ContainerCreating", false},
		"not ready yet": {unready(func(p *corev1.Pod, _ *corev1.ContainerStatus) {
			p.Status.Conditions = append(p.Status.Conditions, corev1.PodCondition{
				Type: corev1.ContainersReady, Status: corev1.ConditionFalse, Message: "containers with unready status: [otlp-collector]",
			})
		}), false, "containers with unready status: [otlp-collector]", false},
		"no node": {unready(func(p *corev1.Pod, _ *corev1.ContainerStatus) {
			p.Spec.NodeName, p.Status.ContainerStatuses = "", nil
			p.Status.Conditions = append(p.Status.Conditions, corev1.PodCondition{
				Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: "Unschedulable", Message: "0/3 nodes are available",
			})
		}), false, "Unschedulable: 0/3 nodes are available", false},
		"evicted": {unready(func(p *corev1.Pod, _ *corev1.ContainerStatus) {
			p.Status.Phase, p.Status.Reason, p.Status.Message = corev1.PodFailed, "Evicted", "low on memory"
		}), false, "Evicted: low on memory", false},
		"sidecar whose application is not ready": {func(p *corev1.Pod) {
			p.Labels = map[string]string{diagnose.InjectedLabel: "rel"}
			p.Status.Conditions[0].Status = corev1.ConditionFalse
			p.Status.InitContainerStatuses, p.Status.ContainerStatuses = p.Status.ContainerStatuses, nil
			p.Status.InitContainerStatuses[0].Started = new(true)
		}, true, "", false},
	} {
		p := pod("web-1", c.change)
		state := podState(&p, "new", clock)
		assert.Equal(t, c.ready, state.Ready, name)
		assert.Equal(t, c.reason, state.Reason, name)
		assert.Equal(t, c.hopeless, state.Hopeless, name)
	}
}

func TestAPodIsCurrentWhenItHasTheConfigThatIsInstalled(t *testing.T) {
	t.Parallel()
	own := pod("web-1", func(*corev1.Pod) {})
	assert.True(t, podState(&own, "new", clock).Current)
	assert.False(t, podState(&own, "old", clock).Current)
	injected := pod("app-1", func(p *corev1.Pod) {
		p.Labels, p.Annotations = map[string]string{diagnose.InjectedLabel: "rel"}, map[string]string{injectedHash: "h1"}
	})
	assert.True(t, podState(&injected, "h1", clock).Current)
	assert.False(t, podState(&injected, "", clock).Current)
}

func TestARolloutWhosePodsAreHopelessHasFailed(t *testing.T) {
	t.Parallel()
	updating := deploymentOf(func(d *appsv1.Deployment) { d.Status.UpdatedReplicas, d.Status.Replicas = 1, 4 })
	broken := unready(func(_ *corev1.Pod, s *corev1.ContainerStatus) {
		s.State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "InvalidImageName"}}
	})
	w := updating.workload([]corev1.Pod{pod("web-1", func(*corev1.Pod) {}), pod("web-2", broken)}, "new", clock)
	assert.Equal(t, Failed, w.State)
	assert.Equal(t, "Pod web-2: InvalidImageName", w.Rollout)

	// One of an older config goes by itself.
	old := pod("web-2", broken)
	old.Spec.Volumes[0].ConfigMap.Name = "web-old"
	w = updating.workload([]corev1.Pod{pod("web-1", func(*corev1.Pod) {}), old}, "new", clock)
	assert.Equal(t, InProgress, w.State)
	assert.Equal(t, 1, w.OutOfDate)

	// One that goes is not counted.
	old.DeletionTimestamp = new(metav1.Now())
	w = updating.workload([]corev1.Pod{pod("web-1", func(*corev1.Pod) {}), old}, "new", clock)
	assert.Zero(t, w.OutOfDate)
	assert.True(t, w.Pods[1].Terminating)
}

func TestTheWorstOfItsPartsIsTheStateOfTheWhole(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status Status
		state  State
		reason string
	}{
		"ready":        {Status{Release: Info{Status: "deployed"}, Workloads: []Workload{{State: Ready}}}, Ready, ""},
		"one failed":   {Status{Release: Info{Status: "deployed"}, Workloads: []Workload{{State: InProgress}, {Kind: "DaemonSet", Name: "a", State: Failed, Rollout: "x"}}}, Failed, "DaemonSet a: x"},
		"Helm failed":  {Status{Release: Info{Status: "failed", Description: "no"}, Workloads: []Workload{{State: Ready}}}, Failed, "Helm's last change failed: no"},
		"uninstalled":  {Status{Release: Info{Status: "uninstalled"}}, Failed, "Helm's record is uninstalled"},
		"sidecar ends": {Status{Release: Info{Status: "deployed"}, Sidecars: &Sidecars{ConfigHash: "h", Pods: []Pod{{Ready: true}, {Namespace: "a", Name: "b", Current: true, Hopeless: true, Reason: "c"}}}}, Failed, "the sidecar of Pod a/b: c"},
		// It keeps its config until its Pod is made anew, which the release can't mend.
		"sidecar of an older config ends":         {Status{Release: Info{Status: "deployed"}, Sidecars: &Sidecars{ConfigHash: "h", Pods: []Pod{{Ready: true, Current: true}, {Namespace: "a", Name: "b", Hopeless: true, Reason: "c"}}}}, Ready, ""},
		"sidecar ends, which config is not known": {Status{Release: Info{Status: "deployed"}, Sidecars: &Sidecars{Pods: []Pod{{Namespace: "a", Name: "b", Hopeless: true, Reason: "c"}}}}, Failed, "the sidecar of Pod a/b: c"},
	} {
		c.status.conclude()
		assert.Equal(t, c.state, c.status.State, name)
		assert.Equal(t, c.reason, c.status.Reason, name)
	}
}
