package docs

import (
	"net/url"
	"os"
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	// fence is a block of code, in which nothing is a link or a heading.
	fence = regexp.MustCompile("(?ms)^ *```.*?^ *```[ \t]*$")
	// code is a span of it.
	code    = regexp.MustCompile("`[^`\n]*`")
	link    = regexp.MustCompile(`\]\(([^()\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#{1,6} +(.+?) *$`)
	target  = regexp.MustCompile(`<a (?:id|name)="([^"]+)"`)
)

func TestLinksAndAnchorsOfAllDocumentsResolve(t *testing.T) {
	atRoot(t)
	links, known := 0, map[string]map[string]bool{}
	for _, document := range documents(t) {
		for _, to := range linksOf(read(t, document)) {
			links++
			if wrong := unresolved(t, document, to, known); wrong != "" {
				t.Errorf("%s links to %s: %s", document, to, wrong)
			}
		}
	}
	assert.Greater(t, links, 150, "links were found")
}

func TestEveryPageIsInTheIndex(t *testing.T) {
	atRoot(t)
	const index = "docs/README.md"
	reached := map[string]bool{index: true}
	for _, to := range linksOf(read(t, index)) {
		file, _, _ := strings.Cut(to, "#")
		reached[path.Join("docs", file)] = true
	}
	for _, document := range documents(t) {
		if path.Dir(document) == "docs" || document == "examples/README.md" || !strings.Contains(document, "/") && document != "README.md" {
			assert.True(t, reached[document], "%s has no link to %s", index, document)
		}
	}
}

// linksOf are the links of a document that lead to files and anchors of the repository.
func linksOf(text string) []string {
	var found []string
	for _, match := range link.FindAllStringSubmatch(code.ReplaceAllString(fence.ReplaceAllString(text, ""), ""), -1) {
		if !strings.Contains(match[1], "://") && !strings.HasPrefix(match[1], "mailto:") {
			found = append(found, match[1])
		}
	}

	return found
}

// unresolved says what is wrong with a link of a document, or nothing. Known are the anchors of documents.
func unresolved(t *testing.T, document, to string, known map[string]map[string]bool) string {
	t.Helper()
	file, anchor, anchored := strings.Cut(to, "#")
	file, err := url.PathUnescape(file)
	require.NoError(t, err)
	where := document
	if file != "" {
		where = path.Join(path.Dir(document), file)
	}
	if strings.HasPrefix(where, "../") {
		return "it leads out of the repository"
	}
	if _, err := os.Stat(where); err != nil {
		return "there is no such file or folder"
	}
	if anchored && known[where] == nil {
		known[where] = anchors(read(t, where))
	}
	if anchored && !known[where][anchor] {
		return "no heading of " + where + " has that anchor"
	}

	return ""
}

// anchors are those that GitHub and GitLab give the headings of a document.
func anchors(text string) map[string]bool {
	found, times := map[string]bool{}, map[string]int{}
	plain := fence.ReplaceAllString(text, "")
	for _, match := range heading.FindAllStringSubmatch(plain, -1) {
		name := slug(match[1])
		if n := times[name]; n > 0 {
			found[name+"-"+strconv.Itoa(n)] = true
		} else {
			found[name] = true
		}
		times[name]++
	}
	for _, match := range target.FindAllStringSubmatch(plain, -1) {
		found[match[1]] = true
	}

	return found
}

var linked = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)

// slug is a heading in lower case, with hyphens for spaces, and without punctuation.
func slug(heading string) string {
	var written strings.Builder
	for _, r := range strings.ToLower(linked.ReplaceAllString(heading, "$1")) {
		switch {
		case r == ' ' || r == '-':
			written.WriteByte('-')
		case r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			written.WriteRune(r)
		}
	}

	return written.String()
}

func TestASlugIsWhatForgesMakeOfAHeading(t *testing.T) {
	t.Parallel()
	for heading, want := range map[string]string{
		"The cluster":                         "the-cluster",
		"`--fix`, and what it mends":          "--fix-and-what-it-mends",
		"Pods, [and more](x.md)":              "pods-and-more",
		"k8s_attributes: who is it?":          "k8s_attributes-who-is-it",
		"Delivery, measured (0.149), 3 times": "delivery-measured-0149-3-times",
	} {
		assert.Equal(t, want, slug(heading))
	}
	assert.Equal(t, map[string]bool{"a": true, "a-1": true, "b": true}, anchors("# A\n\n```\n# c\n```\n## A\n## `B`\n"))
}
