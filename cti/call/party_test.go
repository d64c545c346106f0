package call_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"bellhop/cti/call"
)

func TestCleanPartyNumber(t *testing.T) {
	for raw, want := range map[string]string{
		"01012345678":                           "01012345678",
		"+82 10-1234-5678":                      "+821012345678",
		"+82(0)10.1234.5678":                    "+8201012345678",
		"0082 10 1234 5678":                     "00821012345678",
		"０１０－１２３４－５６７８":                         "01012345678",
		"＋８２１０":                                 "+8210",
		"01012345678;phone-context=+82":         "01012345678",
		"2041":                                  "2041",
		"":                                      "",
		"+":                                     "",
		"++82":                                  "",
		"82+10":                                 "",
		"anonymous":                             "",
		"alice":                                 "",
		"1000abc":                               "",
		"*#06#":                                 "",
		"tel:+8210":                             "",
		"010\r\nCall-Info: x":                   "",
		"010\x00":                               "",
		"010\u202e1":                            "",
		strings.Repeat("1", call.MaxNumber):     strings.Repeat("1", call.MaxNumber),
		strings.Repeat("1", call.MaxNumber+1):   "",
		strings.Repeat("1", 60):                 "",
		strings.Repeat("1 ", 4096):              "",
		"<script>alert(1)</script>":             "",
		"'; DROP TABLE calls; --":               "",
		"\xb0\xa1\xb0\xa2":                      "",
		"+" + strings.Repeat("9", 31):           "+" + strings.Repeat("9", 31),
		strings.Repeat("-", 5000) + "010123456": "",
	} {
		require.Equal(t, want, call.CleanParty(raw, "x").Number, "number %.40q", raw)
	}
}

func TestCleanPartyName(t *testing.T) {
	for raw, want := range map[string]string{
		"김하늘":                              "김하늘",
		"\u1100\u1161\u11A8":               "\uAC01", // NFD Hangul becomes NFC
		"Cafe\u0301":                       "Café",
		"  Kim \t Haneul\u00a0 ":           "Kim Haneul",
		"a\r\nCall-Info: <sip:x>":          "a Call-Info: <sip:x>",
		"<script>alert(1)</script>":        "<script>alert(1)</script>", // text stays text; screens escape it
		"\"><img src=x onerror=alert(1)>":  "\"><img src=x onerror=alert(1)>",
		"'; DROP TABLE calls; --":          "'; DROP TABLE calls; --",
		"abc\u202Edef\u2066g":              "abcdefg",
		"a\u200bb\u200cc\u200dd\ufeffe":    "abcde",
		"\u3164\u115f\u2800":               "",
		"👩\u200d👩\u200d👧":                  "👩👩👧",
		"nul\x00byte\x1b[31mred":           "nulbyte[31mred",
		"\xb1\xe8\xc7\xcf\xb4\xc3":         "\uFFFD\u03F4\uFFFD", // CP949 bytes
		"half\xed\xa0\x80surrogate":        "half\uFFFDsurrogate",
		"line\u2028two":                    "line two",
		"":                                 "",
		strings.Repeat("가", 4096):          strings.Repeat("가", call.MaxName),
		strings.Repeat("é", 65):            strings.Repeat("é", 64),
		strings.Repeat("a", 63) + " b":     strings.Repeat("a", 63),
		"x" + strings.Repeat("\u0301", 80): "x" + strings.Repeat("\u0301", 8),
		"Anonymous":                        "Anonymous",
	} {
		require.Equal(t, want, call.CleanParty("010", raw).Name, "name %.40q", raw)
	}
}

func TestCleanPartyWithheld(t *testing.T) {
	require.Equal(t, call.Party{}, call.CleanParty("anonymous", "Anonymous"))
	require.Equal(t, call.Party{}, call.CleanParty("", "unknown"))
	require.Equal(t, call.Party{Name: "김하늘"}, call.CleanParty("", "김하늘"))
}

func FuzzCleanParty(f *testing.F) {
	for _, s := range []string{
		"", "+82 10-1234-5678", "anonymous", "＋８２", "\u1100\u1161\u11A8", "a\u200b\u0301", "\xed\xa0\x80", "\u202eevil",
		"👩\u200d👧", "\r\nVia: x", strings.Repeat("ㄱ", 2000), "\u0301\u0301", "\x00", "\u3164",
	} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, number, name string) {
		p := call.CleanParty(number, name)
		require.Equal(t, p, call.CleanParty(p.Number, p.Name), "cleaning twice")
		require.LessOrEqual(t, len(p.Number), call.MaxNumber)
		require.Empty(t, strings.Trim(strings.TrimPrefix(p.Number, "+"), "0123456789"))
		require.NotEqual(t, "+", p.Number)
		require.True(t, utf8.ValidString(p.Name))
		require.True(t, norm.NFC.IsNormalString(p.Name))
		require.LessOrEqual(t, utf8.RuneCountInString(p.Name), call.MaxName)
		require.Equal(t, strings.TrimSpace(p.Name), p.Name)
		for _, r := range p.Name {
			require.True(t, unicode.IsPrint(r), "%U is not printable", r)
		}
	})
}
