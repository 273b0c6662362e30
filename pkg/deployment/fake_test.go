package deployment

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/release"
	helmtime "helm.sh/helm/v3/pkg/time"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/internal/render"
)

// A fakeAPI answers requests by their path with objects, for what is too quick to see on a real one; tests/deployment has that.
type fakeAPI struct {
	answers map[string]any
	// failing are the codes with which the next requests fail.
	failing []int
}

func (a *fakeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	code, answer := http.StatusNotFound, any(metav1.Status{TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Status: "Failure", Reason: metav1.StatusReasonNotFound, Code: http.StatusNotFound})
	if len(a.failing) > 0 {
		code, a.failing = a.failing[0], a.failing[1:]
		answer = metav1.Status{TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Status: "Failure", Message: "not now", Code: int32(code)}
	} else if known, ok := a.answers[r.URL.Path]; ok {
		code, answer = http.StatusOK, known
		if status, refused := known.(metav1.Status); refused {
			code = int(status.Code)
		}
	}
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(answer) //nolint:errchkjson // The client says where it lacks.
}

// cluster of an API server that answers so.
func (a *fakeAPI) cluster(t *testing.T) *Cluster {
	t.Helper()
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	t.Setenv("KUBERNETES_SERVICE_HOST", "")
	c, err := Connect(Access{Namespace: "ns", Env: func(name string) string {
		return map[string]string{"HELM_KUBEAPISERVER": server.URL, "KUBECONFIG": "/none"}[name]
	}})
	require.NoError(t, err)

	return c
}

const recordPath = "/api/v1/namespaces/ns/secrets"

// keep puts a revision of a release there, as Helm keeps it.
func (a *fakeAPI) keep(t *testing.T, r *release.Release) {
	t.Helper()
	data, err := json.Marshal(r)
	require.NoError(t, err)
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	_, err = writer.Write(data)
	require.NoError(t, err)
	require.NoError(t, writer.Close())
	name := "sh.helm.release.v1." + r.Name + ".v" + strconv.Itoa(r.Version)
	meta := metav1.ObjectMeta{
		Name: name, Namespace: "ns", ResourceVersion: strconv.Itoa(r.Version),
		Labels: map[string]string{"owner": "helm", "name": r.Name, "version": strconv.Itoa(r.Version), "status": string(r.Info.Status)},
	}
	secret := corev1.Secret{
		TypeMeta: metav1.TypeMeta{Kind: "Secret", APIVersion: "v1"}, ObjectMeta: meta,
		Data: map[string][]byte{"release": []byte(base64.StdEncoding.EncodeToString(packed.Bytes()))},
	}
	if a.answers == nil {
		a.answers = map[string]any{}
	}
	a.answers[recordPath] = corev1.SecretList{TypeMeta: metav1.TypeMeta{Kind: "SecretList", APIVersion: "v1"}, Items: []corev1.Secret{secret}}
	a.answers[recordPath+"/"+name] = secret
}

// kept is a revision of the embedded chart with values.
func kept(t *testing.T, version int, values map[string]any, manifest string) *release.Release {
	t.Helper()
	chart, err := render.Embedded()
	require.NoError(t, err)

	return &release.Release{
		Name: "rel", Namespace: "ns", Version: version, Chart: chart.Helm(), Config: values, Manifest: manifest,
		Info: &release.Info{Status: release.StatusDeployed, LastDeployed: helmtime.Now()},
	}
}

func changeOf(t *testing.T, after int, values map[string]any) Change {
	t.Helper()
	chart, err := render.Embedded()
	require.NoError(t, err)

	return Change{Name: "rel", Namespace: "ns", Chart: chart, Values: values, After: after}
}

// told is a Changer that notes what it is told.
type told struct {
	changes []Change
	undone  []Undo
	err     error
}

func (c *told) Change(_ context.Context, change Change) error {
	c.changes = append(c.changes, change)

	return c.err
}

