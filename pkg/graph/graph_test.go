package graph_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/graph"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

var update = flag.Bool("update", false, "write the golden files")

const joined = `receivers: {otlp: , zipkin: }
processors: {memory_limiter: , batch: }
exporters: {otlp_grpc: , debug: }
connectors: {span_metrics: , forward: }
service:
  pipelines:
    traces: {receivers: [otlp, zipkin], processors: [memory_limiter, batch], exporters: [otlp_grpc, span_metrics, forward]}
    traces/2: {receivers: [forward], exporters: [debug]}
    metrics: {receivers: [otlp, ' span_metrics '], processors: [memory_limiter], exporters: [otlp_grpc]}
`

// of are the graphs of a file.
func of(t *testing.T, text string) []graph.Graph {
	t.Helper()
	result, err := lint.Run(t.Context(), []lint.Manifest{{File: "f.yaml", Data: []byte(text)}}, nil)
	require.NoError(t, err)

	return graph.Of(result.Collectors)
}

// edges are a graph's in words: what leads to what, and in which pipeline.
func edges(g graph.Graph) []string {
	var found []string
	name := func(n graph.Node) string {
		text := string(n.Role) + " " + n.ID
		if n.Undefined {
			text += "?"
		}

		return text
	}
	for _, e := range g.Edges() {
		found = append(found, g.Pipelines[e.Pipeline].ID+": "+name(g.Nodes[e.From])+" > "+name(g.Nodes[e.To]))
	}

	return found
}

func TestWhatLeadsToWhat(t *testing.T) {
	t.Parallel()
	frame := "receivers: {otlp: }\nprocessors: {batch: }\nexporters: {debug: }\nconnectors: {forward: }\nservice: {pipelines: {%s}}\n"
	for _, test := range []struct {
		name, config string
		want         []string
	}{
		{"connectors join pipelines", joined, []string{
			"traces: receiver otlp > processor memory_limiter", "traces: receiver zipkin > processor memory_limiter",
			"traces: processor memory_limiter > processor batch",
			"traces: processor batch > exporter otlp_grpc", "traces: processor batch > connector span_metrics", "traces: processor batch > connector forward",
			"traces/2: connector forward > exporter debug",
			"metrics: receiver otlp > processor memory_limiter", "metrics: connector span_metrics > processor memory_limiter",
			"metrics: processor memory_limiter > exporter otlp_grpc",
		}},
		{"without processors all receivers lead to all exporters", fmt.Sprintf(frame, "logs: {receivers: [otlp, forward], exporters: [debug, forward]}"), []string{
			"logs: receiver otlp > exporter debug", "logs: receiver otlp > connector forward",
			"logs: connector forward > exporter debug", "logs: connector forward > connector forward",
		}},
		{"undefined, of another class, and expanded", fmt.Sprintf(frame, "logs: {receivers: [oltp, debug, '${env:R}'], processors: [forward], exporters: [batch]}"), []string{
			"logs: receiver oltp? > processor forward?", "logs: receiver debug? > processor forward?", "logs: receiver ${env:R} > processor forward?",
			"logs: processor forward? > exporter batch?",
		}},
		{"nothing at the ends", fmt.Sprintf(frame, "logs: {processors: [batch]}, traces: "), []string{
			"logs: receiver ? > processor batch", "logs: processor batch > exporter ?", "traces: receiver ? > exporter ?",
		}},
		{"named twice", fmt.Sprintf(frame, "logs: {receivers: [otlp, otlp], processors: [batch, batch], exporters: [debug, debug]}"), []string{
			"logs: receiver otlp > processor batch", "logs: processor batch > processor batch", "logs: processor batch > exporter debug",
		}},
		{"lists and sections that come from elsewhere", "receivers: ${file:r.yaml}\nexporters: {debug: }\nservice: {pipelines: {logs: {receivers: [otlp], exporters: '${env:E}'}}}", []string{
			"logs: receiver otlp > exporter ${env:E}",
		}},
		{"other shapes", fmt.Sprintf(frame, "logs: {receivers: otlp, exporters: [{a: b}, [c], null, debug]}, traces: text"), []string{
			"logs: receiver ? > exporter debug", "traces: receiver ? > exporter ?",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			graphs := of(t, test.config)
			require.Len(t, graphs, 1)
			assert.Equal(t, test.want, edges(graphs[0]))
			assert.Empty(t, graphs[0].Notes())
		})
	}
}

