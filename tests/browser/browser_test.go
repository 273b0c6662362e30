// Package browser opens the page of `helm otlp lint --output html`, and the image of `helm otlp graph`, in a real browser.
package browser

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/internal/cli"
)

const evil = `"</title></style><script>document.title='gone'</script><img src=x onerror=alert(1)>"`

// inputs are what pages are made of, and how many findings with a line each has at least, and pipelines.
func inputs() map[string]input {
	return map[string]input{
		"our chart": {arguments: []string{
			"--set", "replicas=1,presets.kubernetesAttributes.enabled=true,presets.clusterMetrics.enabled=true,presets.spanMetrics.enabled=true," +
				"presets.kubernetesEvents.enabled=true,config.exporters.otlp_grpc.endpoint=backend:4317",
		}, findings: 2, pipelines: 3},
		"connectors, and what is not defined": {file: `receivers: {otlp: {protocols: {grpc: {}}}}
processors: {batch: {}}
exporters: {debug: {}}
connectors: {forward: {}, forward/2: {}}
service:
  pipelines:
    logs: {receivers: [otlp, forward/2], processors: [batch, ` + strings.Repeat("x", 200) + `], exporters: [forward]}
    logs/2: {receivers: [forward], exporters: [forward/2, debug, nowhere]}
`, findings: 2, pipelines: 2},
		"hostile names": {file: "receivers: {otlp: {}}\nservice:\n  pipelines:\n    ? " + evil + "\n    : {receivers: [" + evil + ", \"\\u202eplto\", 漢漢漢漢, \"a\\u0301\\u0301\\ufdfd\"], exporters: [" + evil + "]}\n",
			findings: 3, pipelines: 1},
	}
}

type input struct {
	file                string
	arguments           []string
	findings, pipelines int
}

// write writes what a command makes of the input into a file.
func (in input) write(t *testing.T, name string, command ...string) string {
	t.Helper()
	folder := t.TempDir()
	arguments := append(command, in.arguments...)
	if in.file != "" {
		config := filepath.Join(folder, "config.yaml")
		require.NoError(t, os.WriteFile(config, []byte(in.file), 0o600))
		arguments = append(arguments, config)
	}
	var out, problems bytes.Buffer
	code := cli.Main(t.Context(), arguments, strings.NewReader(""), &out, &problems, func(string) string { return "" })
	require.LessOrEqual(t, code, cli.ExitFindings, problems.String())
	path := filepath.Join(folder, name)
	require.NoError(t, os.WriteFile(path, out.Bytes(), 0o600))

	return path
}

// The page in words of JavaScript.
const (
	// How far the page can be scrolled sideways.
	sideways = `document.documentElement.scrollWidth - document.documentElement.clientWidth`
	// What can be scrolled sideways, and not be reached by the keyboard.
	unreachable = `[...document.querySelectorAll("body *")].filter(e => e.scrollWidth > e.clientWidth && ` +
		`["auto", "scroll"].includes(getComputedStyle(e).overflowX) && e.tabIndex < 0).map(e => e.outerHTML.slice(0, 200))`
	// What is cut off without a way to see it.
	cut = `[...document.querySelectorAll("h1, h2, h3, p, li, a, nav, .severity")].filter(e => ` +
		`e.getBoundingClientRect().right > document.documentElement.clientWidth).map(e => e.outerHTML.slice(0, 200))`
	// Labels that are wider than their boxes.
	overflowing = `[...document.querySelectorAll("svg g")].filter(g => { const t = g.querySelector("text").getBBox(), b = g.querySelector("rect").getBBox(); ` +
		`return t.x < b.x || t.x + t.width > b.x + b.width || t.y < b.y || t.y + t.height > b.y + b.height }).map(g => g.textContent)`
	drawn = `[...document.querySelectorAll("svg.g")].every(s => { const b = s.getBoundingClientRect(); return b.width > 100 && b.height > 50 })`
)

