package component

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheCatalogueLeadsNowhereButToItself(t *testing.T) {
	known := Known()
	used := map[string]bool{}
	var follow func(place string, s *Structure)
	follow = func(place string, s *Structure) {
		if s == nil {
			return
		}
		if s.Ref != "" {
			used[s.Ref] = true
			assert.NotNil(t, known.Resolve(s), place)
		} else {
			assert.NotEmpty(t, s.Type, place)
		}
		if s.Since != "" {
			assert.NotEmpty(t, s.Without, place)
		}
		if s.Before != "" {
			assert.NotEmpty(t, s.Last, place)
		}
		follow(place+"[]", s.Of)
		for name, key := range s.Keys {
			follow(place+"."+name, key)
		}
	}
	components, structures := all(known)
	for kind, entries := range components {
		for name, entry := range entries {
			follow(string(kind)+"."+name, entry.Structure)
		}
	}
	for name, structure := range structures {
		follow(name, structure)
	}
	assert.ElementsMatch(t, slices.Collect(maps.Keys(structures)), slices.Collect(maps.Keys(used)), "structures that nothing leads to")
}

func TestTheCatalogueIsWrittenAsItIsRead(t *testing.T) {
	components, structures := all(Known())
	written, err := FormatCatalogue(Known().Scope, components, structures)
	require.NoError(t, err)
	assert.True(t, bytes.Equal(catalogue, written), "catalogue.txt is not as internal/gen/catalogue writes it")
}

// all is everything in a catalogue.
func all(c *Catalogue) (map[Kind]map[string]*Entry, map[string]*Structure) {
	components, structures := map[Kind]map[string]*Entry{}, map[string]*Structure{}
	for _, kind := range Kinds() {
		components[kind] = map[string]*Entry{}
		for _, name := range c.Names(kind) {
			components[kind][name] = c.Entry(kind, name)
		}
	}
	for _, name := range c.Names(structureSection) {
		structures[name] = c.Resolve(&Structure{Ref: name})
	}

	return components, structures
}

// The table says what the chart writes, and the catalogue what upstream ships: one may not contradict the other.
func TestTheTableAgreesWithTheCatalogue(t *testing.T) {
	for kind, rows := range All().Components {
		for name, row := range rows {
			entry := Known().Entry(kind, name)
			if row.Removed != "" && entry == nil {
				continue
			}
			if !assert.NotNil(t, entry, "%s.%s", kind, name) {
				continue
			}
			var ships []string
			for distribution, versions := range entry.Distributions {
				if versions.Before == "" {
					ships = append(ships, distribution)
				}
			}
			assert.ElementsMatch(t, ships, row.Distributions, "distributions of %s.%s", kind, name)
			for _, old := range row.OldNames {
				if old.Gone == "" {
					assert.Same(t, entry, Known().Entry(kind, old.Name), "%s, once the name of %s.%s", old.Name, kind, name)
				}
			}
		}
	}
}

func TestAStructureIsReadAsItIsWritten(t *testing.T) {
	for _, test := range []struct {
		structure Structure
		written   string
	}{
		{Structure{Type: Duration}, `"duration"`},
		{Structure{Ref: "configtls.ClientConfig"}, `"@configtls.ClientConfig"`},
		{Structure{Type: List, Of: &Structure{Type: Map, Of: &Structure{Ref: "a.B"}}}, `"[]{}@a.B"`},
		{Structure{Ref: "a.B", Optional: true}, `{"ref":"a.B","optional":true}`},
		{Structure{Type: Int, Since: "0.130", Without: "0.126"}, `{"type":"int","since":"0.130","without":"0.126"}`},
		{Structure{Type: Map, Keys: map[string]*Structure{"a": {Type: ID}}, Open: true}, `{"type":"map","keys":{"a":"id"},"open":true}`},
		{Structure{Type: List, Of: &Structure{Type: Map, Open: true}}, `{"type":"list","of":{"type":"map","open":true}}`},
	} {
		written, err := json.Marshal(&test.structure)
		require.NoError(t, err)
		assert.Equal(t, test.written, string(written))
		var read Structure
		require.NoError(t, json.Unmarshal(written, &read))
		assert.Equal(t, test.structure, read)
	}
	var read Structure
	assert.ErrorContains(t, json.Unmarshal([]byte(`"[]numer"`), &read), `no type of a structure is called "numer"`)
}

