package tickets

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The longest texts that come from outside, in runes.
const (
	MaxNumber = 32
	MaxName   = 64
)

// CleanText makes text from outside safe to keep and to show as text: valid UTF-8 in NFC, nothing invisible that
// could disturb what stands around it (controls, U+0000, direction marks, zero-width), at most limit runes.
func CleanText(text string, limit int) string {
	text = firstBytes(text, limit)
	text = strings.ToValidUTF8(text, string(unicode.ReplacementChar))
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs):
			return -1
		}
		return r
	}, text)
	text = strings.TrimSpace(norm.NFC.String(text))
	if utf8.RuneCountInString(text) > limit {
		text = strings.TrimSpace(string([]rune(text)[:limit]))
	}
	return text
}

// CleanNumber is number if it is digits with an optional leading +, and empty otherwise: a number from outside is
// either one that can be called or none.
func CleanNumber(number string) string {
	digits := strings.TrimPrefix(number, "+")
	if digits == "" || len(digits) > MaxNumber {
		return ""
	}
	if strings.ContainsFunc(digits, func(r rune) bool { return r < '0' || r > '9' }) {
		return ""
	}
	return number
}

// firstBytes bounds the work that a hostile text can cause: beyond so many bytes nothing can be left within limit
// runes, save what is taken out on purpose.
func firstBytes(text string, limit int) string {
	const perRune = 16 // a syllable in NFD with a few marks
	if len(text) <= limit*perRune {
		return text
	}
	text = text[:limit*perRune]
	for range utf8.UTFMax - 1 { // the cut may have gone through a character
		if r, size := utf8.DecodeLastRuneInString(text); r != utf8.RuneError || size != 1 {
			break
		}
		text = text[:len(text)-1]
	}
	return text
}
