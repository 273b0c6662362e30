package source

import (
	"bytes"
	"fmt"
)

// tooDeep finds where blocks nest deeper than MaxDepth, by the indentation of their lines: of some thousand levels the YAML
// package takes minutes. What the indentation does not say is found when nodes are built, so that this one may miss levels
// but sees none that is not there.
func (t *text) tooDeep(c chunk) *Error {
	var open []int // the indentation of the blocks around a line
	scalar := -1   // that of the line that begins the block scalar around a line; -1: none
	for i := c.line; i < len(t.lines) && t.lines[i].offset < c.end; i++ {
		content := t.content(i)
		trimmed := bytes.TrimLeft(content, " ")
		indent := len(content) - len(trimmed)
		if !hasContent(trimmed) || scalar >= 0 && indent > scalar {
			continue
		}
		for len(open) > 0 && open[len(open)-1] >= indent {
			open = open[:len(open)-1]
		}
		scalar = -1
		switch lineOpens(trimmed) {
		case aBlock:
			open = append(open, indent)
		case aScalar:
			scalar = indent
		default:
		}
		if len(open) > MaxDepth+1 {
			return &Error{Position: t.position(i, indent+1), Message: fmt.Sprintf("nested deeper than %d levels", MaxDepth), Hint: "flatten the structure"}
		}
	}
	return nil
}

// What the lines below a line may belong to.
type opened int

const (
	nothing opened = iota
	aBlock
	aScalar
)

// lineOpens tells by the last word of a line what is below it: after `key:`, a dash, an anchor or a tag a block, after | or >
// with their indicators a scalar.
func lineOpens(line []byte) opened {
	if comment := bytes.Index(line, []byte(" #")); comment >= 0 {
		line = line[:comment]
	}
	line = bytes.TrimRight(line, " \t")
	word := line[bytes.LastIndexByte(line, ' ')+1:]
	switch {
	case len(word) == 0:
		return nothing
	case bytes.HasSuffix(word, []byte(":")), word[0] == '&', word[0] == '!', string(word) == "-", string(word) == "?":
		return aBlock
	case word[0] == '|' || word[0] == '>':
		return aScalar
	default:
		return nothing
	}
}
