package deployment_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/deployment"
	"github.com/helm-otlp/helm-otlp/pkg/deployment/sdk"
)

// deploy is what docs/deployment.md shows.
func deploy(ctx context.Context) error {
	cluster, err := deployment.Connect(deployment.Access{Namespace: "observability", Env: os.Getenv})
	if err != nil {
		return err
	}
	cluster.Changer = sdk.New(cluster) // Helm's SDK
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	status, err := cluster.Deploy(ctx, "gateway", map[string]any{"replicas": 3}, deployment.Options{Rollback: true})
	var failed *deployment.FailedError
	switch {
	case errors.As(err, &failed):
		return fmt.Errorf("%s, so revision %d is back", failed.Reason, failed.RolledBackTo)
	case errors.Is(err, deployment.ErrBusy):
		return errors.New("try again when the other change is over")
	case err != nil:
		return err
	}
	fmt.Println(status.State, status.Workloads[0].Ready)

	return nil
}

func TestTheDocumentedProgramSaysThatThereIsNoCluster(t *testing.T) {
	// Neither the user's own cluster nor that of a Pod.
	t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "none"))
	t.Setenv("KUBERNETES_SERVICE_HOST", "")
	require.ErrorContains(t, deploy(t.Context()), "no cluster")
}

func TestTheDocumentedProgramIsThisOne(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/deployment.md")
	require.NoError(t, err)
	source, err := os.ReadFile("example_test.go")
	require.NoError(t, err)
	block := regexp.MustCompile("(?s)```go\n(.*?)```").FindStringSubmatch(string(page))
	require.NotNil(t, block)
	assert.Contains(t, strings.ReplaceAll(string(source), "\n\t", "\n"), block[1])
}
