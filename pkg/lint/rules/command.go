package rules

import "github.com/helm-otlp/helm-otlp/pkg/lint"

// OfCommand are the rules of the command line itself. It finds by them what no run of All does.
func OfCommand() []*lint.Rule { return []*lint.Rule{UnreadableInput(), UnusedSuppression()} }

// UnreadableInput is what keeps an input from being judged at all, said where a program asks for a report.
func UnreadableInput() *lint.Rule {
	return &lint.Rule{
		Name:     "unreadable-input",
		Severity: lint.Error,
		Summary:  "The input can't be read, is refused by the chart's schema, or its template fails.",
		Why: `Nothing else is known of it: other faults may show once it is mended. The exit code is 2, whatever
--fail-on says. It is always an error, and no suppression or baseline hides it. In text it is no finding,
but the error itself.`,
		Bad:  "replicas: [1\n",
		Good: "replicas: 1\n",
	}
}

// UnusedSuppression reports suppressions that match nothing, so that they don't outlive
// what they were for and hide the next fault.
func UnusedSuppression() *lint.Rule {
	return &lint.Rule{
		Name:     "unused-suppression",
		Severity: lint.Info,
		Summary:  "A suppression matches no finding, or its time is over.",
		Why: `What it was for is gone, or its rule's name is misspelt. Left behind, it hides the next fault of
that kind at that place.`,
		Bad:  "# otlp:ignore no-such-rule the name is misspelt\nreplicas: 3\n",
		Good: "replicas: 3\n",
	}
}
