package number_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"bellhop/cti/number"
)

// TestOneKeyForOneNumber: the spellings of quality B21 that are one number have one key; what is none has no key.
func TestOneKeyForOneNumber(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"+82 10-1234-5678", "01012345678", "00821012345678", "０１０－１２３４－５６７８", "tel:+82-10-1234-5678", "TEL:01012345678;ext=1",
		"\u200b010\u200b1234\u200b5678", "(010) 1234 5678", "9 010 1234 5678", "+82 (0)10 1234 5678",
	} {
		n, err := number.Parse(text)
		require.NoError(t, err, "%q", text)
		require.Equal(t, "01012345678", n.Digits, "%q", text)
	}
	for _, text := range []string{"anonymous", "unknown", "Restricted", "", strings.Repeat("1", 60), "VANITY-CALL", "*#06#", "*", "#", "tel:", "+"} {
		_, err := number.Parse(text)
		require.ErrorIs(t, err, number.ErrNotANumber, "%q", text)
	}
}

// spellings are other ways to write a number that can be called from outside.
func spellings(n number.Number) []string {
	d := n.Digits
	ways := []string{d, wide(d), "tel:" + d, "tel:" + d + ";phone-context=+82", "\ufeff" + d + "\u200b", "\u202a" + d + "\u202c", dashed(d), "(" + d[:2] + ") " + d[2:]}
	abroad := strings.TrimPrefix(d, "+")
	switch n.Kind {
	case number.Inside, number.Emergency:
		return ways
	case number.Foreign:
	default:
		abroad = "82" + strings.TrimPrefix(d, "0")
		ways = append(ways, "9"+d, "9-"+dashed(d), "82"+strings.TrimPrefix(d, "0"))
	}
	if strings.HasPrefix(abroad, "82") || strings.Contains("49", abroad[:1]) {
		ways = append(ways, "00"+abroad) // otherwise 00 and the next digit are the prefix of a carrier in Korea
	}
	return append(ways, "+"+abroad, "001-"+abroad, "002 "+abroad, "00700"+abroad, "+"+dashed(abroad), "tel:+"+abroad)
}

func wide(d string) string {
	return strings.Map(func(r rune) rune { return r - '!' + '！' }, d)
}

func dashed(d string) string {
	var b strings.Builder
	for n, r := range d {
		if n > 0 && n%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// FuzzSpellings: a number has one key, however it is written (quality B21).
func FuzzSpellings(f *testing.F) {
	for _, text := range []string{"010-1234-5678", "02-123-4567", "1588-1234", "060-700-1234", "+1-212-555-0123", "+86 138 1234 5678", "0505-123-4567", "119", "2041", "02-119", "070-8282-8282", "+683 4000"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := number.Parse(text)
		if err != nil {
			return
		}
		for _, way := range spellings(n) {
			again, err := number.Parse(way)
			if err != nil || again.Digits != n.Digits || again.Kind != n.Kind {
				t.Fatalf("%q is %+v, but %q is %+v, %v", text, n, way, again, err)
			}
			if !number.Same(text, way) {
				t.Fatalf("%q and %q are not the same line", text, way)
			}
		}
	})
}
