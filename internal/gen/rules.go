package main

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/lint/rules"
)

// rulesPage is docs/rules.md: every rule of lint, what failure it prevents and what it
// finds and does not find, drawn from the rules themselves.
func rulesPage(string) ([]byte, error) {
	var page bytes.Buffer
	page.WriteString("# The rules of `helm otlp lint`\n\n" +
		"Generated from `pkg/lint/rules` by `" + mend + "`; do not edit. `helm otlp explain RULE` prints the same.\n\n" +
		"An **error** will not start, loses data or lets someone in; a **warning** will hurt in production; **info** is worth knowing.\n\n" +
		"| rule | severity | what it finds |\n|---|---|---|\n")
	all := append(rules.All(), rules.OfCommand()...)
	for _, rule := range all {
		fmt.Fprintf(&page, "| [`%s`](#%s) | %s | %s |\n", rule.Name, rule.Name, rule.Severity, rule.Summary)
	}
	for _, rule := range all {
		if err := writeRule(&page, rule); err != nil {
			return nil, err
		}
	}
	return page.Bytes(), nil
}

func writeRule(page *bytes.Buffer, rule *lint.Rule) error {
	if rule.Bad == "" || rule.Good == "" {
		return fmt.Errorf("write the rule %s: it has no examples", rule.Name)
	}
	fmt.Fprintf(page, "\n## %s\n\n**%s.** %s\n\n%s\n", rule.Name, rule.Severity, rule.Summary, rule.Why)
	if mends := lint.Mends(context.Background(), rule); mends != "" {
		fmt.Fprintf(page, "\n`--fix` tries to mend it; in the bad example: %s.\n", mends)
	}
	for _, example := range []struct{ title, text string }{{"Bad", rule.Bad}, {"Good", rule.Good}} {
		fmt.Fprintf(page, "\n%s:\n\n```yaml\n%s\n```\n", example.title, strings.TrimSpace(example.text))
	}
	if rule.Docs != "" {
		fmt.Fprintf(page, "\nSee <%s>.\n", rule.Docs)
	}
	return nil
}
