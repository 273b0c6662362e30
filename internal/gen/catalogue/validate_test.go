package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// refused returns what the Validate of a Config refuses.
func refused(t *testing.T, text string) []string {
	t.Helper()
	r, p := loaded(t, text)
	var found []string
	for _, refusal := range r.refusals(p, "Config") {
		found = append(found, refusal.String())
	}

	return found
}

func TestWhatAValidateRefuses(t *testing.T) {
	const head = `package a
		import ("errors"; "fmt"; "regexp"; "slices"; "time"; "strings"; "go.uber.org/multierr"
			"go.opentelemetry.io/collector/config/configoptional")
		type Level string
		const (LevelA Level = "a"; LevelB Level = "b"; bound = 5 * time.Second)
		var levels = map[string]int{"x": 1, "y": 2}
		var errBad = errors.New("bad")
		type Inner struct { Low int "mapstructure:\"low\""; High int "mapstructure:\"high\"" }
		func (i Inner) set() bool { return i.Low != 0 || i.High != 0 }
		type Embedded struct { Endpoint string "mapstructure:\"endpoint\"" }
		type Config struct {
			Embedded "mapstructure:\",squash\""
			A string "mapstructure:\"a\""
			B string "mapstructure:\"b\""
			N int "mapstructure:\"n\""
			D time.Duration "mapstructure:\"d\""
			On bool "mapstructure:\"on\""
			L Level "mapstructure:\"l\""
			In Inner "mapstructure:\"in\""
			Opt configoptional.Optional[Inner] "mapstructure:\"opt\""
			List []Inner "mapstructure:\"list\""
			P *int "mapstructure:\"p\""
			Words []string "mapstructure:\"words\""
		}
		func (cfg *Config) Validate() error { `
	for _, test := range []struct {
		name, body string
		want       []string
	}{
		{"what is required, of the map and of what it embeds", `if cfg.A == "" { return errors.New("a") }; if cfg.Endpoint == "" { return errBad }; return nil }`, []string{": a unset", ": endpoint unset"}},
		{"one of several", `if cfg.A == "" && len(cfg.List) == 0 && !cfg.Opt.HasValue() { return fmt.Errorf("x") }; return nil }`, []string{": a unset and list empty and opt not-given"}},
		{"either", `if cfg.A == "" || cfg.N < 0 { return errBad }; return nil }`, []string{": a unset", ": n < [0]"}},
		{"durations and constants", `if cfg.D < bound { return errBad }; if 7 <= cfg.N { return errBad }; return nil }`, []string{`: d < ["5s"]`, ": n >= [7]"}},
		{"values of the same map", `if cfg.In.High > 0 && cfg.In.High < cfg.In.Low { return errBad }; return nil }`, []string{": in.high < in.low and in.high > [0]"}},
		{"words by a switch", `switch cfg.L { case LevelA, LevelB: return nil; default: return errBad } }`, []string{`: l != ["a","b"]`}},
		{"words by a switch that ends well", `switch cfg.L { case LevelA, LevelB: return nil }; return errBad }`, []string{`: l != ["a","b"]`}},
		{"words by a map and by a list", `if _, ok := levels[cfg.A]; !ok { return errBad }; if !slices.Contains([]string{"p", "q"}, cfg.B) { return errBad }; return nil }`, []string{`: a != ["x","y"]`, `: b != ["p","q"]`}},
		{"words by a map of booleans", `if !known[cfg.L] { return errBad }; return nil }
			var known = map[Level]bool{LevelA: true, LevelB: true}`, []string{`: l != ["a","b"]`}},
		{"errors that are joined", `var errs error; if cfg.A == "" { errs = multierr.Append(errs, errBad) }; if cfg.B == "" { errs = errors.Join(errs, errBad) }; return errs }`, []string{": a unset", ": b unset"}},
		{"behind an early end", `if !cfg.On { return nil }; if cfg.A == "" { return errBad }; return nil }`, []string{": a unset and on set"}},
		{"nested, and otherwise", `if cfg.On { if cfg.A == "" { return errBad } } else if cfg.B != "" { return errBad }; return nil }`, []string{": a unset and on set", ": b set and on unset"}},
		{"a method that tells", `if cfg.In.set() == false { return errBad }; if !cfg.In.set() { return errBad }; return nil }`, []string{": in.high unset and in.low unset"}},
		{"functions that are called", `if err := check(cfg.In); err != nil { return err }; return errors.Join(cfg.more(), nil) }
			func check(i Inner) error { if i.Low < 0 { return errBad }; return nil }
			func (c *Config) more() error { if c.N > 9 { return errBad }; return nil }`, []string{": in.low < [0]", ": n > [9]"}},
		{"elements of a list", `for _, e := range cfg.List { if e.Low > e.High { return errBad } }; for _, w := range cfg.Words { switch w { case "x": default: return errBad } }; return nil }`, []string{"list: low > high", `words: . != ["x"]`}},
		{"what stands outside of a list is not told apart", `for _, e := range cfg.List { if e.Low > cfg.N { return errBad } }; return nil }`, nil},
		{"what is not understood", `if strings.Contains(cfg.A, "x") { return errBad }; if err := unknown(); err != nil { return err }; return nil }`, nil},
		{"behind what is not understood", `if strings.Contains(cfg.A, "x") { return nil }; if cfg.B == "" { return errBad }; return nil }`, nil},
		{"what may be as it is", `if strings.Contains(cfg.A, "x") && cfg.B == "" || cfg.N < 0 { return errBad }; return nil }`, []string{": n < [0]"}},
		{"a value that was changed", `cfg.In.Low = 3; if cfg.In.Low == 0 { return errBad }; return nil }`, nil},
		{"a condition in a variable", `has := cfg.A != ""; other := cfg.B != ""; if has && other { return errBad }; return nil }`, []string{": a set and b set"}},
		{"lengths", `if len(cfg.List) > 4 || len(cfg.A) < 3 { return errBad }; return nil }`, []string{": list longer [4]", ": a not-longer [2]"}},
		{"regular expressions", `if _, err := regexp.Compile("^" + cfg.A + "$"); err != nil { return err }; _, err := regexp.Compile(cfg.B); return err }`, []string{": a no-regexp", ": b no-regexp"}},
		{"nothing, and what is only empty", `if cfg.P == nil { return errBad }; if cfg.P != nil && *cfg.P < 1 { return errBad }; return nil }`, []string{": p not-given", ": p < [1] and p given"}},
		{"behind a loop that may end well", `for _, f := range formats { if f == cfg.A { return nil } }; return errBad }`, nil},
		{"a value beside one that a branch sets", `if cfg.A == "" { cfg.A = "d" }; if cfg.B == "" { return errBad }; return nil }`, []string{": b unset"}},
		{"a value that a branch sets", `if cfg.A == "" { cfg.A = "d" }; if cfg.A == "" { return errBad }; return nil }`, nil},
		{"a value that a call sets", `cfg.setDefaults(); if cfg.A == "" { return errBad }; return nil }
			func (c *Config) setDefaults() {}`, nil},
		{"an error that nobody passes on", `err := check(cfg.In); if err != nil { log(err) }; return nil }
			func check(i Inner) error { if i.Low < 0 { return errBad }; return nil }`, nil},
		{"an error that is passed on later", `err := check(cfg.In); if err != nil { return fmt.Errorf("in: %w", err) }; if cfg.B == "" { return errBad }; return nil }
			func check(i Inner) error { if i.Low < 0 { return errBad }; return nil }`, []string{": in.low < [0]", ": b unset"}},
		{"a branch that may end well", `if cfg.On { err := other(); return err }; if cfg.B == "" { return errBad }; return nil }`, []string{": b unset and on unset"}},
		{"a condition of what stands outside of a list", `has := cfg.A != ""; for _, e := range cfg.List { if !has && e.Low == 0 { return errBad } }; return nil }`, nil},
		{"a local error that may be none", `if cfg.A != "" { _, errParse := parse(cfg.A); errs = append(errs, errParse) }; return errs }`, nil},
		{"no words that are known", `if !slices.Contains(later, cfg.A) { return errBad }; return nil }
			var later = []string{}`, nil},
		{"a word, and what it needs", `switch { case cfg.A == "x" && cfg.B == "": return errBad; case cfg.A == "y" && cfg.N == 0: return errBad }; return nil }`, []string{`: a = ["x"] and b unset`, `: a = ["y"] and n unset`}},
		{"behind a loop that passes errors on", `for _, w := range cfg.Words { if _, err := regexp.Compile(w); err != nil { return err } }; if cfg.B == "" { return errBad }; return nil }`, []string{"words: . no-regexp", ": b unset"}},
		{"a continue", `for _, e := range cfg.List { if e.Low == 0 { continue }; if e.High == 0 { return errBad } }; return nil }`, []string{"list: high unset and low set"}},
	} {
		t.Run(test.name, func(t *testing.T) { assert.ElementsMatch(t, test.want, refused(t, head+test.body)) })
	}
}

func TestWhatAMethodOfYAMLRefuses(t *testing.T) {
	assert.Equal(t, []string{`: . !~ ["replace","keep"]`}, refused(t, `package a
		import ("fmt"; "strings")
		type Config string
		func (c *Config) UnmarshalYAML(unmarshal func(any) error) error {
			var s string
			if err := unmarshal(&s); err != nil { return err }
			switch act := Config(strings.ToLower(s)); act {
			case "replace", "keep":
				*c = act
				return nil
			}
			return fmt.Errorf("unknown %q", s)
		}`))
}
