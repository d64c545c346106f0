package directory

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxLogin is the longest login, in runes.
const MaxLogin = 64

// FoldLogin is the form in which logins are compared: two logins with the same key are the same. Case, width and
// the way Hangul is composed make no difference. It says false for what cannot be a login at all: empty, too long,
// or with characters that are not printed.
func FoldLogin(login string) (key string, ok bool) {
	if len(login) > MaxLogin*utf8.UTFMax || !utf8.ValidString(login) {
		return "", false
	}
	key = norm.NFKC.String(strings.ToLower(norm.NFKC.String(login)))
	if key == "" || utf8.RuneCountInString(key) > MaxLogin {
		return "", false
	}
	if strings.ContainsFunc(key, func(r rune) bool { return !unicode.IsGraphic(r) || unicode.IsSpace(r) }) {
		return "", false
	}
	return key, true
}
