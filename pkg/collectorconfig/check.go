package collectorconfig

import (
	"fmt"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// customDistribution is an own build, whose components are not known.
const customDistribution = "custom"

// Check judges a document against an image: the components that its version removed, does
// not have yet or knows by another name, those that its distribution does not ship, and
// variables that its version does not expand.
// The version is X.Y.Z, the distribution otlp, core, k8s, contrib or custom. What is
// empty is not judged by; a version that is not X.Y.Z counts as empty. The problems are
// sorted by position.
//
// The catalogue holds what upstream's distributions ship. What is newer than it, or nobody's but the user's, is
// an unknown-component too; its hint says which name is near.
func Check(doc *Document, version, distribution string) []Problem {
	c := checker{table: component.All(), catalogue: component.Known(), choices: component.Choices(), expressions: component.Expressions(),
		version: strings.TrimPrefix(version, "v"), distribution: distribution}
	if !semver.IsValid("v" + c.version) {
		c.version = ""
	}
	if distribution != customDistribution {
		c.startStatements(doc)
	}
	for _, d := range doc.Components {
		canonical, row, known := rowOf(c.table, d.Kind, d.Type())
		if !known {
			c.checkUnknown(d)
			continue
		}
		c.check(doc, d, canonical, row)
		c.checkStructure(d, canonical)
		c.checkChoices(d, canonical)
		c.checkExpressions(doc, d, canonical)
		c.checkPolicies(doc, d, canonical)
		c.checkBatch(d)
		c.checkTargets(d, canonical)
		c.checkScrapes(d, canonical)
		c.checkResolvers(doc, d, canonical)
		c.checkTwice(doc, d, canonical)
		c.checkObjects(doc, d, canonical)
		c.checkOperators(doc, d, canonical)
		if c.distribution != customDistribution {
			c.checkStatements(d, canonical)
			c.checkRouteStatements(d, canonical)
		}
	}
	c.checkTelemetry(doc)
	c.checkSignalRefusals(doc)
	c.checkVariables(doc.Root)
	return sorted(c.problems)
}

type checker struct {
	table                 component.Table
	catalogue             *component.Catalogue
	choices               []component.Choice
	expressions           []component.Expression
	version, distribution string
	problems              []Problem
	// compared is for how many unknown keys a known one was looked for.
	compared int
	// verdicts are what the code of processors says of their bodies, by the definitions' paths.
	verdicts map[string]func() error
}

func (c *checker) report(d Definition, code, hint, format string, args ...any) {
	c.problems = append(c.problems, Problem{Code: code, Message: fmt.Sprintf(format, args...), Path: d.Path.String(),
		Position: d.Position, Hint: hint})
}

func (c *checker) check(doc *Document, d Definition, canonical string, row component.Component) {
	if c.version != "" {
		if row.Removed != "" && !c.before(row.Removed) {
			c.report(d, CodeRemovedComponent, row.Instead, "%s %s was removed in %s, and the image is %s",
				theOne(d.Kind), d.Type(), row.Removed, c.version)
			return
		}
		if row.Since != "" && c.before(row.Since) {
			c.report(d, CodeUnknownComponent, "use an image of "+row.Since+" or later",
				"%s %s came with %s, and the image is %s", theOne(d.Kind), d.Type(), row.Since, c.version)
			return
		}
		// The catalogue tells a rename only to within the versions that the module proxy has.
		if _, exact := c.table.Components[d.Kind][canonical]; exact {
			c.checkName(doc, d, row, canonical)
		}
	}
	c.checkDistribution(d, c.catalogue.Entry(d.Kind, canonical), row)
}

// before tells whether the image is older than a version.
func (c *checker) before(version string) bool {
	return semver.Compare("v"+c.version, "v"+version) < 0
}

// checkUnknown reports a type that the table does not have.
func (c *checker) checkUnknown(d Definition) {
	for _, kind := range component.Kinds() {
		_, known := c.table.Components[kind][canonicalType(c.table, kind, d.Type())]
		if c.distribution != customDistribution {
			_, _, known = rowOf(c.table, kind, d.Type())
		}
		if known && kind != d.Kind {
			c.report(d, CodeWrongClass, "move it to "+string(kind), "%s is %s, and stands among the %s", d.Type(), aOrAn(kind), d.Kind)
			return
		}
	}
	if c.distribution == customDistribution || c.spellsUnread(d) {
		return
	}
	meant, misspelt := c.meant(d.Kind, d.Type())
	c.report(d, CodeUnknownComponent, didYouMean(meant), "no %s %s is known", singular(d.Kind), d.Type())
	c.problems[len(c.problems)-1].Misspelt = misspelt
	if meant != "" {
		c.named(retyped(d.ID, func(string) string { return meant }))
	}
}

// spellsUnread tells whether a type may be a later name of a component that was not read that far: upstream gives names
// underscores, and the catalogue has the module's, or an older one, without.
func (c *checker) spellsUnread(d Definition) bool {
	plain := strings.ReplaceAll(d.Type(), "_", "")
	entry := c.catalogue.Entry(d.Kind, plain)
	if plain == d.Type() || entry == nil {
		return false
	}

	return c.unread(entry) || c.version != "" && entry.Structure == nil
}

// named says what key should stand where the last problem is.
func (c *checker) named(key string) { c.problems[len(c.problems)-1].KeyInstead = key }

// meant is the name that the image takes in place of a mistyped one, which may be all but any name that the component ever
// had.
func (c *checker) meant(kind component.Kind, mistyped string) (name string, misspelt bool) {
	names := map[string]string{}
	for canonical, row := range c.table.Components[kind] {
		if row.Removed != "" && c.version != "" && !c.before(row.Removed) {
			continue
		}
		names[canonical] = c.written(row, canonical)
		for _, old := range row.OldNames {
			names[old.Name] = c.written(row, canonical)
		}
	}
	for _, name := range c.catalogue.Names(kind) {
		if names[name] == "" {
			names[name] = name
		}
	}
	if best := nearest(mistyped, sortedKeys(names)); best != "" {
		return names[best], slip(mistyped, best)
	}
	return "", false
}

// written is the name to write for the image; the newest where its version is not known.
func (c *checker) written(row component.Component, canonical string) string {
	if c.version == "" {
		return canonical
	}
	return nameIn(row, canonical, c.version)
}

// checkName reports a name that the version does not know yet, knows no longer, or
// knows as an alias that will go.
func (c *checker) checkName(doc *Document, d Definition, row component.Component, canonical string) {
	want := c.written(row, canonical)
	if d.Type() == want {
		return
	}
	since, gone := lifetime(row, canonical, d.Type())
	id := retyped(d.ID, func(string) string { return want })
	hint := "write " + id + ", in the pipelines too"
	_, taken := doc.Defined(d.Kind, id)
	if taken {
		hint = TakenHint(id)
	}
	switch {
	case since != "" && c.before(since):
		c.report(d, CodeRenamedComponent, hint, "%s is a name since %s, and the image is %s: it knows %s",
			d.Type(), since, c.version, want)
	case gone != "" && !c.before(gone):
		c.report(d, CodeRenamedComponent, hint, "%s is no name since %s, and the image is %s: it knows %s",
			d.Type(), gone, c.version, want)
	default:
		c.report(d, CodeDeprecatedName, hint, "%s is an old name of %s, which the image (%s) still takes",
			d.Type(), want, c.version)
	}
	if !taken {
		c.named(id)
	}
}

// TakenHint says how to mend an old name whose new one another component of the config has.
func TakenHint(id string) string {
	return id + " is defined too: write another id of its type, in the pipelines too, or leave one of the two out"
}

// lifetime is the first version that knows a name, and the first that no longer does;
// each may be empty.
func lifetime(row component.Component, canonical, name string) (since, gone string) {
	for _, old := range row.OldNames {
		if old.Name == name {
			return since, old.Gone
		}
		since = old.Before
	}
	if name == canonical {
		return since, ""
	}
	return "", ""
}

// checkDistribution reports a component that the image's distribution does not have, or not in its version.
func (c *checker) checkDistribution(d Definition, entry *component.Entry, row component.Component) {
	if c.distribution == "" || c.distribution == customDistribution {
		return
	}
	ships := func(distribution, version string) bool {
		if entry != nil {
			return entry.Ships(distribution, version)
		}
		return contains(row.Distributions, distribution)
	}
	var others []string
	for _, distribution := range row.Distributions {
		if ships(distribution, c.version) {
			others = append(others, distribution)
		}
	}
	if len(row.Distributions) == 0 || ships(c.distribution, c.version) {
		return
	}
	hint, when := "build an image with it", ""
	if len(others) > 0 {
		hint = "use an image of " + strings.Join(others, " or ") + ", or build one with it"
	}
	if ships(c.distribution, "") {
		when = " in " + c.version
	}
	c.report(d, CodeNotInDistribution, hint, "the %s distribution does not have %s %s%s", c.distribution, theOne(d.Kind), d.Type(), when)
}
