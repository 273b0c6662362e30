package component

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/mod/semver"
)

// Catalogue is what upstream's distributions ship, and how each component is configured, version by version. It is read
// line by line, and a line when it is asked for, since few configs have more than a dozen of its thousand. Its methods can
// be called from several goroutines; nobody may change what they return.
type Catalogue struct {
	Scope
	// lines are JSON by section and name; the section of a component is its kind.
	lines map[line]string

	mutex      sync.Mutex
	entries    map[line]*Entry
	structures map[line]*Structure
	// found are the names that Find was asked for and that are no component's own, with the component's; empty without one.
	found map[line]string
}

type line struct{ section, name string }

const (
	scopeSection     = "scope"
	structureSection = "structures"
)

// Scope is which versions a catalogue knows.
type Scope struct {
	// Newest is the newest version of which anything was seen, and Oldest the first that is told apart, such as 0.161.
	Newest string `json:"newest"`
	Oldest string `json:"oldest"`
	// Released is the newest version of which it is known what the distributions ship.
	Released string `json:"released"`
}

// Beyond tells whether a version such as 0.161.0 is newer than all of which anything was seen.
func (s Scope) Beyond(version string) bool {
	return semver.Compare(semver.MajorMinor("v"+version), "v"+s.Newest) > 0
}

// Entry is a component in the catalogue, under its newest name.
type Entry struct {
	// OldNames it had, oldest first.
	OldNames []OldName `json:"oldNames,omitempty"`
	// Distributions that ship it, with the versions.
	Distributions map[string]Versions `json:"distributions,omitempty"`
	// Signals with their stability, such as beta, as the newest version seen has them; of a connector by pairs such as
	// traces_to_metrics, of an extension "extension".
	Signals map[string]string `json:"signals,omitempty"`
	// Seen is the newest version of which its configuration was read; empty: of none.
	Seen      string     `json:"seen,omitempty"`
	Structure *Structure `json:"structure,omitempty"`
	// Defaults of the newest version that was read, by the paths of keys; null where there is one that is not understood.
	// What is not in it is nothing, "", 0 or false, but for what is below a path that ends with *, or that is null itself and
	// does not stand there with {} behind it too: of such a map the keys are known.
	Defaults map[string]any `json:"defaults,omitempty"`
	// EarlierDefaults are those of older versions where they were others, by the same paths, the newest first.
	EarlierDefaults map[string][]EarlierDefault `json:"earlierDefaults,omitempty"`
	// Source is its Go package.
	Source string `json:"source"`
}

// Default is the default at a path in a version such as 0.161.0, of an empty one the newest: nil where there is one that is
// not known.
func (e *Entry) Default(version, path string) (value any, has bool) {
	value, has = e.Defaults[path]
	all := e.EarlierDefaults[path]
	if len(all) == 0 {
		return value, has
	}
	minor := semver.MajorMinor("v" + version)
	for _, earlier := range all {
		if minor == "" || semver.Compare(minor, "v"+earlier.Before) >= 0 {
			break
		}
		value, has = earlier.Value, earlier.Unknown || earlier.Value != nil
		if semver.Compare(minor, "v"+earlier.Last) > 0 {
			value, has = nil, true
		}
	}

	return value, has
}

// LongUnread tells whether a version such as 0.161.0 is newer than the last one that was read by two or more: it may have keys
// that nobody knows here. The very next one is taken to be like that: it is not every version that brings a key.
func (e *Entry) LongUnread(version string) bool {
	_, minor, _ := strings.Cut(e.Seen, ".")
	last, err := strconv.Atoi(minor)

	return err == nil && semver.Compare(semver.MajorMinor("v"+version), fmt.Sprintf("v0.%d", last+1)) > 0
}

// Versions is from a version on and before another one; empty: always, and still.
type Versions struct {
	Since  string `json:"since,omitempty"`
	Before string `json:"before,omitempty"`
}

//go:embed catalogue.txt
var catalogue []byte

// Known returns the catalogue of this program.
func Known() *Catalogue { return known() }

var known = sync.OnceValue(func() *Catalogue { //nolint:gochecknoglobals // It is read once, and for every config that is checked.
	c, err := ParseCatalogue(catalogue)
	if err != nil {
		panic(fmt.Sprintf("component: catalogue.txt: %v", err)) // It is part of the program.
	}

	return c
})

