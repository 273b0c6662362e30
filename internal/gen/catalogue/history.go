package main

import (
	"cmp"
	"maps"
	"slices"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// A sample is a structure as one version has it.
type sample struct {
	version   string // such as 0.161
	structure component.Structure
}

// history merges what versions have into one.
type history struct {
	// samples are those of the shared structures, ascending, by id.
	samples map[string][]sample
	// renamed are the structures that took the place of others; true where that was followed.
	renamed map[renaming]bool
}

func newHistory(found survey) *history {
	h := &history{samples: map[string][]sample{}, renamed: map[renaming]bool{}}
	guessed := map[string][]sample{}
	for _, version := range slices.SortedFunc(maps.Keys(found.shared), compareMinors) {
		for id, structure := range found.shared[version] {
			s := sample{version, *structure}
			switch earlier := h.samples[id]; {
			case found.partly[version][id] && len(earlier) > 0:
				h.samples[id] = append(earlier, sample{version, withKeysOf(earlier[len(earlier)-1].structure, s.structure)})
			case found.approximate[version][id]:
				guessed[id] = append(guessed[id], s)
			default:
				h.samples[id] = append(earlier, s)
			}
		}
	}
	// What was read from another version than wanted is no evidence, unless there is no other.
	for id, samples := range guessed {
		if len(h.samples[id]) == 0 {
			h.samples[id] = samples
		}
	}

	return h
}

// withKeysOf is an earlier structure with the keys that came since: which of its keys went can't be told where the later
// one was read in part.
func withKeysOf(earlier, later component.Structure) component.Structure {
	keys := maps.Clone(earlier.Keys)
	for name, key := range later.Keys {
		if _, had := keys[name]; !had {
			keys[name] = key
		}
	}
	earlier.Keys = keys

	return earlier
}

// mergeShared merges the shared structures, each with what it was before it was renamed.
func (h *history) mergeShared() map[string]*component.Structure {
	structures := map[string]*component.Structure{}
	for id := range h.samples {
		structure := h.merge(h.lineage(id, nil))
		structures[id] = &structure
	}

	return structures
}

// lineage returns the samples of a shared structure, and of each version before its first those of what it took the place
// of, and so on. What was passed on the way is left out.
func (h *history) lineage(id string, passed []string) []sample {
	own := h.samples[id]
	passed = append(slices.Clone(passed), id)
	byVersion := map[string]sample{}
	for _, from := range h.replacedBy(id) {
		if slices.Contains(passed, from) {
			continue
		}
		for _, s := range h.lineage(from, passed) {
			if _, has := byVersion[s.version]; !has && compareMinors(s.version, own[0].version) < 0 {
				byVersion[s.version] = s
			}
		}
	}
	before := slices.SortedFunc(maps.Values(byVersion), func(a, b sample) int { return compareMinors(a.version, b.version) })

	return slices.Concat(before, own)
}

// replacedBy returns the structures that another one took the place of, sorted.
func (h *history) replacedBy(id string) []string {
	var names []string
	for r := range h.renamed {
		if r.to == id {
			names = append(names, r.from)
		}
	}
	slices.Sort(names)

	return names
}

// renaming is of one shared structure into another.
type renaming struct{ from, to string }

// merge makes one structure of the samples of several versions, ascending: keys that came or went say when.
func (h *history) merge(samples []sample) component.Structure {
	merged := samples[0].structure
	for i, next := range samples[1:] {
		merged = h.join(merged, next.structure, samples[i].version, next.version)
	}

	return merged
}

// follow takes the renamings that were noted as followed, and tells whether any was not yet.
func (h *history) follow() bool {
	more := false
	for r, followed := range h.renamed {
		more = more || !followed
		h.renamed[r] = true
	}

	return more
}

// note keeps a renaming.
func (h *history) note(r renaming) {
	if _, known := h.renamed[r]; !known {
		h.renamed[r] = false
	}
}

// took tells whether a shared structure took the place of another one after a version: the one is new, or the other gone.
func (h *history) took(id, old, previous string) bool {
	came, went := h.samples[id], h.samples[old]
	if len(came) == 0 || len(went) == 0 {
		return false
	}

	return compareMinors(came[0].version, previous) > 0 || compareMinors(went[len(went)-1].version, previous) <= 0
}

// join lays the structure of a version over that of all before it, the last of which is previous.
func (h *history) join(old, now component.Structure, previous, version string) component.Structure {
	switch {
	case now.Type == unseen:
		return old
	case old.Type == unseen:
		return now
	case old.Ref != now.Ref && h.took(now.Ref, old.Ref, previous):
		h.note(renaming{old.Ref, now.Ref})
		fallthrough
	case old.Ref != "" && old.Ref == now.Ref:
		now.Optional, now.Bare = old.Optional || now.Optional, old.Bare || now.Bare

		return now
	case old.Ref != now.Ref, old.Type != now.Type:
		return either(old, now)
	}
	joined := both(old, now, version)
	joined.Refuse = refusedBy(old.Refuse, now.Refuse, previous, version)
	if old.Of != nil && now.Of != nil {
		of := h.join(*old.Of, *now.Of, previous, version)
		joined.Of = &of
	}
	if old.Keys != nil || now.Keys != nil {
		joined.Keys = map[string]*component.Structure{}
	}
	for name := range unionOfKeys(old.Keys, now.Keys) {
		joined.Keys[name] = h.joinKey(old.Keys[name], now.Keys[name], previous, version)
	}

	return joined
}

func (h *history) joinKey(old, now *component.Structure, previous, version string) *component.Structure {
	switch {
	case now == nil:
		gone := *old
		if gone.Before == "" {
			gone.Last, gone.Before = previous, version
		}

		return &gone
	case old == nil:
		come := *now
		come.Without, come.Since = previous, version

		return &come
	default:
		joined := h.join(*old, *now, previous, version)
		joined.Without, joined.Since = old.Without, old.Since

		return &joined
	}
}

// either is the structure of what versions know by different types: whatever fits one of them is taken.
func either(old, now component.Structure) component.Structure {
	switch {
	case isNumber(old.Type) && isNumber(now.Type):
		if old.Type == component.Float || now.Type == component.Float {
			return component.Structure{Type: component.Float}
		}

		return component.Structure{Type: component.Int}
	case old.Type == component.Text && now.Type == component.String, old.Type == component.String && now.Type == component.Text:
		return component.Structure{Type: component.Text, Refuse: now.Refuse}
	default:
		return anything()
	}
}

func isNumber(t component.Type) bool {
	return t == component.Int || t == component.Uint || t == component.Float
}

// both is what either of two versions takes, without the keys.
func both(old, now component.Structure, version string) component.Structure {
	return component.Structure{
		Type: now.Type, Open: old.Open || now.Open, OpenBefore: openBefore(old, now, version),
		Optional: old.Optional || now.Optional, Bare: old.Bare || now.Bare, Of: now.Of,
	}
}

// openBefore is the first version in which a map that was open is not.
func openBefore(old, now component.Structure, version string) string {
	switch {
	case now.Open || !old.Open:
		return ""
	case old.OpenBefore != "":
		return old.OpenBefore
	default:
		return version
	}
}

// refusedBy says of the refusals of a version which the one before it lacks when they came, and keeps those that went.
func refusedBy(old, now []component.Refusal, previous, version string) []component.Refusal {
	kept := slices.Clone(now)
	for i, r := range kept {
		kept[i].Since = version
		if before := slices.IndexFunc(old, func(o component.Refusal) bool { return o.Last == "" && r.Same(o) }); before >= 0 {
			kept[i].Since = old[before].Since
		}
	}
	for _, r := range old {
		if r.Last != "" || !slices.ContainsFunc(now, r.Same) {
			if r.Last == "" && slices.ContainsFunc(now, func(n component.Refusal) bool { return r.Widens(n) || n.Widens(r) }) {
				r.Before = version
			}
			r.Last = cmp.Or(r.Last, previous)
			kept = append(kept, r)
		}
	}

	return kept
}

func unionOfKeys(a, b map[string]*component.Structure) map[string]bool {
	all := map[string]bool{}
	for name := range maps.Keys(a) {
		all[name] = true
	}
	for name := range maps.Keys(b) {
		all[name] = true
	}

	return all
}
