package secret

import (
	"bytes"
	"regexp"
)

// promisingWords are parts of every text that has a secret but in a URL, in small letters.
var promisingWords = [][]byte{ //nolint:gochecknoglobals // They never change.
	[]byte("pass"), []byte("pwd"), []byte("secret"), []byte("token"), []byte("key"), []byte("credential"), []byte("auth"),
	[]byte("bearer"), []byte("cookie"), []byte("connection"), []byte("dsn"), []byte("signature"), []byte("honeycomb"),
	[]byte("header"), []byte("webhook"),
}

var promisingURL = regexp.MustCompile(`://[^/\s]*@`)

const (
	// window is how much of a text is looked at together, and overlap what two windows share: more than any word.
	window  = 4 << 10
	overlap = 16
)

// promising tells that a text may have a secret, so that most text is not looked at closer. It may be given 100 MiB, for
// which a regular expression of all words takes a minute.
func promising[T string | []byte](text T) bool {
	var part [window]byte
	urls := true
	for start := 0; start < len(text); start += window - overlap {
		small := part[:copy(part[:], text[start:])]
		for i, b := range small {
			if b >= 'A' && b <= 'Z' {
				small[i] = b + 'a' - 'A'
			}
		}
		for _, word := range promisingWords {
			if bytes.Contains(small, word) {
				return true
			}
		}
		if urls && bytes.Contains(small, []byte("://")) {
			if promisingURL.Match([]byte(text[start:])) {
				return true
			}
			urls = false
		}
	}

	return false
}
