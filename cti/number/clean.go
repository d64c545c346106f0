package number

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxText bounds the text of one number, in bytes: room for 15 full-width digits with a separator after each.
const maxText = 128

// clean gives the digits of the text, and whether a + stands before them. ok is false when there is anything in it
// that does not belong to one number.
func clean(text string) (digits string, plus, ok bool) {
	text = strings.TrimSpace(text)
	if len(text) > maxText || !utf8.ValidString(text) {
		return "", false, false
	}
	if len(text) > 4 && strings.EqualFold(text[:4], "tel:") {
		text, _, _ = strings.Cut(strings.TrimPrefix(text[4:], "//"), ";")
	}
	text = strings.Map(narrow, text)
	if abroad := strings.TrimLeft(text, "( "); strings.HasPrefix(abroad, "+") || strings.HasPrefix(abroad, "00") {
		text = strings.Replace(text, "(0)", "", 1) // +44 (0)20 …: the zero is for callers from the same country
	}
	var b strings.Builder
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == '+' && b.Len() == 0 && !plus:
			plus = true
		case r != ' ' && r != '-' && r != '.' && r != '(' && r != ')':
			return "", false, false
		}
	}
	return b.String(), plus, b.Len() > 0
}

// narrow turns wide and typographic forms into plain ones, and drops what is not seen and says nothing about the order.
func narrow(r rune) rune {
	switch {
	case r >= '！' && r <= '～': // the full-width forms of ! to ~
		return r - '！' + '!'
	case unicode.Is(unicode.Zs, r):
		return ' '
	case strings.ContainsRune("‐‑‒–—―−", r):
		return '-'
	case strings.ContainsRune("\u200b\u200c\u200d\u200e\u202a\u202c\u202d\u2060\u2066\u2069\ufeff", r):
		return -1 // address books put these around numbers that are copied from them
	}
	return r
}
