package number

import (
	"slices"
	"strings"
)

// This file is the numbering plan: Korea's (전기통신번호관리세칙), and of the rest of the world only what ITU-T E.164 says
// about every number.

// country is Korea's country code.
const country = "82"

// short understands numbers of 3 to 5 digits, and 9 before 112 and 119.
func short(d string) (Number, bool) {
	switch {
	case d == "112" || d == "119":
		return Number{Digits: d, Kind: Emergency}, true
	case d == "9112" || d == "9119":
		return Number{Digits: d[1:], Kind: Emergency}, true
	case areaSpecial(d):
		return Number{Digits: d, Kind: Emergency}, true
	case special(d):
		return Number{Digits: d, Kind: Emergency, Inside: true}, true
	case len(d) >= 3 && len(d) <= 5:
		return Number{Digits: d, Kind: Inside, Inside: true}, true
	}
	return Number{}, false
}

// special says whether d is a special number (특수번호): 1xx such as 110, 118 and 182, or 13xx such as 1366 and 1393.
func special(d string) bool {
	return len(d) == 3 && d[0] == '1' || len(d) == 4 && strings.HasPrefix(d, "13")
}

// areaSpecial says whether d is a special number of an area, such as 02119 or 031120.
func areaSpecial(d string) bool {
	code, rest := area(d)
	return code != "" && len(rest) == 3 && rest[0] == '1'
}

// outside understands a number of the public network without a +.
func outside(d string) (Number, bool) {
	switch {
	case representative(d):
		return Number{Digits: d, Kind: Service}, true
	case strings.HasPrefix(d, "00"):
		return prefixed(d)
	case strings.HasPrefix(d, country):
		return korean(d[len(country):])
	case strings.HasPrefix(d, "0"):
		return national(d)
	}
	return Number{}, false
}

// prefixed understands what follows an international prefix: those of Korea's carriers have three digits (001, 002, 005,
// 006, 008) or five (003xx, 007xx); elsewhere, and in address books, it is 00. Korea's own code is never taken for a part
// of a prefix.
func prefixed(d string) (Number, bool) {
	rest := d[2:]
	if !strings.HasPrefix(rest, country) && rest != "" {
		switch rest[0] {
		case '1', '2', '5', '6', '8':
			rest = rest[1:]
		case '3', '7':
			rest = rest[min(3, len(rest)):]
		}
	}
	return international(rest)
}

// international understands a number that begins with a country code (ITU-T E.164: at most 15 digits, none begins with 0).
func international(d string) (Number, bool) {
	switch {
	case strings.HasPrefix(d, country):
		return korean(d[len(country):])
	case len(d) < 7 || len(d) > 15 || d[0] == '0':
		return Number{}, false
	case d[0] == '1' && len(d) != 11: // North America has one plan
		return Number{}, false
	}
	return Number{Digits: "+" + d, Kind: Foreign}, true
}

// korean understands what follows +82: a national number without its first 0, though many write it.
func korean(d string) (Number, bool) {
	switch {
	case representative(d):
		return Number{Digits: d, Kind: Service}, true
	case len(d) == 3 && special(d):
		return short(d)
	case strings.HasPrefix(d, "0"):
		return national(d)
	}
	return national("0" + d)
}

// representative says whether d is a 대표번호, which has no area: 15xx, 16xx or 18xx and four digits.
func representative(d string) bool {
	return len(d) == 8 && d[0] == '1' && strings.IndexByte("568", d[1]) >= 0
}

// national understands a number that begins with 0.
func national(d string) (Number, bool) {
	if areaSpecial(d) {
		return Number{Digits: d, Kind: Emergency}, true
	}
	if code, rest := area(d); code != "" {
		if representative(rest) { // callers from abroad and from mobiles put an area before it
			return Number{Digits: rest, Kind: Service}, true
		}
		return Number{Digits: d, Kind: Fixed}, len(rest) == 7 || len(rest) == 8
	}
	for _, r := range ranges {
		if strings.HasPrefix(d, r.prefix) {
			return Number{Digits: d, Kind: r.kind}, len(d) >= r.shortest && len(d) <= r.longest
		}
	}
	return Number{}, false
}

// ranges are what begins with 0 and is no area. Lengths are of the whole number.
var ranges = []struct {
	prefix            string
	kind              Kind
	shortest, longest int
}{
	{"010", Mobile, 11, 11},
	{"01", Mobile, 10, 11},
	{"060", Premium, 10, 11},
	{"070", Service, 11, 11},
	{"080", Service, 10, 11},
	{"050", Service, 11, 12},
	{"030", Service, 11, 12},
}

// areas are the area codes of three digits; Seoul's is 02.
var areas = []string{
	"031", "032", "033", "041", "042", "043", "044", "051", "052", "053", "054", "055", "061", "062", "063", "064",
}

// area splits d behind its area code, which is empty where there is none.
func area(d string) (code, rest string) {
	switch {
	case strings.HasPrefix(d, "02"):
		return d[:2], d[2:]
	case len(d) > 3 && slices.Contains(areas, d[:3]):
		return d[:3], d[3:]
	}
	return "", d
}
