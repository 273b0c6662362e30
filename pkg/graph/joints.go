package graph

import (
	"fmt"
	"strings"
)

// A joint is a connector that data enters at the end of some pipelines, and leaves at the start of others.
type joint struct {
	node    int
	in, out []box
	// first is the first pipeline that it leads to.
	first int
}

type joints []*joint

// jointsOf are the connectors with both ends, in the order of the nodes.
func jointsOf(g Graph) joints {
	enters, first := map[int]bool{}, map[int]int{}
	for i, p := range g.Pipelines {
		for _, n := range p.Exporters {
			enters[n] = true
		}
		for _, n := range p.Receivers {
			if _, known := first[n]; !known {
				first[n] = i
			}
		}
	}
	var found joints
	for n, node := range g.Nodes {
		if at, leaves := first[n]; node.Role == Connector && enters[n] && leaves {
			found = append(found, &joint{node: n, first: at})
		}
	}

	return found
}

// above is how many lines run above the lane of a pipeline.
func (j joints) above(pipeline int) int {
	count := 0
	for _, one := range j {
		if one.first == pipeline {
			count++
		}
	}

	return count
}

// place notes the boxes of a pipeline's ends.
func (j joints) place(p Pipeline, from, to []box) {
	for _, one := range j {
		for i, n := range p.Receivers {
			if n == one.node {
				one.out = append(one.out, from[i])
			}
		}
		for i, n := range p.Exporters {
			if n == one.node {
				one.in = append(one.in, to[i])
			}
		}
	}
}

// join draws the lines of the connectors: to the right of the lanes, above the first that they lead to, and on the left.
// Each of a connector's lines to and from begins or ends in its first, so that there are no more of them than boxes.
func (d *drawing) join(c columns, all joints) {
	used := map[int]int{}
	for k, j := range all {
		used[j.first]++
		right, left := c.right+(k+1)*track-4, c.left-(k+1)*track+4
		y := d.lanes[j.first].y - used[j.first]*track + 4
		for i, in := range j.in {
			for o, out := range j.out {
				if i > 0 && o > 0 {
					break
				}
				fromY, toY := in.y+boxHeight/2, out.y+boxHeight/2
				d.edges = append(d.edges, edge{
					class: "connector", arrow: true, x: out.x, y: toY,
					path: bent(point{in.x + in.w, fromY}, point{right, fromY}, point{right, y}, point{left, y}, point{left, toY}, point{out.x - 6, toY}),
				})
			}
		}
	}
}

type point struct{ x, y int }

// curve leads from one place to another, level at both ends.
func curve(x, y, toX, toY int) string {
	if y == toY {
		return fmt.Sprintf("M%d %dH%d", x, y, toX)
	}
	// The way to a far place is level for most of it.
	turn := max(x, toX-columnGap)
	middle := (turn + toX) / 2

	return fmt.Sprintf("M%d %dH%dC%d %d %d %d %d %d", x, y, turn, middle, y, middle, toY, toX, toY)
}

// bend is the radius of a corner.
const bend = 6

// bent leads through points that lie level with, or straight above, one another, with round corners.
func bent(points ...point) string {
	var b strings.Builder
	fmt.Fprintf(&b, "M%d %d", points[0].x, points[0].y)
	for i := 1; i < len(points)-1; i++ {
		before, after := towards(points[i], points[i-1]), towards(points[i], points[i+1])
		fmt.Fprintf(&b, "L%d %dQ%d %d %d %d", before.x, before.y, points[i].x, points[i].y, after.x, after.y)
	}
	last := points[len(points)-1]
	fmt.Fprintf(&b, "L%d %d", last.x, last.y)

	return b.String()
}

// towards is a little way from one point to another.
func towards(from, to point) point {
	return point{from.x + min(bend, max(-bend, (to.x-from.x)/2)), from.y + min(bend, max(-bend, (to.y-from.y)/2))}
}