func (c *told) Undo(_ context.Context, undo Undo) error {
	c.undone = append(c.undone, undo)

	return nil
}

const gatewayManifest = `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: rel-otlp-collector}
spec:
  replicas: 3
  template:
    spec:
      containers: [{name: otlp-collector}]
      volumes: [{name: config, configMap: {name: rel-otlp-collector-abc}}]
`

func TestWhatIsScaledBesideHelmIsNotAsTheValuesSay(t *testing.T) {
	a := &fakeAPI{}
	a.keep(t, kept(t, 4, map[string]any{"replicas": 3}, gatewayManifest))
	c := a.cluster(t)
	last, err := c.record(t.Context(), "rel")
	require.NoError(t, err)
	for name, row := range map[string]struct {
		live int32
		said int
		want bool
	}{
		"so already":          {3, 3, true},
		"scaled beside Helm":  {5, 3, false},
		"other values":        {3, 5, false},
		"both, and the other": {5, 5, false},
	} {
		live := deploymentObject()
		live.Name, live.Namespace, live.Spec.Replicas = "rel-otlp-collector", "ns", &row.live
		a.answers["/apis/apps/v1/namespaces/ns/deployments/rel-otlp-collector"] = live
		has, err := c.has(t.Context(), last, changeOf(t, 4, map[string]any{"replicas": row.said}))
		require.NoError(t, err)
		assert.Equal(t, row.want, has, name)
	}
	// One that is gone is made again.
	delete(a.answers, "/apis/apps/v1/namespaces/ns/deployments/rel-otlp-collector")
	has, err := c.has(t.Context(), last, changeOf(t, 4, map[string]any{"replicas": 3}))
	require.NoError(t, err)
	assert.False(t, has)
}

func TestOnlyWhatTheCallMadeIsUndone(t *testing.T) {
	mine := map[string]any{"replicas": 3}
	for name, row := range map[string]struct {
		version int
		values  map[string]any
		want    []Undo
	}{
		"its own":                    {5, mine, []Undo{{Name: "rel", Namespace: "ns", Revision: 5}}},
		"a later one of others":      {6, mine, nil},
		"the same number, by others": {5, map[string]any{"replicas": 4}, nil},
		"nothing was sent":           {4, map[string]any{"replicas": 2}, nil},
	} {
		a, changer := &fakeAPI{}, &told{}
		a.keep(t, kept(t, row.version, row.values, gatewayManifest))
		c := a.cluster(t)
		c.Changer = changer
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		err := c.undo(gone, changeOf(t, 4, mine), &FailedError{Release: "rel"}, 0)
		assert.Equal(t, row.want, changer.undone, name)
		assert.Equal(t, row.want == nil, errors.Is(err, ErrBusy), name)
	}
}

func TestAChangeThatWasNotSentIsNotUndone(t *testing.T) {
	a, changer := &fakeAPI{}, &told{err: assert.AnError}
	a.keep(t, kept(t, 4, map[string]any{"replicas": 2}, gatewayManifest))
	c := a.cluster(t)
	c.Changer = changer
	last, err := c.record(t.Context(), "rel")
	require.NoError(t, err)
	_, err = c.apply(t.Context(), changeOf(t, 4, map[string]any{"replicas": 3}), last, Options{Rollback: true})
	require.ErrorIs(t, err, assert.AnError)
	assert.Len(t, changer.changes, 1)
	assert.Empty(t, changer.undone)
}

func TestWithoutAChangerNothingIsChanged(t *testing.T) {
	c := (&fakeAPI{}).cluster(t)
	_, err := c.Deploy(t.Context(), "rel", nil, Options{})
	require.ErrorIs(t, err, errNoChanger)
	_, err = c.UpdateConfig(t.Context(), "rel", Config{}, Options{})
	require.ErrorIs(t, err, errNoChanger)
	_, err = c.Scale(t.Context(), "rel", 3, false)
	require.ErrorIs(t, err, errNoChanger)
}