func TestThePageIsReadableOnEveryScreen(t *testing.T) {
	for name, in := range inputs() {
		t.Run(name, func(t *testing.T) {
			b := start(t)
			page := in.write(t, "page.html", "lint", "--output", "html")
			for _, width := range []int{320, 375, 1280} {
				b.screen(width, "light", "screen")
				b.open(page)
				assert.Empty(t, b.complaints, "the console")
				assert.Regexp(t, `^helm otlp lint: \d+ errors?, `, value[string](b, `document.title`))
				assert.GreaterOrEqual(t, value[int](b, `document.querySelectorAll(".finding pre").length`), in.findings)
				assert.Equal(t, in.pipelines, value[int](b, `document.querySelectorAll(".g-lane").length`))
				assert.True(t, value[bool](b, drawn), "a graph has no size")
				assert.Empty(t, value[[]string](b, overflowing), "labels wider than their boxes")
				assert.Zero(t, value[int](b, sideways), "the page scrolls sideways at %d pixels", width)
				assert.Empty(t, value[[]string](b, cut), "cut off at %d pixels", width)
				assert.Empty(t, value[[]string](b, unreachable), "out of the keyboard's reach")
				assert.Zero(t, value[int](b, `document.querySelectorAll("script, img, link, iframe, object, embed").length`))
			}
		})
	}
}

const background = `getComputedStyle(document.body).backgroundColor`

func TestThePageIsLightOrDark(t *testing.T) {
	b := start(t)
	page := inputs()["our chart"].write(t, "page.html", "lint", "--output", "html")
	for _, test := range []struct{ scheme, media, background, box string }{
		{"light", "screen", "rgb(255, 255, 255)", "rgb(255, 255, 255)"},
		{"dark", "screen", "rgb(13, 17, 23)", "rgb(13, 17, 23)"},
		{"dark", "print", "rgb(255, 255, 255)", "rgb(255, 255, 255)"},
	} {
		b.screen(1280, test.scheme, test.media)
		b.open(page)
		assert.Equal(t, test.background, value[string](b, background), test)
		assert.Equal(t, test.box, value[string](b, `getComputedStyle(document.querySelector(".g-box")).fill`), test)
	}
	// On paper nothing can be scrolled.
	b.screen(600, "light", "print")
	b.open(page)
	assert.Empty(t, value[[]string](b, `[...document.querySelectorAll("pre, .drawing")].filter(e => e.scrollWidth > e.clientWidth).map(e => e.outerHTML.slice(0, 200))`))
}

// contrasts are the texts whose contrast with what is behind them is less than 4.5, as WCAG counts it.
const contrasts = `(() => {
	const parts = colour => (colour.match(/[\d.]+/g) || []).map(Number)
	const light = colour => parts(colour).slice(0, 3).map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
		.reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0)
	const behind = e => {
		for (; e; e = e.parentElement) {
			const colour = getComputedStyle(e).backgroundColor
			if (parts(colour)[3] !== 0) return colour
		}
		return "rgb(255, 255, 255)"
	}
	const faint = []
	for (const e of document.querySelectorAll("h1, h2, h3, p, li, a, pre, strong, .severity, svg text")) {
		const drawn = e.namespaceURI.endsWith("svg"), box = e.parentElement.querySelector(":scope > rect.g-box"), lane = document.querySelector(".g-lane")
		const ink = drawn ? getComputedStyle(e).fill : getComputedStyle(e).color
		const paper = drawn ? getComputedStyle(box || lane).fill : behind(e)
		const [a, b] = [light(ink), light(paper)]
		if ((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5) faint.push(e.outerHTML.slice(0, 200) + ink + paper)
	}
	return faint
})()`

func TestTextStandsOut(t *testing.T) {
	b := start(t)
	page := inputs()["connectors, and what is not defined"].write(t, "page.html", "lint", "--output", "html")
	for _, scheme := range []string{"light", "dark"} {
		b.screen(1280, scheme, "screen")
		b.open(page)
		assert.Empty(t, value[[]string](b, contrasts), scheme)
	}
}

func TestTheImageIsOne(t *testing.T) {
	for name, in := range inputs() {
		t.Run(name, func(t *testing.T) {
			b := start(t)
			b.screen(1280, "light", "screen")
			b.open(in.write(t, "graph.svg", "graph", "--output", "svg"))
			assert.Empty(t, b.complaints, "the console")
			assert.Equal(t, "http://www.w3.org/2000/svg", value[string](b, `document.documentElement.namespaceURI`))
			assert.Equal(t, in.pipelines, value[int](b, `document.querySelectorAll(".g-lane").length`))
			assert.Empty(t, value[[]string](b, overflowing), "labels wider than their boxes")
			assert.True(t, value[bool](b, drawn))
			assert.Zero(t, value[int](b, `document.querySelectorAll("script").length`))
		})
	}
}
