package cluster_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

const (
	reasonsFile = "../../docs/kube-score.md"
	// critical is the grade that kube-score prints as [CRITICAL].
	critical = 1
)

// A verdict is what kube-score finds critical: a check that an object fails.
type verdict struct {
	subject string
	check   string
}

func TestWhatKubeScoreFindsCriticalIsReasonedOneByOne(t *testing.T) {
	t.Parallel()
	programs, err := cluster.Programs(t.Context(), "kube-score")
	require.NoError(t, err)
	reasons := readReasons(t)
	manifests := map[string][]byte{}
	for _, mode := range []string{"gateway", "daemonset", "sidecar"} {
		rendered, _, err := shared.Helm(t, 4, "template", releaseName, chartFolder, "--set", "mode="+mode)
		require.NoError(t, err)
		manifests[mode] = []byte(rendered)
	}
	manifests["injected"], manifests["collector alone"] = injectedPods(t)

	checked, met := 0, map[verdict]bool{}
	for name, manifest := range manifests {
		assert.NotContains(t, string(manifest), "kube-score/", "annotations that silence kube-score")
		for _, object := range score(t, programs["kube-score"], manifest) {
			for _, check := range object.Checks {
				if check.Skipped {
					continue
				}
				checked++
				if check.Grade > critical {
					continue
				}
				found := verdict{subject: object.subject(name), check: check.Check.ID}
				met[found] = true
				assert.NotEmpty(t, reasons[found], "critical and not reasoned in %s: %v: %v", reasonsFile, found, check.Comments)
			}
		}
	}
	for reasoned := range reasons {
		assert.True(t, met[reasoned], "%s reasons %v, which kube-score does not find", reasonsFile, reasoned)
	}
	t.Logf("%d checks of kube-score on %d manifests: %d critical, %d of them reasoned", checked, len(manifests), len(met), len(reasons))
}

// injectedPods returns a Pod with the collector that the policy put into it, and one that has the collector alone, as an
// ordinary container: kube-score looks at init containers for part of its checks only, since it knows no native sidecars.
// The application leaves nothing to be found, so that what is found is the collector's.
func injectedPods(t *testing.T) (injected, alone []byte) {
	t.Helper()

	s := newSidecar(t, "restricted")
	pod := s.admitted(t, flawless())
	pod.Kind, pod.APIVersion, pod.ManagedFields = "Pod", "v1", nil
	injected, err := json.Marshal(pod)
	require.NoError(t, err)

	pod.Spec.Containers, pod.Spec.InitContainers = pod.Spec.InitContainers[:1], nil
	pod.Spec.Containers[0].RestartPolicy = nil
	alone, err = json.Marshal(pod)
	require.NoError(t, err)

	return injected, alone
}

// flawless is an application's Pod in which kube-score finds nothing but that no NetworkPolicy selects it.
func flawless() *corev1.Pod {
	pod := application("true")
	uid, readOnly := int64(20000), true
	pod.Spec.SecurityContext.RunAsUser, pod.Spec.SecurityContext.RunAsGroup = &uid, &uid
	web := &pod.Spec.Containers[0]
	web.Image, web.ImagePullPolicy = "example.invalid/web:1.0", corev1.PullAlways
	web.SecurityContext.RunAsUser, web.SecurityContext.RunAsGroup, web.SecurityContext.ReadOnlyRootFilesystem = &uid, &uid, &readOnly
	amounts := corev1.ResourceList{}
	for _, name := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourceEphemeralStorage} {
		amounts[name] = resource.MustParse("1Gi")
	}
	web.Resources = corev1.ResourceRequirements{Requests: amounts, Limits: amounts}
	probe := func(path string) *corev1.Probe {
		return &corev1.Probe{ProbeHandler: corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: path, Port: intstr.FromInt32(8080)}}}
	}
	web.LivenessProbe, web.ReadinessProbe = probe("/live"), probe("/ready")

	return pod
}

type scored struct {
	Type struct {
		Kind string `json:"kind"`
	} `json:"type_meta"`
	Meta struct {
		Name string `json:"name"`
	} `json:"object_meta"`
	Checks []struct {
		Check struct {
			ID string `json:"id"`
		} `json:"check"`
		Grade    int   `json:"grade"`
		Skipped  bool  `json:"skipped"`
		Comments []any `json:"comments"`
	} `json:"checks"`
}

// subject names the object as the document of reasons does.
func (o scored) subject(manifest string) string {
	switch {
	case manifest == "injected", manifest == "collector alone":
		return "injected Pod"
	case strings.HasSuffix(o.Meta.Name, "-test"):
		return "test Pod"
	default:
		return manifest + " " + o.Type.Kind
	}
}

func score(t *testing.T, program string, manifest []byte) []scored {
	t.Helper()

	cmd := exec.CommandContext(t.Context(), program, "score", "--output-format", "json", "-")
	cmd.Stdin = bytes.NewReader(manifest)
	// It exits with 1 when it finds something critical.
	output, err := cmd.Output()
	var objects []scored
	require.NoError(t, json.Unmarshal(output, &objects), "kube-score (%v) printed %s", err, output)

	return objects
}

// readReasons returns the rows of the tables `| subject | check | reason |`.
func readReasons(t *testing.T) map[verdict]string {
	t.Helper()

	content, err := os.ReadFile(reasonsFile)
	require.NoError(t, err)
	reasons := map[verdict]string{}
	row := regexp.MustCompile("(?m)^\\| ([^|`]+) \\| `([a-z-]+)` \\| ([^|]+) \\|$")
	for _, match := range row.FindAllStringSubmatch(string(content), -1) {
		for subject := range strings.SplitSeq(match[1], ", ") {
			reasons[verdict{subject: subject, check: match[2]}] = match[3]
		}
	}

	return reasons
}
