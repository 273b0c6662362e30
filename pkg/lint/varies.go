package lint

import (
	"regexp"
	"strings"
)

// variable is a reference to a variable, once doubled dollars are gone.
var variable = regexp.MustCompile(`\$[{(A-Za-z_]`)

// Varies tells whether a text in a value names a variable, which may be another in each Pod.
func Varies(value any) bool {
	switch value := value.(type) {
	case string:
		return variable.MatchString(strings.ReplaceAll(value, "$$", ""))
	case map[string]any:
		for key, inner := range value {
			if Varies(key) || Varies(inner) {
				return true
			}
		}
	case []any:
		for _, inner := range value {
			if Varies(inner) {
				return true
			}
		}
	}

	return false
}