func TestPipelinesShareTheirEnds(t *testing.T) {
	t.Parallel()
	g := of(t, joined)[0]
	count := map[graph.Role]int{}
	for _, n := range g.Nodes {
		count[n.Role]++
	}
	assert.Equal(t, map[graph.Role]int{graph.Receiver: 2, graph.Processor: 3, graph.Exporter: 2, graph.Connector: 2}, count)
}

const workload = `apiVersion: apps/v1
kind: Deployment
metadata: {name: %s}
spec: {template: {spec: {containers: [%s]}}}
---
`

func TestCollectorsAreCalledByTheirObject(t *testing.T) {
	t.Parallel()
	container := `{name: %s, image: otel/opentelemetry-collector:0.161.0, args: ["--config=yaml:service: {pipelines: {logs: }}"]}`
	one, two := fmt.Sprintf(container, "one"), fmt.Sprintf(container, "two")
	var names []string
	for _, g := range of(t, fmt.Sprintf(workload, "a", one)+fmt.Sprintf(workload, "b, namespace: team", one+", "+two)+fmt.Sprintf(workload, "c", one)+fmt.Sprintf(workload, "c", one)+joined) {
		names = append(names, g.Name+" | "+g.Short)
	}
	assert.Equal(t, []string{
		"Deployment a | a", "Deployment team/b container one | b", "Deployment team/b container two | b",
		"Deployment c container one (1) | c", "Deployment c container one (2) | c", "f.yaml | f.yaml",
	}, names)
}

func TestWhatIsNotDrawnIsSaid(t *testing.T) {
	t.Parallel()
	var huge, long strings.Builder
	huge.WriteString("receivers: {otlp: }\nexporters: {debug: }\nservice:\n  pipelines:\n")
	for i := range 20000 {
		fmt.Fprintf(&huge, "    logs/%d: {receivers: [otlp], exporters: [debug]}\n", i)
	}
	long.WriteString("receivers: {otlp: }\nexporters: {debug: }\nservice: {pipelines: {logs: {receivers: [otlp], exporters: [debug], processors: [")
	for i := range 20000 {
		fmt.Fprintf(&long, "batch/%d,", i)
	}
	long.WriteString("]}}}\n")
	unseen := fmt.Sprintf(workload, "a", `{name: a, image: "otel/opentelemetry-collector:0.161.0", args: [--config=/conf/a.yaml]}`)
	for name, test := range map[string]struct{ config, want string }{
		"many pipelines": {huge.String(), "19500 of 20000 pipelines are not drawn: a graph has at most 500 edges"},
		"a long one":     {long.String(), "1 of 1 pipelines are not drawn: a graph has at most 500 edges"},
		"none":           {"receivers: {otlp: }\nservice: {pipelines: }", "the config has no pipelines"},
		"unseen":         {unseen, "the config is not known: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			graphs := of(t, test.config)
			require.Len(t, graphs, 1)
			require.Len(t, graphs[0].Notes(), 1)
			assert.Contains(t, graphs[0].Notes()[0], test.want)
			assert.LessOrEqual(t, len(graphs[0].Edges()), graph.Most)
			for format, text := range written(t, graphs) {
				assert.Contains(t, strings.ReplaceAll(text, "#47;", "/"), test.want, format)
				assert.Less(t, len(text), 1<<20, format)
			}
		})
	}
}

