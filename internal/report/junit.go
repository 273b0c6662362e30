package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

// JUnit writes a test case for each rule. Findings at or above FailOn are its failures,
// the others its output, so that a CI system is red exactly when the exit code is. No test case
// has an error, which is what JUnit calls a test that broke; yet readers want them counted.
type JUnit struct{}

type junitSuites struct {
	XMLName  xml.Name   `xml:"testsuites"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Errors   int        `xml:"errors,attr"`
	Suite    junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Failure *junitFailure `xml:"failure,omitempty"`
	Output  string        `xml:"system-out,omitempty"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

// Write writes the report.
func (JUnit) Write(w io.Writer, r Report) error {
	suite := junitSuite{Name: "helm-otlp lint"}
	for _, rule := range ruleNames(r) {
		c := junitTestCase(r, rule)
		if c.Failure != nil {
			suite.Failures++
		}
		suite.Cases = append(suite.Cases, c)
	}
	suite.Tests = len(suite.Cases)

	var text bytes.Buffer
	text.WriteString(xml.Header)
	encoder := xml.NewEncoder(&text)
	encoder.Indent("", "  ")
	if err := encoder.Encode(junitSuites{Tests: suite.Tests, Failures: suite.Failures, Suite: suite}); err != nil {
		return fmt.Errorf("write XML: %w", err)
	}
	text.WriteString("\n")
	// No command in the log of a CI system, as in JSON.
	_, err := w.Write(bytes.ReplaceAll(text.Bytes(), []byte("##["), []byte("##&#91;")))
	if err != nil {
		return fmt.Errorf("write XML: %w", err)
	}

	return nil
}

func junitTestCase(r Report, rule string) junitCase {
	c := junitCase{Class: "helm-otlp", Name: rule}
	var failures, others []string
	var worst lint.Finding
	for _, f := range r.Findings {
		if f.Rule != rule {
			continue
		}
		line := fmt.Sprintf("%s: %s: %s", place(f), f.Severity, said(f))
		if !r.fails(f) {
			others = append(others, line)

			continue
		}
		if len(failures) == 0 || rank(f.Severity) > rank(worst.Severity) {
			worst = f
		}
		failures = append(failures, line)
	}
	c.Output = strings.Join(others, "\n")
	if len(failures) > 0 {
		c.Failure = &junitFailure{Message: said(worst), Type: string(worst.Severity), Text: strings.Join(failures, "\n")}
	}

	return c
}

// ruleNames lists the rules that ran, then those of findings that no listed rule made.
func ruleNames(r Report) []string {
	var names []string
	known := map[string]bool{}
	add := func(name string) {
		if !known[name] {
			known[name] = true
			names = append(names, name)
		}
	}
	for _, rule := range r.Rules {
		add(rule.Name)
	}
	for _, f := range r.Findings {
		add(f.Rule)
	}

	return names
}
