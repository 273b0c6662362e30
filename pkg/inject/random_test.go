package inject_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/inject"
)

// A writer writes a Pod in one of the many ways in which people do.
type writer struct {
	*rand.Rand
	out strings.Builder
	// dash is how far the items of a list are from its key.
	dash int
	// empties says that it has lists or maps that are written empty.
	empties bool
}

func (w *writer) one(of ...string) string { return of[w.IntN(len(of))] }

// noise is what may stand between lines.
func (w *writer) noise(indent int) {
	for w.IntN(6) == 0 {
		w.out.WriteString(w.one("\n", strings.Repeat(" ", indent)+"# about it\n", "# at the margin\n"))
	}
}

func (w *writer) line(indent int, text string) {
	w.noise(indent)
	w.out.WriteString(strings.Repeat(" ", indent) + text + w.one("", "", " # why", "  ") + "\n")
}

// list writes a list of named maps below a key, or leaves it out.
func (w *writer) list(indent int, key string, names []string, more string) {
	switch w.IntN(6) {
	case 0:
		return
	case 1:
		w.empties = true
		w.line(indent, key+w.one(": []", ":", ": null", ": [ ]"))

		return
	case 2:
		items := make([]string, len(names))
		for n, name := range names {
			items[n] = "{name: " + name + ", " + more + w.one("", ",", ", ") + "}"
		}
		w.line(indent, key+": ["+strings.Join(items, w.one(", ", ","))+w.one("", ",", " , ")+"]")

		return
	}
	w.line(indent, key+":")
	for _, name := range names {
		if w.IntN(4) == 0 {
			w.line(indent+w.dash, "- {name: "+name+", "+more+"}")

			continue
		}
		w.line(indent+w.dash, "- name: "+name)
		w.line(indent+w.dash+2, more)
	}
}

// marks writes labels or annotations, or leaves them out.
func (w *writer) marks(indent int, key string) {
	switch w.IntN(5) {
	case 0:
	case 1:
		w.empties = true
		w.line(indent, key+w.one(": {}", ":", ": null"))
	case 2:
		w.line(indent, key+w.one(`: {a: "b", c/d.e: f}`, `: {a: "b", c/d.e: f, }`))
	default:
		w.line(indent, key+":")
		w.line(indent+2, "a: b")
		w.line(indent+2, `c/d.e: "f"`)
	}
}

func (w *writer) metadata(indent int) {
	switch w.IntN(4) {
	case 0:
	case 1:
		w.line(indent, w.one("metadata: {name: p}", "metadata: {labels: {a: b}}", "metadata: {annotations: {a: b}, name: p}"))
	default:
		w.line(indent, "metadata:")
		w.line(indent+2, "name: p")
		w.marks(indent+2, "labels")
		w.marks(indent+2, "annotations")
	}
}

func (w *writer) spec(indent int) {
	w.line(indent, "spec:")
	in := indent + 2
	parts := []func(){
		func() { w.list(in, "initContainers", []string{"first", "second"}, "image: i") },
		func() { w.list(in, "volumes", []string{"v", "w"}, "emptyDir: {}") },
		func() { w.line(in, "restartPolicy: Always") },
		func() { w.containers(in) },
	}
	w.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	for _, part := range parts {
		part()
	}
}

func (w *writer) containers(indent int) {
	w.line(indent, "containers:")
	for n := range 1 + w.IntN(3) {
		at := indent + w.dash
		if w.IntN(5) == 0 {
			w.line(at, fmt.Sprintf("- {name: c%d, image: i}", n))

			continue
		}
		w.line(at, fmt.Sprintf("- name: c%d", n))
		if w.IntN(2) == 0 {
			w.line(at+2, w.one("image: 'i'", "args: [a, \"b: c\"]"))
		}
		// What is the sidecar's in name, or in value too, is the application's here.
		names := []string{"A", w.one("B", "ENDPOINT", "ATTRIBUTES", "POD"), w.one("C", "ENDPOINT", "ATTRIBUTES", "POD")}
		w.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		w.list(at+2, "env", names, w.one("value: x", `value: "http://localhost:4318"`, "value: pod=$(POD)", "valueFrom: {fieldRef: {fieldPath: metadata.name}}"))
		if w.IntN(4) == 0 {
			w.out.WriteString(strings.Repeat(" ", at+2) + "command:\n" + strings.Repeat(" ", at+2) + "- |\n" + strings.Repeat(" ", at+4) + "# no comment\n\n" + strings.Repeat(" ", at+4) + "run\n")
		}
	}
}

// pod is one in its own document, with the ends of lines and of the file that there are.
func pod(seed uint64) (text string, empties bool) {
	w := &writer{Rand: rand.New(rand.NewPCG(seed, 1))}
	w.dash = 2 * w.IntN(2)
	indent := 0
	w.out.WriteString(w.one("", "# on top\n") + "apiVersion: v1\nkind: ")
	if w.IntN(2) == 0 {
		w.out.WriteString("Pod\n")
	} else {
		w.out.WriteString("Deployment\nspec:\n  template:\n")
		indent = 4
	}
	if w.IntN(2) == 0 {
		w.metadata(indent)
		w.spec(indent)
	} else {
		w.spec(indent)
		w.metadata(indent)
	}
	text = w.out.String()
	if w.IntN(5) == 0 {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	// A literal at the end of a file would have another value with an end of the line.
	if w.IntN(5) == 0 && !strings.HasSuffix(strings.TrimRight(text, "\r\n "), "run") {
		text = strings.TrimRight(text, "\r\n ")
	}

	return text, w.empties
}

// TestPodsOfAllStylesAreInjected holds for Pods as they may be written what the table holds for a few.
func TestPodsOfAllStylesAreInjected(t *testing.T) {
	t.Parallel()
	all := inject.Options{All: true}
	a, b := newInjector(t, sidecarA, all), newInjector(t, sidecarB, all)
	out := newInjector(t, sidecarA, inject.Options{Remove: true})
	const pods = 1500
	exact := 0
	for seed := range uint64(pods) {
		text, empties := pod(seed)
		injected, _ := through(t, a, text)
		require.Equal(t, podsOf(t, text, sidecarA), dataOf(t, injected), "%d:\n%s\n%s", seed, text, injected)
		again, _ := through(t, a, injected)
		require.Equal(t, injected, again, "%d", seed)
		updated, _ := through(t, b, injected)
		fresh, _ := through(t, b, text)
		require.Equal(t, dataOf(t, fresh), dataOf(t, updated), "%d:\n%s", seed, text)
		if empties {
			continue
		}
		exact++
		for _, with := range []string{injected, updated} {
			back, _ := through(t, out, with)
			require.Equal(t, text, back, "%d", seed)
		}
	}
	t.Logf("%d Pods, %d of them the same to the byte when the sidecar is taken out", pods, exact)
}
