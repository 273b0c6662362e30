package main

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

func TestTheDefaultsOfAFactory(t *testing.T) {
	r, p := loaded(t, `package a
		import ("time"; "go.opentelemetry.io/collector/component"; "go.opentelemetry.io/collector/config/configoptional")
		type Inner struct { N int "mapstructure:\"n\"" }
		type Embedded struct { E string "mapstructure:\"e\"" }
		type Config struct {
			Embedded "mapstructure:\",squash\""
			A string "mapstructure:\"a\""
			Zero string "mapstructure:\"zero\""
			D time.Duration "mapstructure:\"d\""
			In Inner "mapstructure:\"in\""
			P *Inner "mapstructure:\"p\""
			Some configoptional.Optional[Inner] "mapstructure:\"some\""
			Ready configoptional.Optional[Inner] "mapstructure:\"ready\""
			None configoptional.Optional[Inner] "mapstructure:\"none\""
			Computed string "mapstructure:\"computed\""
			Set int "mapstructure:\"set\""
			Branch int "mapstructure:\"branch\""
		}
		const seven = 7
		func newInner() Inner { return Inner{N: seven} }
		func createDefaultConfig() component.Config {
			cfg := &Config{
				Embedded: Embedded{E: "e"}, A: "x", Zero: "", D: 2 * time.Second, In: newInner(), P: &Inner{},
				Some: configoptional.Some(newInner()), Ready: configoptional.Default(newInner()), None: configoptional.None[Inner](),
				Computed: hostname(),
			}
			cfg.Set = 3
			return cfg
		}`)
	assert.Equal(t, map[string]any{
		"e": "e", "a": "x", "d": "2s", "in.n": 7.0, "p": nil, "p.{}": nil, "some": nil, "some.{}": nil, "some.n": 7.0, "ready.n": 7.0, "computed": nil, "set": 3.0,
	}, r.defaults(p))
}

func TestDefaultsThatChangedSayWhatTheyWere(t *testing.T) {
	newest := map[string]any{"same": 1.0, "changed": 2.0, "came": "x", "unknown": nil}
	defaults, earlier := defaultsOf([]sighting{
		{version: "0.90", defaults: map[string]any{"same": 1.0, "changed": 3.0, "went": true}},
		{version: "0.100", defaults: map[string]any{"same": 1.0, "changed": nil, "went": true}},
		{version: "0.110", defaults: map[string]any{"": nil}},
		{version: "0.120", defaults: map[string]any{"same": 1.0, "changed": 2.0, "unknown": nil}},
		{version: "0.130", defaults: newest},
	})
	assert.Equal(t, newest, defaults)
	assert.Equal(t, map[string][]component.EarlierDefault{
		"changed": {{Last: "0.100", Before: "0.120", Unknown: true}, {Last: "0.90", Before: "0.100", Value: 3.0}},
		"unknown": {{Last: "0.100", Before: "0.120"}},
		"went":    {{Last: "0.100", Before: "0.120", Value: true}},
		"came":    {{Last: "0.120", Before: "0.130"}},
	}, earlier)
}
