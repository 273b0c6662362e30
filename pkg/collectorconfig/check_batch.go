package collectorconfig

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// The first version of exporterhelper that compares the two where the sizers are the same, and the first whose queue is not
// switched by a default of its own.
const (
	batchIsCompared = "0.130.0"
	queueIsOptional = "0.142.0"
	// requestsAreNoBatch is from when on a real collector was seen to refuse batches that are measured in requests.
	requestsAreNoBatch = "0.149.0"
)

// checkBatch reports queues of exporters that can't hold the smallest batch. Where a sizer or a size is not known, it says
// nothing.
func (c *checker) checkBatch(d Definition) {
	if d.Kind != component.Exporter || d.Body == nil || c.version != "" && c.before(batchIsCompared) || !c.hasQueue(d) {
		return
	}
	queue, batch := c.batches(d.Body.Get("sending_queue"))
	if batch == nil {
		return
	}
	c.checkSizer(d, queue, batch)
	if !sameSizer(queue, batch) {
		return
	}
	least, known := wholeNumber(batch.Get("min_size"))
	size, alsoKnown := wholeNumber(queue.Get("queue_size"))
	if !known || !alsoKnown || size <= 0 || least <= size {
		return
	}
	at := d.Path.Join(source.Keys("sending_queue", "batch", "min_size")...)
	c.problems = append(c.problems, Problem{
		Code: CodeInvalidValue, Path: at.String(), Position: batch.Get("min_size").Position(),
		Message: fmt.Sprintf("sending_queue.batch.min_size of %s is %d %s, and its queue holds %d", d.called(), least, queue.Get("sizer").Value, size),
		Hint:    "write no more than queue_size, or a larger queue_size", Ignored: c.after(c.catalogue.Newest),
	})
}

// checkSizer reports batches that are measured in requests, as their queue is where they say nothing.
func (c *checker) checkSizer(d Definition, queue, batch *source.Node) {
	sizer := queue.Get("sizer")
	if sizer == nil || sizer.Value != "requests" || batch.Get("sizer") != nil || c.version != "" && c.before(requestsAreNoBatch) {
		return
	}
	c.problems = append(c.problems, Problem{
		Code: CodeInvalidValue, Path: d.Path.Join(source.Keys("sending_queue", "sizer")...).String(), Position: sizer.Position(),
		Message: "sending_queue.sizer of " + d.called() + " is requests, by which its batches can't be measured",
		Hint:    "write sizer: items or bytes, here or in batch", Ignored: c.after(c.catalogue.Newest),
	})
}

// batches are a queue that is on and what stands of its batches; nil where the queue, or the batches, may be off.
func (c *checker) batches(queue *source.Node) (on, batch *source.Node) {
	if !isOn(queue) {
		return nil, nil
	}
	enabled := queue.Get("enabled")
	if c.version != "" && c.before(queueIsOptional) && (enabled == nil || !strings.EqualFold(enabled.Value, "true")) {
		return nil, nil
	}
	if batch = queue.Get("batch"); !isOn(batch) {
		return nil, nil
	}

	return queue, batch
}

// isOn tells whether a map stands there that is on.
func isOn(node *source.Node) bool {
	return node != nil && node.Kind == source.Mapping && !disabled(node) && !hasJoinedKeys(node)
}

// hasQueue tells whether an exporter has the queue of exporterhelper, whose batches have sizes of their own.
func (c *checker) hasQueue(d Definition) bool {
	entry := c.catalogue.Entry(d.Kind, d.Type())
	if entry == nil {
		return false
	}
	structure := c.catalogue.Resolve(entry.Structure)

	return structure != nil && structure.Keys["sending_queue"] != nil && structure.Keys["sending_queue"].Ref == "queuebatch.Config"
}

// sameSizer tells whether a queue and its batches are known to be measured alike: the batches' sizer is the queue's where it
// is not written.
func sameSizer(queue, batch *source.Node) bool {
	sizer, own := queue.Get("sizer"), batch.Get("sizer")
	if sizer == nil || sizer.Value != "items" && sizer.Value != "bytes" {
		return false
	}

	return own == nil || own.Value == sizer.Value
}

func wholeNumber(node *source.Node) (int64, bool) {
	if node == nil || node.Tag != "!!int" {
		return 0, false
	}
	number, err := strconv.ParseInt(node.Value, 10, 64)

	return number, err == nil
}
