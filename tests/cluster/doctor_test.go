package cluster_test

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

// A liveDiagnosis is what docs/doctor.md says of the JSON of a diagnosis.
type liveDiagnosis struct {
	Healthy bool `json:"healthy"`
	Pods    int  `json:"pods"`
	Well    int  `json:"well"`
	Causes  []struct {
		Cause    string `json:"cause"`
		Summary  string `json:"summary"`
		Evidence []struct{ Object, Says string }
		Mend     string   `json:"mend"`
		Values   string   `json:"values"`
		Pods     []string `json:"pods"`
	} `json:"causes"`
	Findings []struct{ Rule, Severity, Message, Position string } `json:"findings"`
	Unasked  []string                                             `json:"unasked"`
}

// doctorValues have a secret.
const doctorValues = statusValues + "env: [{name: BACKEND_TOKEN, value: planted-t0ken}]\n"

func TestTheDoctorNamesAQuotaAndBundlesWhatShowsItWithoutSecrets(t *testing.T) {
	withPlugin(t, 4)
	r := newRelease(t, 4)
	_, err := shared.Client.CoreV1().ResourceQuotas(r.namespace).Create(t.Context(), &corev1.ResourceQuota{
		ObjectMeta: metav1.ObjectMeta{Name: "little"}, Spec: corev1.ResourceQuotaSpec{Hard: corev1.ResourceList{"requests.memory": resource.MustParse("20Mi")}},
	}, metav1.CreateOptions{})
	require.NoError(t, err)
	require.NoError(t, r.install(scenario{file: shared.ValuesFile(t, doctorValues)}))

	bundle := filepath.Join(t.TempDir(), "gateway.tgz")
	var found liveDiagnosis
	cluster.Eventually(t, func(context.Context) error {
		stdout, stderr, code := otlp(t, 4, nil, "doctor", releaseName, "-n", r.namespace, "--output", "json", "--bundle", bundle) //nolint:contextcheck // It takes the test's.
		if err := json.Unmarshal([]byte(stdout), &found); err != nil {
			return fmt.Errorf("%w: %s%s", err, stdout, stderr)
		}
		if code != 1 || len(found.Causes) == 0 {
			return fmt.Errorf("%d: %s", code, stdout)
		}

		return nil
	})
	require.Len(t, found.Causes, 1)
	assert.Equal(t, "quota-exceeded", found.Causes[0].Cause)
	assert.Contains(t, found.Causes[0].Evidence[0].Says, "exceeded quota: little")
	assert.Empty(t, found.Unasked)
	assert.False(t, found.Healthy)

	files := unpacked(t, bundle)
	for _, name := range []string{"diagnosis", "manifest", "values", "workloads", "pods", "events", "quotas", "services", "endpointslices", "configmaps"} {
		assert.Contains(t, files, "gateway/"+name+".yaml")
	}
	assert.Contains(t, files["gateway/quotas.yaml"], "little")
	assert.Contains(t, files["gateway/manifest.yaml"], "BACKEND_TOKEN")
	for name, text := range files {
		assert.NotContains(t, text, "planted", name)
	}
	info, err := os.Stat(bundle)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

// unpacked are the files of a bundle.
func unpacked(t *testing.T, name string) map[string]string {
	t.Helper()
	file, err := os.Open(name)
	require.NoError(t, err)
	defer file.Close()
	unzip, err := gzip.NewReader(file)
	require.NoError(t, err)
	files := map[string]string{}
	for reader := tar.NewReader(unzip); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		require.NoError(t, err)
		data, err := io.ReadAll(reader)
		require.NoError(t, err)
		files[header.Name] = string(data)
	}
}

// With the Role of docs/doctor.md, only the nodes are not known; with Helm's records alone, all else is not, and it is said.
func TestTheRoleForTheDoctorIsEnoughAndItGoesOnWithLess(t *testing.T) {
	withPlugin(t, 4)
	r := newRelease(t, 4)
	require.NoError(t, r.install(scenario{file: shared.ValuesFile(t, doctorValues)}))
	r.playKubelet(2, runs)
	r.waitStatus("ready")
	env := r.account("doctor")
	_, stderr, code := program(t, env, "doctor", releaseName, "-n", r.namespace)
	assert.Equal(t, 2, code)
	assert.Contains(t, stderr, "the cluster forbids to list secrets in the namespace "+r.namespace)

	ask := func() liveDiagnosis {
		var found liveDiagnosis
		stdout, stderr, ended := program(t, env, "doctor", releaseName, "-n", r.namespace, "--output", "json", "--no-lint")
		code = ended
		require.NoError(t, json.Unmarshal([]byte(stdout), &found), stdout+stderr)

		return found
	}
	r.bind("doctor", "kind: Role\napiVersion: rbac.authorization.k8s.io/v1\nmetadata: {name: records}\nrules: [{apiGroups: [\"\"], resources: [secrets], verbs: [get, list]}]\n", "records")
	cluster.Eventually(t, func(context.Context) error {
		stdout, stderr, _ := program(t, env, "doctor", releaseName, "-n", r.namespace, "--no-lint") //nolint:contextcheck // It takes the test's.
		if !strings.Contains(stdout, "not known:\n") {
			return errors.New(stdout + stderr)
		}

		return nil
	})
	found := ask()
	assert.Equal(t, 2, code, "what can't be looked at is not healthy")
	assert.False(t, found.Healthy)
	for _, request := range []string{"get deployments.apps/rel-otlp-collector", "list events", "list services", "list resourcequotas", "list persistentvolumeclaims", "list endpointslices", "list nodes"} {
		assert.Contains(t, strings.Join(found.Unasked, "\n"), "the cluster forbids to "+request)
	}

	text, err := os.ReadFile("../../docs/doctor.md")
	require.NoError(t, err)
	_, role, _ := strings.Cut(string(text), "```yaml\napiVersion: rbac.authorization.k8s.io/v1\n")
	role, _, _ = strings.Cut(role, "```")
	r.bind("doctor", "apiVersion: rbac.authorization.k8s.io/v1\n"+role, "release-doctor")
	cluster.Eventually(t, func(context.Context) error {
		found = ask()
		for _, said := range found.Unasked {
			// No kubelet answers for logs and metrics here.
			if strings.Contains(said, "forbids") && said != "the cluster forbids to list nodes" {
				return errors.New(said)
			}
		}

		return nil
	})
	assert.Equal(t, 2, found.Pods)
	assert.Contains(t, found.Unasked, "the cluster forbids to list nodes")
}

// account is how a program asks as an account of the namespace that may do nothing yet.
func (r release) account(name string) []string {
	r.t.Helper()
	accounts := shared.Client.CoreV1().ServiceAccounts(r.namespace)
	_, err := accounts.Create(r.t.Context(), &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
	require.NoError(r.t, err)
	token, err := accounts.CreateToken(r.t.Context(), name, &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	require.NoError(r.t, err)

	return []string{"HELM_KUBETOKEN=" + token.Status.Token, "HELM_KUBEAPISERVER=" + shared.Config.Host, "HELM_KUBECAFILE=" + shared.Config.CAFile}
}

// bind gives an account a Role.
func (r release) bind(account, role, name string) {
	r.t.Helper()
	_, err := shared.Apply(r.t.Context(), r.namespace, []byte(role+fmt.Sprintf(`
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: %[1]s}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: %[1]s}
subjects: [{kind: ServiceAccount, name: %[2]s, namespace: %[3]s}]
`, name, account, r.namespace)))
	require.NoError(r.t, err)
}
