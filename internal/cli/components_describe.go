package cli

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

func describeComponents(out io.Writer, components []knownComponent, version string) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for i, known := range components {
		if i > 0 {
			fmt.Fprintln(table)
		}
		known.describe(table)
		// The keys have columns of their own.
		if err := table.Flush(); err != nil {
			return err
		}
		if known.Entry.Structure == nil {
			fmt.Fprintln(out, "  its keys are not known: the Go module proxy has no version of it")

			continue
		}
		if version == "" {
			fmt.Fprintf(out, "  keys, of all versions up to %s\n", known.Seen)
		} else {
			fmt.Fprintf(out, "  keys in %s, as far as is known of versions up to %s\n", version, known.Seen)
		}
		w := keysWriter{around: map[string]bool{}, entry: known.Entry, version: version}
		fmt.Fprint(table, w.below(known.Entry.Structure, "    ", ""))
		if err := table.Flush(); err != nil {
			return err
		}
	}

	return nil
}

func (k knownComponent) describe(out io.Writer) {
	fmt.Fprintf(out, "%s %s\n", k.class(), k.Name)
	for _, old := range k.OldNames {
		fmt.Fprintf(out, "  named\t%s before %s\n", old.Name, old.Before)
	}
	lines := func(title string, texts ...string) {
		for _, text := range texts {
			fmt.Fprintf(out, "  %s\t%s\n", title, text)
			title = ""
		}
	}
	lines("signals", strings.Join(k.signals(), ", "))
	lines("ships in", strings.Join(k.ships(), ", "))
	var ports, mounts []string
	for _, port := range k.Kubernetes.Ports {
		ports = append(ports, port.Name+" "+port.Protocol+", by default "+orNone(port.Default)+conditions(port.When))
	}
	for _, mount := range k.Kubernetes.Mounts {
		access := "read and written"
		if mount.ReadOnly {
			access = "read"
		}
		mounts = append(mounts, fmt.Sprintf("what %s names (%s, %s)%s", mount.Path, mount.Volume, access, conditions(mount.When)))
	}
	lines("ports", ports...)
	lines("rbac", rights(k.Kubernetes.Grants)...)
	lines("mounts", mounts...)
	lines("docs", "https://pkg.go.dev/"+k.Source)
}

func orNone(endpoint string) string {
	if endpoint == "" {
		return "none"
	}

	return endpoint
}

// rights says what the grants allow, each right once.
func rights(grants []component.Grant) []string {
	var order []string
	cases := map[string][]string{}
	for _, grant := range grants {
		what := strings.Join(grant.Verbs, ", ") + " " + allowed(grant)
		if cases[what] == nil {
			order = append(order, what)
		}
		cases[what] = append(cases[what], conditions(grant.When))
	}
	for i, what := range order {
		order[i] += cases[what][0]
		if more := len(cases[what]) - 1; more > 0 {
			order[i] += fmt.Sprintf(", and in %d more cases", more)
		}
	}

	return order
}

func allowed(grant component.Grant) string {
	switch groups := strings.Join(grant.APIGroups, ", "); {
	case len(grant.NonResourceURLs) > 0:
		return strings.Join(grant.NonResourceURLs, ", ")
	case grant.ResourcesPath != "":
		return "what " + grant.ResourcesPath + " names"
	case groups != "":
		return strings.Join(grant.Resources, ", ") + " of " + groups
	default:
		return strings.Join(grant.Resources, ", ")
	}
}

// conditions says when something holds, where it does not always.
func conditions(when []component.Condition) string {
	var texts []string
	for _, c := range when {
		path := strings.ReplaceAll(strings.TrimPrefix(c.Path, "config."), "~", ".")
		var text string
		switch {
		case c.Since != "":
			text = path + " is " + c.Since + " or newer"
		case c.Before != "":
			text = path + " is older than " + c.Before
		case c.Exists && c.Not:
			text = path + " is not set"
		case c.Exists:
			text = path + " is set"
		case c.Not:
			text = fmt.Sprintf("%s is not %v", path, c.Equals)
		default:
			text = fmt.Sprintf("%s is %v", path, c.Equals)
		}
		texts = append(texts, text)
	}
	if len(texts) == 0 {
		return ""
	}

	return " where " + strings.Join(texts, " and ")
}