// ParseCatalogue reads what FormatCatalogue writes.
func ParseCatalogue(text []byte) (*Catalogue, error) {
	c := &Catalogue{lines: map[line]string{}, entries: map[line]*Entry{}, structures: map[line]*Structure{}}
	for text := range strings.Lines(string(text)) {
		section, rest, _ := strings.Cut(text, " ")
		name, data, ok := strings.Cut(rest, " ")
		if !ok {
			return nil, fmt.Errorf("a line is no section, name and value: %.80q", text)
		}
		c.lines[line{section, name}] = data
	}
	if err := json.Unmarshal([]byte(c.lines[line{scopeSection, "versions"}]), &c.Scope); err != nil {
		return nil, fmt.Errorf("reading its versions: %w", err)
	}

	return c, nil
}

// FormatCatalogue writes a catalogue, a line for each component and shared structure, sorted.
func FormatCatalogue(scope Scope, components map[Kind]map[string]*Entry, structures map[string]*Structure) ([]byte, error) {
	var out bytes.Buffer
	var failed error
	write := func(section, name string, value any) {
		data, err := json.Marshal(value)
		failed = errors.Join(failed, err)
		fmt.Fprintf(&out, "%s %s %s\n", section, name, data)
	}
	write(scopeSection, "versions", scope)
	for _, kind := range Kinds() {
		for _, name := range slices.Sorted(maps.Keys(components[kind])) {
			write(string(kind), name, components[kind][name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(structures)) {
		write(structureSection, name, structures[name])
	}

	return out.Bytes(), failed
}

// Names returns the newest names of the components of a kind, sorted.
func (c *Catalogue) Names(kind Kind) []string {
	var names []string
	for l := range c.lines {
		if l.section == string(kind) {
			names = append(names, l.name)
		}
	}
	slices.Sort(names)

	return names
}

// Entry is Find without the name.
func (c *Catalogue) Entry(kind Kind, name string) *Entry {
	_, entry := c.Find(kind, name)

	return entry
}

// Find returns the component of any name that it ever had, and its newest one; nil where there is none.
func (c *Catalogue) Find(kind Kind, name string) (canonical string, entry *Entry) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	asked := line{string(kind), name}
	if entry := c.entry(asked); entry != nil {
		return name, entry
	}
	if canonical, known := c.found[asked]; known {
		return canonical, c.entry(line{string(kind), canonical})
	}
	if c.found == nil {
		c.found = map[line]string{}
	}
	// Only lines that have the name somewhere are read.
	quoted := fmt.Sprintf(`{"name":%q`, name)
	for l, data := range c.lines {
		if l.section != string(kind) || !strings.Contains(data, quoted) {
			continue
		}
		entry := c.entry(l)
		if slices.ContainsFunc(entry.OldNames, func(old OldName) bool { return old.Name == name }) {
			c.found[asked] = l.name

			return l.name, entry
		}
	}
	c.found[asked] = ""

	return "", nil
}

func (c *Catalogue) entry(l line) *Entry { return read(c.lines, c.entries, l) }

// Resolve follows a reference to a shared structure.
func (c *Catalogue) Resolve(s *Structure) *Structure {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	for s != nil && s.Ref != "" {
		s = read(c.lines, c.structures, line{structureSection, s.Ref})
	}

	return s
}

// read decodes a line, once; nil where there is none. All lines are read by a test.
func read[T any](lines map[line]string, done map[line]*T, l line) *T {
	if value, ok := done[l]; ok {
		return value
	}
	data, ok := lines[l]
	if !ok {
		return nil
	}
	value := new(T)
	if err := json.Unmarshal([]byte(data), value); err != nil {
		panic(fmt.Sprintf("component: catalogue.txt: %s %s: %v", l.section, l.name, err))
	}
	done[l] = value

	return value
}

// An EarlierDefault is a default that holds up to the last version that was seen with it. Between that and the next version
// seen nobody knows.
type EarlierDefault struct {
	Last   string `json:"last"`
	Before string `json:"before"`
	// Value is nil where it is nothing, "", 0 or false, and where it is not known.
	Value   any  `json:"value,omitempty"`
	Unknown bool `json:"unknown,omitempty"`
}
