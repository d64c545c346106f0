package number_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"bellhop/cti/number"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for kind, rows := range map[number.Kind]map[string]string{
		number.Mobile: {
			"010-1234-5678": "01012345678", "01012345678": "01012345678", " 010 1234 5678\n": "01012345678",
			"010.1234.5678": "01012345678", "010)1234-5678": "01012345678", "(010) 1234-5678": "01012345678",
			"+82 10-1234-5678": "01012345678", "+82 (0)10 1234 5678": "01012345678", "(+82) 010-1234-5678": "01012345678",
			"00821012345678": "01012345678", "0082-010-1234-5678": "01012345678", "821012345678": "01012345678",
			"001-82-10-1234-5678": "01012345678", "00700821012345678": "01012345678",
			"901012345678": "01012345678", "9-010-1234-5678": "01012345678", "9821012345678": "01012345678", "900821012345678": "01012345678",
			"０１０－１２３４－５６７８": "01012345678", "＋８２　１０　１２３４　５６７８": "01012345678", "（０１０）１２３４．５６７８": "01012345678",
			"tel:+82-10-1234-5678": "01012345678", "TEL:010-1234-5678;phone-context=+82": "01012345678", "tel://01012345678": "01012345678",
			"010‑1234–5678": "01012345678", "\u202a010-1234-5678\u202c": "01012345678", "010\u00a01234\u00a05678": "01012345678",
			"011-234-5678": "0112345678", "016-1234-5678": "01612345678", "+82 19 234 5678": "0192345678",
		},
		number.Fixed: {
			"02-123-4567": "021234567", "02-0692-4100": "0206924100", "+82 2 692 4100": "026924100", "82-2-1234-5678": "0212345678",
			"031-123-4567": "0311234567", "064-1234-5678": "06412345678", "90212345678": "0212345678", "+82-51-123-4567": "0511234567",
		},
		number.Service: {
			"1588-1234": "15881234", "1500-4021": "15004021", "1600-0000": "16000000", "18990000": "18990000", "+82 1588 1234": "15881234",
			"91588-1234": "15881234", "8215881234": "15881234", "02-1588-1234": "15881234", "+82 2 1588 1234": "15881234",
			"070-1234-5678": "07012345678", "080-123-4567": "0801234567", "080-1234-5678": "08012345678",
			"0505-123-4567": "05051234567", "0504-1234-5678": "050412345678", "+82 70 1234 5678": "07012345678",
		},
		number.Premium: {
			"060-700-1234": "0607001234", "060-7000-1234": "06070001234", "+82 60 700 1234": "0607001234", "90607001234": "0607001234",
		},
		number.Foreign: {
			"+1 (212) 555-0123": "+12125550123", "001-1-212-555-0123": "+12125550123", "00700 1 212 555 0123": "+12125550123",
			"00345-1-212-555-0123": "+12125550123", "+44 (0)20 7946 0958": "+442079460958", "0044 20 7946 0958": "+442079460958",
			"002 86 138 1234 5678": "+8613812345678", "+8613812345678": "+8613812345678", "900112125550123": "+12125550123",
			"+850 2 18111": "+850218111", "+683 4000": "+6834000", "tel:+1-212-555-0123": "+12125550123",
		},
	} {
		for text, digits := range rows {
			n, err := number.Parse(text)
			require.NoError(t, err, "%q", text)
			require.Equal(t, number.Number{Digits: digits, Kind: kind}, n, "%q", text)
		}
	}
}

func TestShortNumbers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]number.Number{
		"2041":      {Digits: "2041", Kind: number.Inside, Inside: true},
		"２０４１":      {Digits: "2041", Kind: number.Inside, Inside: true},
		"7100":      {Digits: "7100", Kind: number.Inside, Inside: true},
		"1000":      {Digits: "1000", Kind: number.Inside, Inside: true},
		"1588":      {Digits: "1588", Kind: number.Inside, Inside: true},
		"911":       {Digits: "911", Kind: number.Inside, Inside: true},
		"82041":     {Digits: "82041", Kind: number.Inside, Inside: true},
		"92041":     {Digits: "92041", Kind: number.Inside, Inside: true},
		"112":       {Digits: "112", Kind: number.Emergency},
		"1-1-9":     {Digits: "119", Kind: number.Emergency},
		"１１９":       {Digits: "119", Kind: number.Emergency},
		"tel:119":   {Digits: "119", Kind: number.Emergency},
		"9112":      {Digits: "112", Kind: number.Emergency},
		"9-119":     {Digits: "119", Kind: number.Emergency},
		"+82 119":   {Digits: "119", Kind: number.Emergency},
		"02-119":    {Digits: "02119", Kind: number.Emergency},
		"031-120":   {Digits: "031120", Kind: number.Emergency},
		"9031112":   {Digits: "031112", Kind: number.Emergency},
		"+82 2 120": {Digits: "02120", Kind: number.Emergency},
		"110":       {Digits: "110", Kind: number.Emergency, Inside: true},
		"182":       {Digits: "182", Kind: number.Emergency, Inside: true},
		"1366":      {Digits: "1366", Kind: number.Emergency, Inside: true},
	} {
		n, err := number.Parse(text)
		require.NoError(t, err, "%q", text)
		require.Equal(t, want, n, "%q", text)
	}
}

