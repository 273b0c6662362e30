package lint

import (
	"regexp"
	"slices"
	"strings"
)

var word = regexp.MustCompile(`^[a-z]{5,}$`)

// Slip says that two names differ in one letter of one word, or in two letters that have
// changed places. A digit, or a short word, may well be meant.
func Slip(a, b string) bool {
	as, bs := strings.Split(strings.ToLower(a), "-"), strings.Split(strings.ToLower(b), "-")
	if len(as) != len(bs) {
		return false
	}
	differ := 0
	for i := range as {
		if as[i] == bs[i] {
			continue
		}
		if differ++; !word.MatchString(as[i]) || !word.MatchString(bs[i]) || !oneLetter(as[i], bs[i]) {
			return false
		}
	}
	return differ == 1
}

// oneLetter says that a letter more, less or other makes one word of the other, or two
// neighbours that change places.
func oneLetter(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	at := 0
	for at < len(a) && a[at] == b[at] {
		at++
	}
	switch {
	case len(b) == len(a)+1:
		return a[at:] == b[at+1:]
	case len(b) != len(a):
		return false
	case a[at+1:] == b[at+1:]:
		return true
	default:
		return at+1 < len(a) && a[at] == b[at+1] && a[at+1] == b[at] && a[at+2:] == b[at+2:]
	}
}

// Akin says that two names differ by a slip or a word cut short, as conf is of config, or that one
// is the other with words before or behind it, as collector and otel-collector-config are.
func Akin(a, b string) bool {
	if a == b || a == "" || b == "" {
		return false
	}
	if Slip(a, b) {
		return true
	}
	short, long := strings.Split(a, "-"), strings.Split(b, "-")
	if shortened(short, long) {
		return true
	}
	if len(short) > len(long) {
		short, long = long, short
	}
	for at := range len(long) - len(short) + 1 {
		if slices.Equal(short, long[at:at+len(short)]) {
			return true
		}
	}
	return false
}

// shortened says that of the words of two names one differs, and is the other's beginning.
func shortened(as, bs []string) bool {
	if len(as) != len(bs) || len(as) < 2 {
		return false
	}
	differ := 0
	for i := range as {
		a, b := as[i], bs[i]
		if a == b {
			continue
		}
		if len(a) > len(b) {
			a, b = b, a
		}
		if differ++; len(a) < 4 || !word.MatchString(b) || !strings.HasPrefix(b, a) {
			return false
		}
	}
	return differ == 1
}
