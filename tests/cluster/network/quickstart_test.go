package network

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// shell is a block of commands.
var shell = regexp.MustCompile("(?s)```sh\n(.*?)```")

// seen is what docs/quickstart.md says that the log has.
const seen = "Body: Str(the message)"

// TestTheQuickstartLeadsToTelemetryThatIsSeen runs the commands of docs/quickstart.md, one after the other, from the
// root of the checkout. The namespace is the test's own.
func TestTheQuickstartLeadsToTelemetryThatIsSeen(t *testing.T) {
	text, err := os.ReadFile("../../../docs/quickstart.md")
	require.NoError(t, err)
	require.Contains(t, string(text), seen)
	for _, major := range []int{3, 4} {
		t.Run(fmt.Sprintf("helm%d", major), func(t *testing.T) {
			namespace, ran := shared.Namespace(t, ""), map[string]int{}
			for _, block := range shell.FindAllStringSubmatch(string(text), -1) {
				for line := range strings.Lines(block[1]) {
					words := strings.Fields(strings.ReplaceAll(line, "observability", namespace))
					ran[words[0]]++
					switch words[0] {
					case "helm":
						command := shared.HelmCommand(t, major, words[1:]...)
						command.Dir = "../../.."
						printed, err := command.CombinedOutput()
						require.NoError(t, err, "%s%s", line, printed)
					case "kubectl":
						assert.Contains(t, logs(t, words), seen, line)
					case "go":
						// The first finding, which tests/docs shows too.
					default:
						t.Fatalf("the quickstart runs a command that this test does not: %s", line)
					}
				}
			}
			assert.GreaterOrEqual(t, ran["helm"], 10)
			assert.Equal(t, 1, ran["kubectl"])
			assert.Equal(t, 1, ran["go"])
		})
	}
}

// logs is what kubectl logs prints of the Pods with a label.
func logs(t *testing.T, words []string) string {
	t.Helper()
	require.Equal(t, []string{"kubectl", "logs", "-n"}, words[:3])
	require.Equal(t, []string{"-l", "--tail=-1"}, []string{words[4], words[6]})
	namespace, selector := words[3], words[5]
	pods, err := shared.Client.CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{LabelSelector: selector})
	require.NoError(t, err)
	var text strings.Builder
	for _, pod := range pods.Items {
		printed, err := shared.Client.CoreV1().Pods(namespace).GetLogs(pod.Name, &corev1.PodLogOptions{}).DoRaw(t.Context())
		require.NoError(t, err)
		text.Write(printed)
	}

	return text.String()
}