func TestNotANumber(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", " ", "-", "+", "()", "tel:", "1", "12", "123456", "1234567", "12345678", "912345678", "99010123456",
		"alice", "010-CALL-NOW", "010-1234-567O", "0x1234", "*98", "#31#01012345678", "*23#01012345678", "010,1234,5678",
		"010-1234-567", "010-1234-56789", "0101234567", "02-123-456", "02-12345-6789", "031-123-456", "070-123-4567", "060-1234",
		"1588-123", "1588-12345", "1788-1234", "1388-12345", "0345551234", "040-123-4567", "090-1234-5678", "082-10-1234-5678",
		"+82", "+82 1", "+821", "+82 10 1234", "008210", "82101234567", "+0123456789", "+1 212 555 012", "+1234567890123456", "+123456",
		"00", "+00345", "001-0-1234567", "00345678", "++821012345678", "010+12345678", "82+1012345678", "9+01012345678",
		"02-123-4567/8", "010-1234-5678 010-1234-5679", "010\n12345678", "01012345678\x00", "010\u202e1234-5678", "٠١٠١٢٣٤٥٦٧٨",
		"sip:01012345678@host", "tel:alice", "\xff01012345678", strings.Repeat("1", 60), strings.Repeat("0", 60), strings.Repeat(" ", 200) + "x",
		"010" + strings.Repeat("-", 200) + "12345678", "9", "90", "9112 9112",
	} {
		n, err := number.Parse(text)
		require.ErrorIs(t, err, number.ErrNotANumber, "%q: %+v", text, n)
		require.Zero(t, n, "%q", text)
	}
}

func TestSame(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{
		{"010-1234-5678", "+821012345678"},
		{"901012345678", "0082 10 1234 5678"},
		{"1588-1234", "+82 2 1588 1234"},
		{"+1 212 555 0123", "00112125550123"},
		{"9119", "119"},
		{"2041", "２０４１"},
	} {
		require.True(t, number.Same(pair[0], pair[1]), "%v", pair)
		require.True(t, number.Same(pair[1], pair[0]), "%v", pair)
	}
	for _, pair := range [][2]string{{"", ""}, {"alice", "alice"}, {"010-1234-5678", "010-1234-5679"}, {"112", "2112"}, {"010", "alice"}} {
		require.False(t, number.Same(pair[0], pair[1]), "%v", pair)
	}
}

// FuzzParse: whatever is typed, a number that comes out is one that a switch can dial, and stays what it is.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"010-1234-5678", "+82 (0)10 1234 5678", "0082", "9119", "91588-1234", "tel:+1-212-555-0123;ext=1", "０２－１２３", "00345", "*#", "1366", "02 119",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := number.Parse(text)
		if err != nil {
			if n != (number.Number{}) {
				t.Fatalf("%q: an error and %+v", text, n)
			}
			return
		}
		digits := strings.TrimPrefix(n.Digits, "+")
		if len(digits) < 3 || len(digits) > 15 || strings.Trim(digits, "0123456789") != "" {
			t.Fatalf("%q: %q cannot be dialled", text, n.Digits)
		}
		if (n.Digits != digits) != (n.Kind == number.Foreign) || n.Inside && len(digits) > 5 || n.Kind == number.Inside && !n.Inside {
			t.Fatalf("%q: %+v contradicts itself", text, n)
		}
		again, err := number.Parse(n.Digits)
		if err != nil || again != n {
			t.Fatalf("%q: %+v, parsed again: %+v, %v", text, n, again, err)
		}
		if !number.Same(text, n.Digits) {
			t.Fatalf("%q is not the same as %q", text, n.Digits)
		}
	})
}
