package report_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/internal/report"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// An element of JUnit's XML. There is no official schema. This is what Jenkins' xunit plugin publishes as junit-10.xsd,
// as far as the report uses it: all that the schema asks for is asked for here, and of what it allows only what is written.
type element struct {
	required, optional []string
	within             []string
	text               bool
}

var junitElements = map[string]element{
	"testsuites": {optional: []string{"tests", "failures", "errors"}, within: []string{""}},
	"testsuite":  {required: []string{"name", "tests", "failures", "errors"}, within: []string{"testsuites"}},
	"testcase":   {required: []string{"name"}, optional: []string{"classname"}, within: []string{"testsuite"}},
	"failure":    {optional: []string{"type", "message"}, within: []string{"testcase"}, text: true},
	"system-out": {within: []string{"testcase"}, text: true},
}

// A junitNode is an element with what it holds.
type junitNode struct {
	name       string
	attributes map[string]string
	text       string
	children   []*junitNode
}

// named are the elements of that name below the node, however deep.
func (n *junitNode) named(name string) []*junitNode {
	var found []*junitNode
	for _, child := range n.children {
		if child.name == name {
			found = append(found, child)
		}
		found = append(found, child.named(name)...)
	}

	return found
}

// readJUnit reads a report, and refuses what the schema does not know.
func readJUnit(text string) (*junitNode, error) {
	decoder := xml.NewDecoder(strings.NewReader(text))
	root := &junitNode{}
	open := []*junitNode{root}
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return root, nil
		}
		if err != nil {
			return nil, err
		}
		top := open[len(open)-1]
		switch token := token.(type) {
		case xml.StartElement:
			node, err := newJUnitNode(token, top.name)
			if err != nil {
				return nil, err
			}
			top.children = append(top.children, node)
			open = append(open, node)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			top.text += string(token)
			if strings.TrimSpace(string(token)) != "" && !junitElements[top.name].text {
				return nil, fmt.Errorf("%q has the text %q", top.name, token)
			}
		}
	}
}

func newJUnitNode(start xml.StartElement, within string) (*junitNode, error) {
	node := &junitNode{name: start.Name.Local, attributes: map[string]string{}}
	known, ok := junitElements[node.name]
	if !ok || !slices.Contains(known.within, within) || start.Name.Space != "" {
		return nil, fmt.Errorf("%q has the element %q", within, node.name)
	}
	for _, attribute := range start.Attr {
		name := attribute.Name.Local
		if !slices.Contains(known.required, name) && !slices.Contains(known.optional, name) {
			return nil, fmt.Errorf("%q has the attribute %q", node.name, name)
		}
		node.attributes[name] = attribute.Value
	}
	for _, name := range known.required {
		if _, ok := node.attributes[name]; !ok {
			return nil, fmt.Errorf("%q lacks the attribute %q", node.name, name)
		}
	}

	return node, nil
}

func junitOf(t *testing.T, r report.Report) (string, *junitNode) {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, report.JUnit{}.Write(&out, r))
	root, err := readJUnit(out.String())
	require.NoError(t, err, "%s", &out)
	require.Len(t, root.children, 1)

	return out.String(), root
}

func TestJUnitHasTheStructureThatItsReadersKnow(t *testing.T) {
	t.Parallel()
	failing := sample()
	failing.FailOn = lint.Info
	for _, r := range []report.Report{sample(), failing, {}, {Rules: sample().Rules}} {
		_, root := junitOf(t, r)
		cases, failed := root.named("testcase"), 0
		for _, c := range cases {
			failed += min(1, len(c.named("failure")))
			assert.LessOrEqual(t, len(c.named("failure")), 1)
		}
		assert.Equal(t, r.Fails(), failed > 0)
		for _, suite := range append(root.named("testsuite"), root.children[0]) {
			assert.Equal(t, strconv.Itoa(len(cases)), suite.attributes["tests"])
			assert.Equal(t, strconv.Itoa(failed), suite.attributes["failures"])
			assert.Equal(t, "0", suite.attributes["errors"])
		}
	}
}

func TestJUnitKeepsEveryCharacterThatXMLHas(t *testing.T) {
	t.Parallel()
	for message, want := range map[string]string{
		"<&>\"' ]]> --> <!-- &amp; %0A": "<&>\"' ]]> --> <!-- &amp; %0A",
		"two\nlines\r\n\tand a tab":     "two\nlines\r\n\tand a tab",
		"日本 \U0001F600 \u202e\u2028":    "日本 \U0001F600 \u202e\u2028",
		"##[error]x":                    "##[error]x",
		"\x00\x1b[31m\ufffe\xff":        "\ufffd\ufffd[31m\ufffd\ufffd",
	} {
		text, root := junitOf(t, report.Report{FailOn: lint.Error, Findings: []lint.Finding{
			{Rule: "a", Severity: lint.Error, Message: message, Position: source.Position{File: "f", Line: 1, Column: 2}},
			{Rule: "b", Severity: lint.Info, Message: message, Position: source.Position{File: message}},
		}})
		assert.NotContains(t, text, "##[")
		failure := root.named("failure")[0]
		assert.Equal(t, want, failure.attributes["message"])
		assert.Equal(t, "f:1:2: error: "+want, failure.text)
		assert.Equal(t, want+": info: "+want, root.named("system-out")[0].text)
	}
}

// TestTheReaderOfJUnitIsStrict holds that the tests above can fail.
func TestTheReaderOfJUnitIsStrict(t *testing.T) {
	t.Parallel()
	text, _ := junitOf(t, sample())
	for old, other := range map[string]string{
		`lint" tests="5" failures="1" errors="0">`:                 `lint" tests="5" failures="1">`,
		`<testsuite name="helm-otlp lint"`:                         "<testsuite",
		` name="quiet"`:                                            "",
		`classname="helm-otlp" name="quiet"`:                       `name="quiet" severity="error"`,
		`<testcase classname="helm-otlp" name="quiet"></testcase>`: "<finding></finding>",
		`name="quiet"></testcase>`:                                 `name="quiet">words</testcase>`,
		`name="quiet">`:                                            `name="quiet"><testcase name="x"></testcase>`,
		"</testsuites>":                                            "",
		"&lt;":                                                     "<",
		"&#xA;second":                                              "&nbsp;second",
	} {
		require.Contains(t, text, old)
		_, err := readJUnit(strings.Replace(text, old, other, 1))
		assert.Error(t, err, "%s in place of %s", other, old)
	}
}
