package call

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// The longest that CleanParty lets through.
const (
	MaxNumber = 32 // bytes, the leading + included
	MaxName   = 64 // runes
)

// maxRaw bounds how much of what the network sent is looked at, in bytes; a SIP header can be far longer.
const maxRaw = 4096

// maxMarks is how many combining marks one letter keeps; no language needs more, and towers of them spill over a screen.
const maxMarks = 8

// CleanParty makes a Party of what the network said, which is hostile text. A number becomes its digits with an
// optional leading +; separators that people write are dropped, full-width digits become plain ones, and what is not a
// number, or is longer than MaxNumber, becomes empty. A name becomes printable UTF-8 in NFC without control, bidi and
// zero-width characters, at most MaxName runes; bytes that are no UTF-8 become U+FFFD. A withheld number gives an empty
// Party. Cleaning twice is the same as cleaning once.
func CleanParty(number, name string) Party {
	p := Party{Number: cleanNumber(number), Name: cleanName(name)}
	if p.Number == "" && withheld[strings.ToLower(p.Name)] {
		p.Name = ""
	}
	return p
}

// withheld are the display names that telephones and carriers send in place of a name (RFC 3323 and habit).
var withheld = map[string]bool{
	"anonymous": true, "unknown": true, "unavailable": true, "restricted": true, "private": true, "withheld": true,
}

func cleanNumber(raw string) string {
	raw, _, _ = strings.Cut(bounded(raw), ";") // parameters as in RFC 3966
	var b strings.Builder
	for _, r := range raw {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r >= '０' && r <= '９':
			b.WriteRune(r - '０' + '0')
		case (r == '+' || r == '＋') && b.Len() == 0:
			b.WriteByte('+')
		case isSeparator(r):
		default:
			return ""
		}
		if b.Len() > MaxNumber {
			return ""
		}
	}
	if b.String() == "+" {
		return ""
	}
	return b.String()
}

// isSeparator says whether people write r between the digits of a telephone number (RFC 3966, section 5.1.1, and wide forms).
func isSeparator(r rune) bool {
	return strings.ContainsRune("-.()/‐‑‒–—―−－（）．", r) || unicode.Is(unicode.Zs, r)
}

func cleanName(raw string) string {
	var b strings.Builder
	marks := 0
	for _, r := range strings.ToValidUTF8(bounded(raw), "\uFFFD") {
		if unicode.Is(unicode.M, r) {
			marks++
		} else if unicode.IsPrint(r) {
			marks = 0
		}
		switch {
		case unicode.IsSpace(r) || unicode.In(r, unicode.Z):
			b.WriteByte(' ')
		case !unicode.IsPrint(r) || isBlank(r) || marks > maxMarks:
		default:
			b.WriteRune(r)
		}
	}
	text := strings.Join(strings.Fields(norm.NFC.String(b.String())), " ")
	n := 0
	for i := range text {
		if n == MaxName {
			return strings.TrimRight(text[:i], " ")
		}
		n++
	}
	return text
}

// isBlank names what Unicode counts as letters, marks or symbols although nothing is seen of it.
func isBlank(r rune) bool {
	switch r {
	case 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0:
		return true
	}
	return false
}

// bounded cuts raw without leaving half a character.
func bounded(raw string) string {
	if len(raw) <= maxRaw {
		return raw
	}
	end := maxRaw
	for end > maxRaw-4 && raw[end]&0xC0 == 0x80 {
		end--
	}
	return raw[:end]
}
