package report

import (
	"strings"
	"unicode"
)

// Printable is a text on one line, without what would steer a terminal (control characters,
// and those that turn the direction of writing) or a CI system: GitHub Actions takes a line
// that begins with :: or has ##[ for a command. What is shown is written by anyone.
func Printable(text string) string {
	text = strings.ReplaceAll(text, "\n", `\n`)
	text = strings.Map(func(r rune) rune {
		if r != '\t' && steers(r) {
			return unicode.ReplacementChar
		}

		return r
	}, text)
	text = strings.ReplaceAll(text, "##[", "# #[")
	if bare := strings.TrimLeftFunc(text, unicode.IsSpace); strings.HasPrefix(bare, "::") {
		text = text[:len(text)-len(bare)] + ": :" + bare[2:]
	}

	return text
}

func steers(r rune) bool {
	switch {
	case unicode.IsControl(r), r == 0x061C, r == 0x200E, r == 0x200F, r >= 0x2028 && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
		return true
	}

	return false
}
