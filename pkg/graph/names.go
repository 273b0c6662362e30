package graph

import (
	"fmt"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

// names are what the collectors are called, each differently: by the object, and where one has several by the container
// too; a bare config by its file.
func names(collectors []*lint.Collector) []string {
	found := make([]string, len(collectors))
	for i, c := range collectors {
		found[i] = name(c)
	}
	for i, twice := range repeated(found) {
		if container := collectors[i].Container.At("name").Text(); twice && container != "" {
			found[i] += " container " + container
		}
	}
	count := map[string]int{}
	for i, twice := range repeated(found) {
		if twice {
			count[found[i]]++
			found[i] = fmt.Sprintf("%s (%d)", found[i], count[found[i]])
		}
	}

	return found
}

// repeated tells of each name whether others are the same.
func repeated(names []string) []bool {
	count := map[string]int{}
	for _, name := range names {
		count[name]++
	}
	twice := make([]bool, len(names))
	for i, name := range names {
		twice[i] = count[name] > 1
	}

	return twice
}

func name(c *lint.Collector) string {
	short := shortName(c)
	switch {
	case c.Object == nil:
		return short
	case c.Namespace() != "":
		short = c.Namespace() + "/" + short
	}

	return c.Object.Ref.Kind + " " + short
}

// shortName is that of the object, or of the file where there is none.
func shortName(c *lint.Collector) string {
	if c.Object != nil {
		return c.Object.Ref.Name
	}

	return c.Config.At("service").Position().File
}
