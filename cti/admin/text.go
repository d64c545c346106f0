package admin

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Clean is a text as it is kept: in normal form C, without blanks around it.
func Clean(text string) string { return strings.TrimSpace(norm.NFC.String(text)) }

// Fold is the form in which names are compared and searched: case, width, the way Hangul is composed and the number of
// blanks make no difference.
func Fold(text string) string {
	return strings.Join(strings.Fields(norm.NFKC.String(strings.ToLower(norm.NFKC.String(text)))), " ")
}

// Folded is the SQL for Fold of a text expression, but for blanks inside of it. An index on it makes a name found at once.
func Folded(expression string) string { return "lower(normalize(" + expression + ", NFKC))" }

// searched is Folded for texts that no index helps with: most are in the normal form already, which is found out faster than
// they are brought into it.
func searched(expression string) string {
	return "lower(case when " + expression + " is nfkc normalized then " + expression + " else normalize(" + expression + ", NFKC) end)"
}

// Text cleans one line of text and notes what is wrong with it: least and most are its length in runes.
func (e *Invalids) Text(field, text string, least, most int) string {
	return e.text(field, text, least, most, func(r rune) bool { return unicode.Is(unicode.Cc, r) || hidden(r) })
}

// Lines cleans a text of several lines.
func (e *Invalids) Lines(field, text string, least, most int) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return e.text(field, text, least, most, func(r rune) bool { return unicode.Is(unicode.Cc, r) && r != '\n' && r != '\t' || hidden(r) })
}

func (e *Invalids) text(field, text string, least, most int, wrong func(rune) bool) string {
	if !utf8.ValidString(text) {
		e.Add(field, "bad_characters")
		return ""
	}
	text = Clean(text)
	switch length := utf8.RuneCountInString(text); {
	case strings.ContainsFunc(text, wrong):
		e.Add(field, "bad_characters")
	case least > 0 && !strings.ContainsFunc(text, seen):
		e.Add(field, "required")
	case length < least:
		e.Add(field, "too_short", "least", strconv.Itoa(least))
	case length > most:
		e.Add(field, "too_long", "most", strconv.Itoa(most))
	}
	return text
}

// seen says whether a character leaves anything on paper: Hangul fillers and the empty Braille pattern are letters that do not.
func seen(r rune) bool {
	return unicode.IsGraphic(r) && !unicode.IsSpace(r) && !strings.ContainsRune("\u115f\u1160\u3164\uffa0\u2800", r)
}

// hidden are characters that turn the order of what is read around, or mark no text at all.
func hidden(r rune) bool {
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0xfeff || r == utf8.RuneError || unicode.Is(unicode.Co, r)
}

// Number notes a number that is outside of its limits.
func (e *Invalids) Number(field string, n, least, most int) int {
	switch {
	case n < least:
		e.Add(field, "too_small", "least", strconv.Itoa(least))
	case n > most:
		e.Add(field, "too_large", "most", strconv.Itoa(most))
	}
	return n
}

// OneOf notes a value that is none of those allowed.
func (e *Invalids) OneOf(field, value string, allowed ...string) string {
	if !slices.Contains(allowed, value) {
		e.Add(field, "not_allowed")
	}
	return value
}

var uuidForm = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// IsID says whether a text can be the id of a row.
func IsID(text string) bool { return uuidForm.MatchString(text) }
