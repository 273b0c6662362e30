package main

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

func TestKeysThatComeAndGo(t *testing.T) {
	for _, test := range []struct {
		name     string
		versions []string // from 0.100 on, ten apart
		want     string
	}{
		{"nothing changes", []string{`{"type":"map","keys":{"a":"bool"}}`, `{"type":"map","keys":{"a":"bool"}}`}, `{"type":"map","keys":{"a":"bool"}}`},
		{
			"one comes", []string{`{"type":"map","keys":{}}`, `{"type":"map","keys":{"a":"bool"}}`, `{"type":"map","keys":{"a":"bool"}}`},
			`{"type":"map","keys":{"a":{"type":"bool","since":"0.110","without":"0.100"}}}`,
		},
		{
			"one goes", []string{`{"type":"map","keys":{"a":"bool"}}`, `{"type":"map","keys":{"a":"bool"}}`, `{"type":"map","keys":{}}`, `{"type":"map","keys":{}}`},
			`{"type":"map","keys":{"a":{"type":"bool","before":"0.120","last":"0.110"}}}`,
		},
		{
			"one goes and comes again", []string{`{"type":"map","keys":{"a":"bool"}}`, `{"type":"map","keys":{}}`, `{"type":"map","keys":{"a":"bool"}}`},
			`{"type":"map","keys":{"a":"bool"}}`,
		},
		{
			"an open one is closed", []string{`{"type":"map","keys":{"a":"bool"},"open":true}`, `{"type":"map","keys":{"a":"bool"}}`, `{"type":"map","keys":{"a":"bool"}}`},
			`{"type":"map","keys":{"a":"bool"},"open":true,"openBefore":"0.110"}`,
		},
		{
			"what is refused comes and goes", []string{
				`{"type":"int","refuse":[{"if":[". < [0]"]}]}`, `{"type":"int","refuse":[{"if":[". < [0]"]},{"if":[". > [9]"]}]}`, `{"type":"int","refuse":[{"if":[". > [9]"]}]}`,
			},
			`{"type":"int","refuse":[{"if":[". > [9]"],"since":"0.110"},{"if":[". < [0]"],"last":"0.110"}]}`,
		},
		{
			"what is refused again", []string{`{"type":"int","refuse":[{"if":[". < [0]"]}]}`, `"int"`, `{"type":"int","refuse":[{"if":[". < [0]"]}]}`},
			`{"type":"int","refuse":[{"if":[". < [0]"],"since":"0.120"},{"if":[". < [0]"],"last":"0.100"}]}`,
		},
		{"a type changes", []string{`{"type":"map","keys":{"a":"bool"}}`, `{"type":"map","keys":{"a":"string"}}`}, `{"type":"map","keys":{"a":"any"}}`},
		{"a whole number becomes any", []string{`"int"`, `"float"`}, `"float"`},
		{"one becomes optional", []string{`"{}int"`, `{"type":"map","of":"int","optional":true}`}, `{"type":"map","of":"int","optional":true}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			var samples []sample
			for i, text := range test.versions {
				var structure component.Structure
				require.NoError(t, json.Unmarshal([]byte(text), &structure))
				samples = append(samples, sample{version: fmt.Sprintf("0.%d", 100+10*i), structure: structure})
			}
			merged := newHistory(survey{}).merge(samples)
			data, err := json.Marshal(&merged)
			require.NoError(t, err)
			assert.JSONEq(t, test.want, string(data))
		})
	}
}

func TestAStructureThatMovedKeepsItsHistory(t *testing.T) {
	shared := func(id, key string) map[string]*component.Structure {
		return map[string]*component.Structure{id: {Type: component.Map, Keys: map[string]*component.Structure{"same": {Type: component.Int}, key: {Type: component.Bool}}}}
	}
	found := survey{shared: map[string]map[string]*component.Structure{"0.100": shared("a.Queue", "old"), "0.110": shared("b.Queue", "new")}}
	h := newHistory(found)
	samples := []sample{{"0.100", component.Structure{Ref: "a.Queue"}}, {"0.110", component.Structure{Ref: "b.Queue"}}}
	assert.Equal(t, component.Structure{Ref: "b.Queue"}, h.merge(samples))
	assert.True(t, h.follow())
	h.merge(samples)
	assert.False(t, h.follow(), "it is followed once")
	data, err := json.Marshal(h.mergeShared()["b.Queue"])
	require.NoError(t, err)
	assert.JSONEq(t, `{"type":"map","keys":{
		"same":"int",
		"old":{"type":"bool","before":"0.110","last":"0.100"},
		"new":{"type":"bool","since":"0.110","without":"0.100"}
	}}`, string(data))
}

// Queues moved from exporterhelper.QueueSettings to internal.QueueConfig and on to queuebatch.Config, and of an exporter that
// was not seen in between from the first to the last.
func TestAStructureThatMovedTwiceKeepsAllOfItsHistory(t *testing.T) {
	shared := func(id string, keys ...string) map[string]*component.Structure {
		structure := &component.Structure{Type: component.Map, Keys: map[string]*component.Structure{}}
		for _, key := range keys {
			structure.Keys[key] = &component.Structure{Type: component.Int}
		}

		return map[string]*component.Structure{id: structure}
	}
	h := newHistory(survey{shared: map[string]map[string]*component.Structure{
		"0.100": shared("a.Queue", "size", "first"), "0.110": shared("b.Queue", "size"), "0.115": shared("b.Queue", "size", "blocking"),
		"0.120": shared("c.Queue", "size", "blocking", "batch"),
	}})
	ref := func(id string) component.Structure { return component.Structure{Ref: id} }
	components := [][]sample{
		{{"0.100", ref("a.Queue")}, {"0.120", ref("c.Queue")}},
		{{"0.100", ref("a.Queue")}, {"0.110", ref("b.Queue")}, {"0.115", ref("b.Queue")}, {"0.120", ref("c.Queue")}},
	}
	for range 3 {
		for _, samples := range components {
			assert.Equal(t, ref("c.Queue"), h.merge(samples))
		}
		h.follow()
	}
	data, err := json.Marshal(h.mergeShared()["c.Queue"])
	require.NoError(t, err)
	assert.JSONEq(t, `{"type":"map","keys":{
		"size":"int",
		"first":{"type":"int","before":"0.110","last":"0.100"},
		"blocking":{"type":"int","since":"0.115","without":"0.110"},
		"batch":{"type":"int","since":"0.120","without":"0.115"}
	}}`, string(data))
}

func TestNamesAreAsShortAsTheyCanBe(t *testing.T) {
	assert.Equal(t, map[string]string{
		"x/y/a.Config": "y/a.Config", "x/z/a.Config": "z/a.Config", "x/y/b.Config": "b.Config",
	}, shortNames([]string{"x/y/a.Config", "x/z/a.Config", "x/y/b.Config"}))
}

// A struct that squashes one of which the proxy has another version alone is known by its own fields.
func TestAPartlyReadStructureTellsWhichKeysCame(t *testing.T) {
	shape := func(text string) *component.Structure {
		var structure component.Structure
		require.NoError(t, json.Unmarshal([]byte(text), &structure))

		return &structure
	}
	const id = "a.Config"
	h := newHistory(survey{
		shared: map[string]map[string]*component.Structure{
			"0.100": {id: shape(`{"type":"map","keys":{"squashed":"bool","own":"bool"}}`)},
			"0.110": {id: shape(`{"type":"map","keys":{"other":"bool","came":"bool"}}`)},
		},
		approximate: map[string]map[string]bool{"0.110": {id: true}}, partly: map[string]map[string]bool{"0.110": {id: true}},
	})
	data, err := json.Marshal(h.mergeShared()[id])
	require.NoError(t, err)
	assert.JSONEq(t, `{"type":"map","keys":{"squashed":"bool","own":"bool",`+
		`"other":{"type":"bool","since":"0.110","without":"0.100"},"came":{"type":"bool","since":"0.110","without":"0.100"}}}`, string(data))
}
