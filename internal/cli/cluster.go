package cli

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/helm-otlp/helm-otlp/pkg/deployment"
)

// The exit codes of commands that tell how a release stands.
const (
	// ExitInProgress: not ready, and it may become so.
	ExitInProgress = 1
	// ExitFailed: it does not become ready without a change.
	ExitFailed = 4
)

// exitError ends a command with a code of its own.
type exitError struct {
	code int
	// err is what is said of it; nil: it is said already.
	err error
}

func (e exitError) Error() string { return fmt.Sprint(e.err) }
func (e exitError) Unwrap() error { return e.err }

// ofState ends a command with the code of a state, which is printed already.
func ofState(state deployment.State) error {
	switch state {
	case deployment.Ready:
		return nil
	case deployment.InProgress:
		return exitError{code: ExitInProgress}
	default:
		return exitError{code: ExitFailed}
	}
}

// clusterFlags say where a release is.
type clusterFlags struct {
	namespace, context, kubeconfig string
	request                        time.Duration
	// timeoutFlag is the one that sets request; empty: --timeout.
	timeoutFlag string
}

// register leaves the flags for the cluster out for a plugin, since Helm has read them already.
func (f *clusterFlags) register(flags *pflag.FlagSet, p *program) {
	f.timeoutFlag = "--request-timeout"
	flags.DurationVar(&f.request, "request-timeout", time.Minute, "how long each request to the cluster may take; 0: as long as it likes")
	if !p.isPlugin() {
		flags.StringVarP(&f.namespace, "namespace", "n", "", "namespace of the release (default: the context's)")
	}
	f.registerContext(flags, p, "")
}

// registerContext has those of a kubeconfig alone; with says which flag they go with.
func (f *clusterFlags) registerContext(flags *pflag.FlagSet, p *program, with string) {
	if !p.isPlugin() {
		flags.StringVar(&f.context, "kube-context", "", with+"context of the kubeconfig")
		flags.StringVar(&f.kubeconfig, "kubeconfig", "", with+"path of the kubeconfig")
	}
}

// connect makes the clients. What is secret in a release that is read is hidden in all that is said of it.
func (f *clusterFlags) connect(p *program) (*deployment.Cluster, error) {
	cluster, err := deployment.Connect(deployment.Access{
		Kubeconfig: f.kubeconfig, Context: f.context, Namespace: f.namespace, Timeout: f.request, TimeoutFlag: f.timeoutFlag, Env: p.env,
	})
	if err != nil {
		return nil, err
	}
	cluster.Told = func(values map[string]any, manifest string) {
		p.secrets.AddValues(values)
		p.secrets.AddYAML([]byte(manifest))
	}

	return cluster, nil
}

// hideStatus hides secrets in what a cluster and its collectors say in words.
func (p *program) hideStatus(s *deployment.Status) {
	hide := func(texts ...*string) {
		for _, text := range texts {
			*text = p.secrets.Text(*text)
		}
	}
	hide(&s.Reason, &s.Release.Description)
	for i := range s.Notes {
		hide(&s.Notes[i])
	}
	pods := func(pods []deployment.Pod) {
		for i := range pods {
			hide(&pods[i].Reason)
			if pods[i].Health != nil {
				hide(&pods[i].Health.Detail)
			}
		}
	}
	for i := range s.Workloads {
		hide(&s.Workloads[i].Rollout)
		pods(s.Workloads[i].Pods)
	}
	if s.Sidecars != nil {
		pods(s.Sidecars.Pods)
	}
}

// hideMetrics hides secrets in what a cluster and its collectors say in words.
func (p *program) hideMetrics(m *deployment.Metrics) {
	m.Release.Description = p.secrets.Text(m.Release.Description)
	for i := range m.Notes {
		m.Notes[i] = p.secrets.Text(m.Notes[i])
	}
	for i := range m.Pods {
		m.Pods[i].Problem = p.secrets.Text(m.Pods[i].Problem)
	}
}

// helm are the flags by which Helm finds the same cluster; the namespace each change has itself.
func (f *clusterFlags) helm() []string {
	var flags []string
	if f.kubeconfig != "" {
		flags = append(flags, "--kubeconfig", f.kubeconfig)
	}
	if f.context != "" {
		flags = append(flags, "--kube-context", f.context)
	}

	return flags
}

// textOrJSON are the formats of commands that read a release.
func textOrJSON() []string { return []string{"text", "json"} }

func registerOutput(cmd *cobra.Command, output *string) {
	cmd.Flags().StringVarP(output, "output", "o", "text", "format: "+strings.Join(textOrJSON(), ", "))
	// The name is that of the flag defined above.
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(textOrJSON(), cobra.ShellCompDirectiveNoFileComp))
}

// checkOutput wants one of the formats.
func checkOutput(output string, formats []string) error {
	if !slices.Contains(formats, output) {
		return fmt.Errorf("--output %q: use %s", output, strings.Join(formats, " or "))
	}

	return nil
}

// oneRelease wants the name of a release, and nothing else.
func oneRelease(cmd *cobra.Command, args []string) error {
	switch len(args) {
	case 0:
		return fmt.Errorf("%s takes the name of a release: `helm list` shows them", cmd.CommandPath())
	case 1:
		return nil
	default:
		return fmt.Errorf("%s takes the name of one release, and got %q too", cmd.CommandPath(), args[1])
	}
}

// printJSON prints a value, on one line where there may be several.
func (p *program) printJSON(value any, oneLine bool) error {
	encoder := json.NewEncoder(p.stdout)
	encoder.SetEscapeHTML(false)
	if !oneLine {
		encoder.SetIndent("", "  ")
	}
	if err := encoder.Encode(value); err != nil {
		return internalError{fmt.Errorf("write the output: %w", err)}
	}

	return nil
}
