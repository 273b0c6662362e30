package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/values"
)

func (p *program) explainCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "explain [RULE]",
		Short: "Say what a rule of lint is about, or list the rules",
		Args:  atMostOne,
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			var names []string
			for _, rule := range allRules() {
				names = append(names, rule.Name+"\t"+rule.Summary)
			}

			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return p.listRules()
			}
			for _, rule := range allRules() {
				if rule.Name == args[0] {
					return p.explainRule(cmd.Context(), rule)
				}
			}

			return errors.New(noRule(args[0]))
		},
	}
}

// noRule says that no rule has the name, and which was probably meant.
func noRule(name string) string {
	var known []string
	for _, rule := range allRules() {
		known = append(known, rule.Name)
	}

	return notNamed("rule", "rules", name, known)
}

// notNamed says that nothing of a kind has the name, which was probably meant, and the command that lists all.
func notNamed(kind, list, name string, known []string) string {
	if meant := values.Nearest(name, known); meant != "" {
		return fmt.Sprintf("no %s is named %q: did you mean %s? `helm otlp %s` lists all", kind, name, meant, list)
	}

	return fmt.Sprintf("no %s is named %q: `helm otlp %s` lists them", kind, name, list)
}

func (p *program) rulesCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "rules",
		Short: "List the rules of lint",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return p.listRules() },
	}
}

func (p *program) listRules() error {
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for _, rule := range allRules() {
		fmt.Fprintf(table, "%s\t%s\t%s\n", rule.Name, rule.Severity, rule.Summary)
	}

	return table.Flush()
}

func (p *program) explainRule(ctx context.Context, rule *lint.Rule) error {
	out := bufio.NewWriter(p.stdout)
	fmt.Fprintf(out, "%s (%s)\n\n%s\n", rule.Name, rule.Severity, strings.TrimSpace(rule.Summary))
	if rule.Why != "" {
		fmt.Fprintf(out, "\n%s\n", strings.TrimSpace(rule.Why))
	}
	if mends := lint.Mends(ctx, rule); mends != "" {
		fmt.Fprintf(out, "\n--fix tries to mend it; in the bad example: %s.\n", mends)
	}
	example(out, "Bad", rule.Bad)
	example(out, "Good", rule.Good)
	if rule.Docs != "" {
		fmt.Fprintf(out, "\nSee %s\n", rule.Docs)
	}

	return out.Flush()
}

func example(out *bufio.Writer, title, text string) {
	text = strings.Trim(text, "\n")
	if text == "" {
		return
	}
	fmt.Fprintf(out, "\n%s:\n\n", title)
	for _, line := range strings.Split(text, "\n") {
		fmt.Fprintf(out, "%s\n", strings.TrimRight("    "+line, " \t"))
	}
}
