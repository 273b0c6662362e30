package secret

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestWhatIsPromisingIsWhatTheWordsSay holds the search by windows to one regular expression, with each word anywhere
// around the end of a window.
func TestWhatIsPromisingIsWhatTheWordsSay(t *testing.T) {
	t.Parallel()
	words := []string{"x", "", "http://host/path", "a@b", "http://user/a@b", "http://user:pw@host", "HTTPS://User:Pw@Host", "://@", "credentia", "Toke n"}
	for _, word := range promisingWords {
		words = append(words, string(word), strings.ToUpper(string(word)), "x"+string(word)+"y")
	}
	var all []string
	for _, word := range promisingWords {
		all = append(all, string(word))
	}
	slow := regexp.MustCompile(`(?i)` + strings.Join(all, "|") + `|://[^/\s]*@`)
	found := 0
	for _, word := range words {
		want := slow.MatchString(word)
		for _, before := range []int{0, 1, window - overlap - 9, window - overlap, window - 12, window - 4, window - 1, window, 3*window - 2} {
			for _, filler := range []string{"-", "é", "://\n"} {
				text := strings.Repeat(filler, before/len(filler)) + strings.Repeat("-", before%len(filler)) + word + "\nend"
				assert.Equal(t, want, promising(text), "%q after %d of %q", word, before, filler)
				assert.Equal(t, want, promising([]byte(text)))
				if want {
					found++
				}
			}
		}
	}
	assert.Greater(t, found, 1000)
}