// written are the graphs in every format. Each is written twice, and must be the same.
func written(t *testing.T, graphs []graph.Graph) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for name, write := range map[string]func(io.Writer, []graph.Graph) error{"mermaid": graph.Mermaid, "dot": graph.Dot, "svg": graph.SVG} {
		var first, second bytes.Buffer
		require.NoError(t, write(&first, graphs))
		require.NoError(t, write(&second, graphs))
		assert.Equal(t, first.String(), second.String(), name)
		texts[name] = first.String()
		assert.ErrorIs(t, write(broken{}, graphs), errBroken)
	}

	return texts
}

type broken struct{}

var errBroken = errors.New("disk full")

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestEveryFormatIsAsItsGoldenFile(t *testing.T) {
	t.Parallel()
	texts := written(t, append(of(t, joined), of(t, "receivers: {otlp: }\nexporters: {debug: }\nservice: {pipelines: {logs: {receivers: [otlp], exporters: [nowhere]}}}")...))
	for format, text := range texts {
		golden := filepath.Join("testdata", "graphs."+format)
		if *update {
			require.NoError(t, os.WriteFile(golden, []byte(text), 0o644))
		}
		want, err := os.ReadFile(golden)
		require.NoError(t, err, "run `go test ./pkg/graph -update`")
		assert.Equal(t, string(want), text, format)
	}
}

func TestHostileNamesAreTextAndNoMore(t *testing.T) {
	t.Parallel()
	for name, id := range map[string]string{
		"quotes": `a"b'c` + "`d", "brackets": `x"]]-->y[["z{{|}}()`, "script": `<script>alert(1)</script>`, "newline": "a\n  end\nb",
		"directions": "\u202egpj.exe\u200f\u2066", "control": "\x1b[2J\x07", "entities": "&lt;#35;&#60;%%{init}%%", "escapes": `\N\l\"`,
		"long": strings.Repeat("x", 10000), "wide": strings.Repeat("漢", 10000), "marks": "a" + strings.Repeat("\u0301", 9999), "noncharacter": "a\uffffb",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			quoted := strconv.Quote(id)
			if strings.ContainsAny(id, "\x1b\uffff") {
				// What YAML can't say: as what hides secrets may have put it there.
				quoted = "replaced"
			}
			graphs := of(t, fmt.Sprintf("receivers: {otlp: }\nservice:\n  pipelines:\n    ? %s\n    : {receivers: [%[1]s], exporters: [%[1]s], processors: [%[1]s]}\n", quoted))
			require.Len(t, graphs, 1)
			graphs[0] = graphs[0].Hiding(func(text string) string { return strings.ReplaceAll(text, "replaced", id) })
			require.Len(t, graphs[0].Pipelines, 1)
			texts := written(t, graphs)
			for format, text := range texts {
				assert.NotRegexp(t, "[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\uffff]", text, format)
				assert.NotContains(t, strings.ReplaceAll(text, `="<script`, ""), "<script", format)
				assert.Less(t, len(text), 20000, format)
			}
			assert.Regexp(t, mermaidLines, texts["mermaid"])
			assert.Regexp(t, dotLines, texts["dot"])
			fits(t, texts["svg"])
		})
	}
}

// Every line of what is written has one of the forms that there are, with a text between quotes that ends where it should.
var (
	mermaidText  = `"[^"<>&\[\]{}|` + "`" + `]*"`
	mermaidLines = regexp.MustCompile(`^(flowchart LR|\s+direction LR|  classDef [-\w:#, ]+|\s+end|\s+subgraph \w+\[` + mermaidText + `\]|  \w+ -->(\|` + mermaidText + `\|)? \w+|` +
		`\s+\w+(\(\[|\[\[|\{\{|\[)` + mermaidText + `(\]\)|\]\]|\}\}|\])(:::\w+)?|\n)*$`)
	dotText  = `"([^"\\]|\\["\\])*"`
	dotLines = regexp.MustCompile(`^(digraph \{|  rankdir=LR|  node \[shape=box\]|\s+subgraph \w+ \{|\s+label=` + dotText + `|\s*\}|  \w+ -> \w+( \[label=` + dotText + `\])?|` +
		`\s+\w+ \[(shape=note, )?label=` + dotText + `(, shape=\w+)?(, style=dashed, color="#cf222e")?\]|\n)*$`)
)

