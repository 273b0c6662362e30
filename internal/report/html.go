package report

import (
	"bufio"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/graph"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

// HTML writes a page for a browser, in one file that loads nothing: the findings by file with their lines, what the rules
// say, and the pipelines of the collectors. Its policy forbids scripts and all loading, whatever the text in it.
type HTML struct{}

var (
	//go:embed html.tmpl
	htmlText string
	//go:embed html.css
	htmlStyle string
)

// Write writes the report.
func (HTML) Write(w io.Writer, r Report) error {
	page, err := template.New("report").Parse(htmlText)
	if err != nil {
		return fmt.Errorf("read the page's template: %w", err)
	}
	out := bufio.NewWriter(w)
	if err := page.Execute(out, pageOf(r)); err != nil {
		return fmt.Errorf("write HTML: %w", err)
	}

	return out.Flush()
}

// page is what the template shows.
type page struct {
	Title, Version, Outcome string
	Fails                   bool
	Counts                  []pageCount
	Style                   template.CSS
	Policy                  string
	Files                   []*pageFile
	Rules                   []pageRule
	Graphs                  []pageGraph
	// MoreGraphs says how many more collectors there are.
	MoreGraphs string
}

type pageCount struct {
	Class, Noun string
	Count       int
}

type pageFile struct {
	Name     string
	Findings []pageFinding
}

type pageFinding struct {
	Severity lint.Severity
	Message  string
	Rule     string
	// Explained says that the page has the rule.
	Explained bool
	Place     string
	Quoted    bool
	Quote     string
	Docs      string
}

type pageRule struct {
	Name                     string
	Severity                 lint.Severity
	Summary, Why, Good, Docs string
}

type pageGraph struct {
	Name  string
	Image template.HTML
}

func pageOf(r Report) page {
	style := htmlStyle + graph.Style
	sum := sha256.Sum256([]byte(style))
	s := r.Summary()
	p := page{
		Title: "helm otlp lint: " + s.String(), Version: r.Version, Fails: r.Fails(),
		Outcome: fmt.Sprintf("%s and %s were judged.", count(s.Objects, "object"), count(s.Collectors, "collector")),
		Counts: []pageCount{
			{"error", noun(s.Errors, "error"), s.Errors},
			{"warning", noun(s.Warnings, "warning"), s.Warnings},
			{"info", noun(s.Infos, "info"), s.Infos},
		},
		Style:  template.CSS(style), //nolint:gosec // It is ours, and the same for every report.
		Policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'",
		Files:  pageFiles(r), Rules: pageRules(r),
	}
	for _, g := range r.Graphs {
		p.Graphs = append(p.Graphs, pageGraph{
			Name: Printable(g.Name), Image: template.HTML(g.Inline()), //nolint:gosec // Whatever is text in it is escaped.
		})
	}
	if r.MoreGraphs > 0 {
		p.MoreGraphs = count(r.MoreGraphs, "collector")
	}

	return p
}

// pageFiles are the findings by file, in their order; what is in no file stands by its object.
func pageFiles(r Report) []*pageFile {
	explained := map[string]bool{}
	for _, rule := range r.Rules {
		explained[rule.Name] = true
	}
	var files []*pageFile
	known := map[string]*pageFile{}
	for _, f := range r.Findings {
		name := f.Position.File
		if name == "" {
			name = object(f.Object)
		}
		file := known[name]
		if file == nil {
			file = &pageFile{Name: Printable(name)}
			known[name] = file
			files = append(files, file)
		}
		found := pageFinding{
			Severity: f.Severity, Message: Printable(said(f)), Rule: Printable(f.Rule), Explained: explained[f.Rule],
			Place: Printable(pagePlace(f)), Docs: f.Docs,
		}
		if q, ok := r.quoteOf(f); ok {
			found.Quoted = true
			found.Quote = fmt.Sprintf("%5d | %s", f.Position.Line, q.line)
			if q.caret {
				found.Quote += "\n      | " + q.indent + "^"
			}
		}
		file.Findings = append(file.Findings, found)
	}

	return files
}

// pagePlace is where a finding is in its file, and in its object.
func pagePlace(f lint.Finding) string {
	var parts []string
	if f.Position.Line > 0 {
		parts = append(parts, fmt.Sprintf("line %d, column %d", f.Position.Line, f.Position.Column))
	}
	for _, part := range []string{object(f.Object), f.Path} {
		if part != "" {
			parts = append(parts, part)
		}
	}

	return strings.Join(parts, " · ")
}

// pageRules are the rules that found something, in their own order.
func pageRules(r Report) []pageRule {
	found := map[string]bool{}
	for _, f := range r.Findings {
		found[f.Rule] = true
	}
	var rules []pageRule
	for _, rule := range r.Rules {
		if found[rule.Name] {
			rules = append(rules, pageRule{
				Name: rule.Name, Severity: rule.Severity, Summary: rule.Summary, Why: rule.Why,
				Good: strings.Trim(rule.Good, "\n"), Docs: rule.Docs,
			})
		}
	}

	return rules
}
