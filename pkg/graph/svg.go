package graph

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// headline is the height of a collector's name above its drawing.
const headline = 36

// SVG writes the graphs as one image, one below the other, each below its collector's name.
func SVG(w io.Writer, graphs []Graph) error {
	drawings := make([]*drawing, 0, len(graphs))
	width, height := 0, 0
	var names []string
	for _, g := range graphs {
		d := draw(g)
		drawings = append(drawings, d)
		width, height = max(width, d.width, textWidth(g.title())+2*margin), height+headline+d.height
		names = append(names, g.title())
	}
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img">`+"\n", width, height, width, height)
	fmt.Fprintf(out, "<title>%s</title>\n<style>%s</style>\n", escape("Pipelines of "+strings.Join(names, ", ")), Style)
	fmt.Fprintf(out, `<rect class="g-canvas" width="%d" height="%d"/>`+"\n", width, height)
	y := 0
	for i, d := range drawings {
		fmt.Fprintf(out, `<text class="g-name" x="%d" y="%d">%s</text>`+"\n", margin, y+24, escape(names[i]))
		d.write(out, fmt.Sprintf(`y="%d" `, y+headline))
		y += headline + d.height
	}
	fmt.Fprintln(out, "</svg>")

	return out.Flush()
}

// Inline is the graph as an element of a page that has the Style.
func (g Graph) Inline() string {
	var b strings.Builder
	draw(g).write(&b, `xmlns="http://www.w3.org/2000/svg" role="img" `)

	return b.String()
}

// write writes the drawing as an svg element.
func (d *drawing) write(out io.Writer, attributes string) {
	fmt.Fprintf(out, `<svg class="g" %swidth="%d" height="%d" viewBox="0 0 %d %d">`+"\n", attributes, d.width, d.height, d.width, d.height)
	fmt.Fprintf(out, "<title>%s</title>\n<desc>%s</desc>\n", escape("Pipelines of "+d.graph.title()), escape(d.graph.inWords()))
	for _, l := range d.lanes {
		fmt.Fprintf(out, `<rect class="g-lane" x="%d" y="%d" width="%d" height="%d" rx="8"/>`+"\n", l.x, l.y, l.w, l.h)
		fmt.Fprintf(out, `<rect class="g-fill-%s" x="%d" y="%d" width="4" height="%d" rx="2"/>`+"\n", l.signal, l.x, l.y+8, l.h-16)
	}
	for _, e := range d.edges {
		fmt.Fprintf(out, `<path class="g-edge g-line-%s" d="%s"/>`+"\n", e.class, e.path)
		if e.arrow {
			fmt.Fprintf(out, `<path class="g-fill-%s" d="M%d %d l-8 -4 v8 z"/>`+"\n", e.class, e.x, e.y)
		}
	}
	for _, t := range d.texts {
		fmt.Fprintf(out, `<text class="%s" x="%d" y="%d"%s>%s</text>`+"\n", t.class, t.x, t.y, fitted(t.text), escape(t.text))
	}
	for _, b := range d.boxes {
		fmt.Fprintf(out, `<g><title>%s</title><rect class="g-box g-%s" x="%d" y="%d" width="%d" height="%d" rx="%d"/>`+
			`<text class="g-text" x="%d" y="%d"%s>%s</text></g>`+"\n",
			escape(b.tip), b.class, b.x, b.y, b.w, b.h, b.round, b.x+padding, b.y+19, fitted(b.text), escape(b.text))
	}
	fmt.Fprintln(out, "</svg>")
}

// inWords are the pipelines as a text, one after the other.
func (g Graph) inWords() string {
	lines := g.Notes()
	for _, p := range g.Pipelines {
		var stages []string
		for _, stage := range [][]int{p.Receivers, p.Processors, p.Exporters} {
			var labels []string
			for _, n := range stage {
				labels = append(labels, g.Nodes[n].label())
			}
			if len(labels) > 0 {
				stages = append(stages, strings.Join(labels, ", "))
			}
		}
		lines = append(lines, shown(p.ID)+": "+strings.Join(stages, " to "))
	}

	return strings.Join(lines, "; ")
}

// textWidth is how much room a text is given. All but ASCII is taken for wide.
func textWidth(text string) int {
	cells := 0
	for _, r := range text {
		cells++
		if r >= utf8.RuneSelf {
			cells++
		}
	}

	return cells * character
}

// fitted makes a text as wide as its room where the font may not have its characters.
func fitted(text string) string {
	if utf8.RuneCountInString(text) == len(text) {
		return ""
	}

	return fmt.Sprintf(` textLength="%d" lengthAdjust="spacingAndGlyphs"`, textWidth(text))
}

func escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(printable(text))) // A builder takes all.

	return b.String()
}
