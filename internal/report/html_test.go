package report_test

import (
	"bytes"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/internal/report"
	"github.com/helm-otlp/helm-otlp/pkg/graph"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

func htmlOf(t *testing.T, r report.Report) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, report.HTML{}.Write(&out, r))

	return out.String()
}

// tag is any tag, and every attribute that would run or load something.
var (
	tag      = regexp.MustCompile(`<(/?[a-zA-Z]+)`)
	quoted   = regexp.MustCompile(`"[^"]*"`)
	handlers = regexp.MustCompile(`<[^>]*\s(on\w+|src|srcset|style|action|background|data|xlink:href)=`)
)

func TestHostileTextIsTextOnThePage(t *testing.T) {
	t.Parallel()
	usual := map[string]bool{}
	for _, name := range tag.FindAllStringSubmatch(htmlOf(t, sample()), -1) {
		usual[name[1]] = true
	}
	for _, evil := range []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `</pre></title></style><iframe src="https://example.com">`,
		`javascript:alert(1)`, "a\u202eb\x00\x1b[2J", `{{.Title}}`, `</svg><svg onload=alert(1)>`, `&lt;b&gt;`, `]]>--><!--`,
	} {
		// Of the program's own words, only those are looked at that might make tags.
		ours := strings.NewReplacer("\u202e", "", "\x00", "", "\x1b", "").Replace(evil)
		g := pipelines(evil, evil, evil)
		g.Pipelines[0].ID, g.Unseen = evil, evil
		page := htmlOf(t, report.Report{
			Version: ours, Rules: []*lint.Rule{{Name: ours, Severity: lint.Severity(ours), Summary: ours, Why: ours, Good: ours, Docs: ours}},
			Findings: []lint.Finding{{
				Rule: ours, Severity: lint.Severity(ours), Message: evil, Path: evil, Docs: ours,
				Object:   lint.ObjectRef{Kind: evil, Namespace: evil, Name: evil},
				Position: source.Position{File: evil, Line: 1, Column: 1},
			}},
			Line: func(string, int) (string, bool) { return evil, true }, Graphs: []graph.Graph{g},
		})
		for _, name := range tag.FindAllStringSubmatch(page, -1) {
			assert.True(t, usual[name[1]], "%s made the tag %s", evil, name[1])
		}
		assert.Empty(t, handlers.FindAllString(quoted.ReplaceAllString(page, `""`), -1), evil)
		assert.NotContains(t, page, `href="javascript:`)
		assert.NotContains(t, page, "\u202e")
		assert.NotContains(t, page, "\x1b")
	}
}

func TestThePageLoadsNothing(t *testing.T) {
	t.Parallel()
	page := htmlOf(t, sample())
	assert.Regexp(t, `<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;sha256-[^ ]{40,60}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;">`, page)
	for _, loads := range []string{"<script", "<link", "<img", "<iframe", "@import", "url(", "@font-face"} {
		assert.NotContains(t, page, loads)
	}
	assert.Empty(t, handlers.FindAllString(page, -1))
}

func TestThePageShowsNoSecret(t *testing.T) {
	t.Parallel()
	r := sample()
	r.Line = func(string, int) (string, bool) { return "password: hunter2hunter2", true }
	r.Mask = func(line string) string { return strings.ReplaceAll(line, "hunter2hunter2", "****") }
	page := htmlOf(t, r)
	assert.NotContains(t, page, "hunter2")
	assert.Contains(t, page, "    3 | password: ****\n      |          ^</pre>")
}

func TestARuleIsExplainedWhereItFoundSomething(t *testing.T) {
	t.Parallel()
	page := htmlOf(t, sample())
	assert.Contains(t, page, `<a href="#rule-memory-limit-small">`)
	assert.Contains(t, page, `<article id="rule-memory-limit-small">`)
	assert.Contains(t, page, "limits: {memory: 1Gi}")
	assert.NotContains(t, page, "rule-quiet")
	assert.NotContains(t, page, `href="#rule-unused-suppression"`, "no rule of that name is listed")
	for _, link := range regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(page, -1) {
		assert.Equal(t, 1, strings.Count(page, ` id="`+link[1]+`"`), link[1])
	}
}

func TestThePageSaysHowManyCollectorsItDoesNotDraw(t *testing.T) {
	t.Parallel()
	r := sample()
	assert.NotContains(t, htmlOf(t, r), "Not drawn")
	r.MoreGraphs = 3
	assert.Contains(t, htmlOf(t, r), "Not drawn: 3 collectors more.")
}

func TestColoursCanBeRead(t *testing.T) {
	t.Parallel()
	page := htmlOf(t, sample())
	schemes := regexp.MustCompile(`(?s):root\{(.*?)\}`).FindAllStringSubmatch(page, -1)
	require.Len(t, schemes, 2, "light and dark")
	for i, scheme := range schemes {
		colours := map[string]string{}
		for _, c := range regexp.MustCompile(`--([\w-]+):#(\w{6})`).FindAllStringSubmatch(scheme[1], -1) {
			colours[c[1]] = c[2]
		}
		for _, pair := range [][2]string{
			{"text", "page"}, {"text", "code"}, {"quiet", "page"}, {"link", "page"},
			{"error", "error-page"}, {"warning", "warning-page"}, {"info", "info-page"},
		} {
			require.Contains(t, colours, pair[0])
			require.Contains(t, colours, pair[1])
			assert.GreaterOrEqual(t, contrast(t, colours[pair[0]], colours[pair[1]]), 4.5, "scheme %d: %v", i, pair)
		}
	}
}

// contrast of two colours, as WCAG counts it.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	one, two := luminance(t, a), luminance(t, b)

	return (max(one, two) + 0.05) / (min(one, two) + 0.05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		part, err := strconv.ParseUint(colour[2*i:2*i+2], 16, 8)
		require.NoError(t, err)
		light := float64(part) / 255
		if light <= 0.04045 {
			light /= 12.92
		} else {
			light = math.Pow((light+0.055)/1.055, 2.4)
		}
		sum += weight * light
	}

	return sum
}
