package graph

import (
	"slices"
	"unicode/utf8"
)

// Measures of a drawing, in pixels.
const (
	margin    = 16
	character = 8  // the width of one in the font of Style
	padding   = 10 // beside a text in its box
	boxHeight = 28
	rowHeight = boxHeight + 8
	laneHead  = 28 // above a lane's boxes, for its name
	lanePad   = 14
	laneGap   = 14
	track     = 12 // between the lines that join pipelines
	columnGap = 40
	columnTop = 20 // for the names of the columns
)

// A drawing is where everything of a graph stands: a lane for each pipeline, with receivers on the left, processors in
// the order in which they run, and exporters on the right. A connector stands at the end of one lane and at the start of
// another; the line between the two runs round the lanes and above the one that it leads to.
type drawing struct {
	graph         Graph
	width, height int
	lanes         []lane
	boxes         []box
	edges         []edge
	texts         []text
}

type lane struct {
	signal     string
	x, y, w, h int
}

type box struct {
	class, text, tip  string
	x, y, w, h, round int
}

// An edge ends at x and y, with an arrow or not.
type edge struct {
	class, path string
	arrow       bool
	x, y        int
}

type text struct {
	class, text string
	x, y        int
}

// columns are the left edges and the widths of a drawing's columns.
type columns struct {
	receivers, exporters column
	processors           []column
	left, right          int
}

type column struct{ x, w int }

func draw(g Graph) *drawing {
	d := &drawing{graph: g, height: margin}
	if len(g.Pipelines) > 0 {
		joints := jointsOf(g)
		c := d.columns(len(joints) * track)
		d.width = c.right + len(joints)*track + margin
		d.heads(c)
		for i, p := range g.Pipelines {
			d.height += joints.above(i) * track
			d.lane(c, p, joints)
			d.height += laneGap
		}
		d.join(c, joints)
	}
	for _, note := range g.Notes() {
		d.texts = append(d.texts, text{class: "g-note", text: printable(note), x: margin, y: d.height + 14})
		d.width = max(d.width, margin+textWidth(printable(note))+margin)
		d.height += 24
	}
	d.height += margin - laneGap

	return d
}

// columns are as wide as the widest of their boxes.
func (d *drawing) columns(gutter int) columns {
	var c columns
	for _, p := range d.graph.Pipelines {
		c.receivers.w = max(c.receivers.w, d.widest(p.Receivers))
		c.exporters.w = max(c.exporters.w, d.widest(p.Exporters))
		for i, n := range p.Processors {
			if i == len(c.processors) {
				c.processors = append(c.processors, column{})
			}
			c.processors[i].w = max(c.processors[i].w, d.widest([]int{n}))
		}
	}
	c.left = margin + gutter
	c.receivers.x = c.left + lanePad
	x := c.receivers.x + c.receivers.w + columnGap
	for i := range c.processors {
		c.processors[i].x = x
		x += c.processors[i].w + columnGap
	}
	c.exporters.x = x
	c.right = x + c.exporters.w + lanePad
	for _, p := range d.graph.Pipelines {
		c.right = max(c.right, c.left+textWidth(shown(p.ID))+2*lanePad)
	}

	return c
}

// widest is the width of the widest box.
func (d *drawing) widest(nodes []int) int {
	width := character * len("receivers")
	for _, n := range nodes {
		width = max(width, textWidth(d.graph.Nodes[n].label())+2*padding)
	}

	return width
}

// heads names the columns.
func (d *drawing) heads(c columns) {
	y := d.height + 10
	d.texts = append(d.texts, text{class: "g-head", text: "receivers", x: c.receivers.x, y: y})
	if len(c.processors) > 0 {
		d.texts = append(d.texts, text{class: "g-head", text: "processors", x: c.processors[0].x, y: y})
	}
	d.texts = append(d.texts, text{class: "g-head", text: "exporters", x: c.exporters.x, y: y})
	d.height += columnTop
}

// lane draws a pipeline below what there is.
func (d *drawing) lane(c columns, p Pipeline, joints joints) {
	rows := max(len(p.Receivers), len(p.Exporters))
	signal := signalClass(p.Signal())
	l := lane{signal: signal, x: c.left, y: d.height, w: c.right - c.left, h: laneHead + rows*rowHeight + lanePad - 8}
	d.lanes = append(d.lanes, l)
	d.texts = append(d.texts, text{class: "g-lane-name", text: shown(p.ID), x: l.x + lanePad, y: l.y + 19})
	middle := l.y + laneHead + (rows*rowHeight-8)/2

	from := d.stack(p.Receivers, c.receivers, middle)
	to := d.stack(p.Exporters, c.exporters, middle)
	joints.place(p, from, to)
	if len(p.Processors) == 0 {
		// All that enters meets halfway, so that lines don't cross in all directions.
		x := c.receivers.x + c.receivers.w + columnGap/2
		for _, b := range from {
			d.edges = append(d.edges, edge{class: signal, path: curve(b.x+b.w, b.y+boxHeight/2, x, middle)})
		}
		for _, b := range to {
			d.arrow(signal, x, middle, b)
		}
	}
	for i, n := range p.Processors {
		next := d.stack([]int{n}, c.processors[i], middle)
		for _, b := range from {
			d.arrow(signal, b.x+b.w, b.y+boxHeight/2, next[0])
		}
		from = next
	}
	if len(p.Processors) > 0 {
		for _, b := range to {
			d.arrow(signal, from[0].x+from[0].w, middle, b)
		}
	}
	d.height += l.h
}

// stack draws the boxes of a column of one lane, around its middle.
func (d *drawing) stack(nodes []int, c column, middle int) []box {
	y := middle - (len(nodes)*rowHeight-8)/2
	var boxes []box
	for _, n := range nodes {
		node := d.graph.Nodes[n]
		b := box{class: node.class(), text: node.label(), tip: node.tip(), x: c.x, y: y, w: c.w, h: boxHeight, round: 5}
		if node.Role == Connector {
			b.round = boxHeight / 2
		}
		boxes = append(boxes, b)
		y += rowHeight
	}
	d.boxes = append(d.boxes, boxes...)

	return boxes
}

func (d *drawing) arrow(class string, x, y int, to box) {
	end := to.y + boxHeight/2
	d.edges = append(d.edges, edge{class: class, path: curve(x, y, to.x-6, end), arrow: true, x: to.x, y: end})
}

// longestTip is how much of an id is shown beside the pointer.
const longestTip = 1200

// tip is what a node is, in full.
func (n Node) tip() string {
	text := n.ID
	if utf8.RuneCountInString(text) > longestTip {
		text = string([]rune(text)[:longestTip]) + "…"
	}
	switch {
	case n.ID == "":
		return n.label()
	case n.Undefined:
		return string(n.Role) + " " + text + ", which is not defined"
	}

	return string(n.Role) + " " + text
}

// signalClass is a signal as Style has colours for it.
func signalClass(signal string) string {
	if slices.Contains([]string{"traces", "metrics", "logs", "profiles"}, signal) {
		return signal
	}

	return "other"
}