// keysWriter writes the keys of a structure as a tree.
type keysWriter struct {
	// around are the shared structures that the current one stands in: some hold themselves.
	around map[string]bool
	// entry has the defaults, and version is the one whose keys are written, all where it is empty.
	entry   *component.Entry
	version string
}

// below are the lines of a structure's keys. Of keys with the same below them, only the first one's is written out. The path
// leads to the structure, and ends with a dot; it has a * where keys are free.
func (w keysWriter) below(structure *component.Structure, indent, path string) string {
	if w.around[structure.Ref] {
		return indent + "…\n"
	}
	if structure.Ref != "" {
		w.around[structure.Ref] = true
		defer delete(w.around, structure.Ref)
	}
	resolved := component.Known().Resolve(structure)
	if resolved == nil {
		return ""
	}
	var lines strings.Builder
	first := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(resolved.Keys)) {
		key := resolved.Keys[name]
		if !key.In(w.version) {
			continue
		}
		shape, of := shapeOf(key)
		at := path + strings.ReplaceAll(name, ".", "~")
		inside := at + "."
		if strings.HasPrefix(shape, "list") {
			inside = at + ".*."
		}
		below := w.below(of, indent+"  ", inside)
		if like := first[below]; like != "" && below != "" {
			shape, below = shape+", as "+like, ""
		} else {
			first[below] = name
		}
		fmt.Fprintf(&lines, "%s%s\t%s%s%s\n%s", indent, name, shape, w.byDefault(at), w.versionsOf(key), below)
	}
	if resolved.Type == component.Map && resolved.Of != nil {
		shape, of := shapeOf(resolved.Of)
		fmt.Fprintf(&lines, "%sANY\t%s\n%s", indent, shape, w.below(of, indent+"  ", path+"*."))
	}

	return lines.String()
}

// byDefault says which value a key has where it is not written.
func (w keysWriter) byDefault(path string) string {
	value, _ := w.entry.Default(w.version, path)
	if value == nil {
		return ""
	}

	return ", by default " + component.Plain(value)
}

// versionsOf says which have a key, unless one of them is looked at.
func (w keysWriter) versionsOf(key *component.Structure) string {
	if w.version != "" {
		return ""
	}

	return inVersions(key.Since, key.Before)
}

// shapeOf says what stands at a key, and gives what keys are below it, of a list's elements where it is one.
func shapeOf(of *component.Structure) (shape string, below *component.Structure) {
	resolved := component.Known().Resolve(of)
	switch {
	case resolved == nil:
		return string(component.Any), of
	case resolved.Type == component.List && resolved.Of != nil:
		element, below := shapeOf(resolved.Of)

		return "list of " + element, below
	default:
		return string(resolved.Type), of
	}
}

// keysBelow lists the keys of a structure and of what it holds, in a version where one is given. around are the shared
// structures that it stands in.
func keysBelow(structure *component.Structure, path, version string, around map[string]bool) []knownKey {
	resolved := component.Known().Resolve(structure)
	if resolved == nil || around[structure.Ref] {
		return nil
	}
	if structure.Ref != "" {
		around[structure.Ref] = true
		defer delete(around, structure.Ref)
	}
	var keys []knownKey
	add := func(name string, of *component.Structure) {
		if !of.In(version) {
			return
		}
		key := knownKey{Path: strings.TrimPrefix(path+"."+name, "."), Type: component.Any, Since: of.Since, Before: of.Before}
		if at := component.Known().Resolve(of); at != nil {
			key.Type = at.Type
		}
		keys = append(append(keys, key), keysBelow(of, key.Path, version, around)...)
	}
	for _, name := range slices.Sorted(maps.Keys(resolved.Keys)) {
		add(name, resolved.Keys[name])
	}
	switch {
	case resolved.Of == nil:
	case resolved.Type == component.List:
		keys = append(keys, keysBelow(resolved.Of, path+"[]", version, around)...)
	default:
		add("ANY", resolved.Of)
	}

	return keys
}