// The words of a structure, such as string, are no names of components, though they stand in its line.
func TestAnEntryIsFoundByItsNamesAlone(t *testing.T) {
	text := "scope versions {}\n" + `receivers file_log {"oldNames":[{"name":"filelog","before":"0.149.0"}],"structure":{"type":"map","keys":{"name":"string"}},"source":"a"}`
	c, err := ParseCatalogue([]byte(text))
	require.NoError(t, err)
	assert.NotNil(t, c.Entry(Receiver, "file_log"))
	assert.Same(t, c.Entry(Receiver, "file_log"), c.Entry(Receiver, "filelog"))
	assert.Nil(t, c.Entry(Receiver, "string"))
	assert.Nil(t, c.Entry(Exporter, "file_log"))
}

func TestAVersionIsBeyondWhatWasSeen(t *testing.T) {
	t.Parallel()
	scope := Scope{Newest: "0.165", Oldest: "0.90", Released: "0.159"}
	for version, beyond := range map[string]bool{"0.165.9": false, "0.99.0": false, "0.166.0": true, "1.0.0": true, "v1": false, "": false} {
		assert.Equal(t, beyond, scope.Beyond(version), version)
	}
}

func BenchmarkReadTheCatalogue(b *testing.B) {
	for b.Loop() {
		known, err := ParseCatalogue(catalogue)
		if err != nil {
			b.Fatal(err)
		}
		for _, name := range []string{"otlp_grpc", "otlp", "debug"} {
			known.Resolve(known.Entry(Exporter, name).Structure)
		}
	}
}

func TestACataloguedComponentHasARowOfItsVersions(t *testing.T) {
	for name, test := range map[string]struct {
		kind Kind
		name string
		want Component
	}{
		"one that stayed": {Receiver, "aerospike", Component{
			Distributions: []string{"contrib"}, MoreSignals: []string{"metrics"},
		}},
		"one with another name, by the old one": {Receiver, "awscloudwatch", Component{
			OldNames:      []OldName{{Name: "awscloudwatch", Before: "0.158.0"}},
			Distributions: []string{"contrib"}, MoreSignals: []string{"logs", "metrics"},
		}},
		"a connector": {Connector, "exceptions", Component{
			Since: "0.98.0", Distributions: []string{"contrib", "k8s"}, Pairs: []string{"traces>logs", "traces>metrics"},
		}},
		"one that is gone": {Exporter, "logging", Component{
			Removed: "0.111.0", Distributions: []string{"contrib", "core"}, MoreSignals: []string{"logs", "metrics", "traces"},
		}},
	} {
		entry := Known().Entry(test.kind, test.name)
		require.NotNil(t, entry, name)
		assert.Equal(t, test.want, entry.Row(), name)
	}
	ack := Known().Entry(Extension, "ack")
	require.NotNil(t, ack)
	for version, ships := range map[string]bool{"0.98.0": false, "0.99.0": true, "0.161.0": true, "": true} {
		assert.Equal(t, ships, ack.Ships("contrib", version), version)
	}
	assert.False(t, ack.Ships("core", ""))
}

func TestEachMoveIsOfAKeyThatNewerVersionsLack(t *testing.T) {
	t.Parallel()
	known := Known()
	for _, move := range Moves() {
		types := []string{move.Type}
		if move.Type == "" {
			types = known.Names(move.Kind)
		}
		found := false
		for _, name := range types {
			entry := known.Entry(move.Kind, name)
			require.NotNil(t, entry, name)
			structure := entry.Structure
			for _, key := range strings.Split(move.Path, ".") {
				if structure = known.Resolve(structure); structure != nil {
					structure = structure.Keys[key]
				}
			}
			found = found || structure != nil && structure.Before != ""
		}
		assert.True(t, found, "%v", move)
	}
}

func TestTheVersionBehindTheLastReadIsTakenToBeLikeIt(t *testing.T) {
	entry := Entry{Seen: "0.160"}
	for version, want := range map[string]bool{"0.152.0": false, "0.160.3": false, "0.161": false, "0.161.2": false, "0.162.0": true, "1.0.0": true} {
		assert.Equal(t, want, entry.LongUnread(version), version)
	}
	assert.False(t, (&Entry{}).LongUnread("0.161.0"), "of which nothing was read")
}