func TestTextFitsItsBoxAndBoxesTheImage(t *testing.T) {
	t.Parallel()
	var image bytes.Buffer
	require.NoError(t, graph.SVG(&image, append(of(t, joined), of(t, cyclic)...)))
	fits(t, image.String())
	assert.Contains(t, image.String(), "<desc>traces: otlp, zipkin to memory_limiter, batch to otlp_grpc, span_metrics, forward; traces/2: forward to debug; ")
	assert.Equal(t, 2, strings.Count(image.String(), `class="g-name"`), "each graph has its name")

	inline := of(t, joined)[0].Inline()
	fits(t, inline)
	assert.NotContains(t, inline, "<style", "a page has one of its own")
	assert.NotContains(t, inline, " id=", "a page may hold several")
}

const cyclic = `receivers: {otlp: }
exporters: {debug: }
connectors: {forward/a: , forward/b: , forward/c: }
service:
  pipelines:
    logs: {receivers: [otlp, forward/b, forward/c], exporters: [forward/a, debug]}
    logs/2: {receivers: [forward/a], exporters: [forward/b]}
    logs/3: {receivers: [forward/a], exporters: [forward/c, forward/b, forward/a]}
`

func TestACircleIsDrawnOnce(t *testing.T) {
	t.Parallel()
	g := of(t, cyclic)[0]
	assert.Contains(t, edges(g), "logs/3: connector forward/a > connector forward/a")
	// forward/a has two ends in and two out, forward/b two in and one out, forward/c one of each.
	assert.Equal(t, 3+2+1, strings.Count(g.Inline(), `class="g-edge g-line-connector"`))
}

// fits reads an image as XML, and holds that each box has its text within, and the image each box.
func fits(t *testing.T, image string) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(image))
	var frame, box map[string]int
	boxes := 0
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		element, is := token.(xml.StartElement)
		if !is {
			continue
		}
		numbers, class := map[string]int{}, ""
		for _, a := range element.Attr {
			numbers[a.Name.Local], _ = strconv.Atoi(a.Value)
			if a.Name.Local == "class" {
				class = a.Value
			}
		}
		switch element.Name.Local {
		case "svg":
			frame = numbers
		case "rect":
			boxes++
			box = numbers
			assert.LessOrEqual(t, box["x"]+box["width"], frame["width"])
			assert.LessOrEqual(t, box["y"]+box["height"], frame["height"])
		case "text":
			var text struct {
				Text string `xml:",chardata"`
			}
			require.NoError(t, decoder.DecodeElement(&text, &element))
			width := 8 * len([]rune(text.Text))
			if len(text.Text) != len([]rune(text.Text)) {
				width = numbers["textLength"]
				assert.Positive(t, width, text.Text)
			}
			within := frame
			if class == "g-text" {
				within = box
			}
			assert.LessOrEqual(t, numbers["x"]+width, within["x"]+within["width"], text.Text)
			assert.GreaterOrEqual(t, numbers["x"], within["x"])
		}
	}
	assert.Positive(t, boxes)
}

func TestTextIsHiddenEverywhere(t *testing.T) {
	t.Parallel()
	g := of(t, joined)[0]
	before := fmt.Sprint(g)
	hidden := g.Hiding(func(string) string { return "****" })
	assert.Equal(t, before, fmt.Sprint(g), "the graph itself is left as it was")
	for format, text := range written(t, []graph.Graph{hidden}) {
		assert.NotRegexp(t, "otlp|span_metrics|memory_limiter|traces/2|f.yaml", text, format)
	}
}
