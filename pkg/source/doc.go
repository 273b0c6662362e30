// Package source reads YAML and knows where every value stands.
//
// Parse turns bytes into documents of nodes. Each node answers with the file, line and
// column where a person must edit, also when the YAML stands inside a block scalar of
// another document, as a collector config stands in a ConfigMap.
//
// Input is taken to be hostile: size, nesting, the number of values and what aliases
// expand to are limited, and no input makes Parse panic.
package source
