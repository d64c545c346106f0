// Package number understands telephone numbers as people in Korea type and paste them. Pure.
package number

import "errors"

// Kind says what sort of number it is.
type Kind string

// The kinds.
const (
	Inside    Kind = "inside"    // an extension or a queue's number: 3 to 5 digits
	Emergency Kind = "emergency" // 112, 119 and the like: never refused for being what they are
	Mobile    Kind = "mobile"
	Fixed     Kind = "fixed"
	Service   Kind = "service" // 대표번호 (15xx, 16xx, 18xx), 080, 070, 050x
	Premium   Kind = "premium" // 060
	Foreign   Kind = "foreign" // abroad
)

// Number is a number that can be dialled.
type Number struct {
	Digits string // national form, digits only (01012345678); abroad: with a leading +
	Kind   Kind
	Inside bool // short enough to be an extension or a queue's number
}

// ErrNotANumber says that the text is no number that can be dialled.
var ErrNotANumber = errors.New("number: not a number")

// Parse understands 010-1234-5678, +82 10 1234 5678, 0082…, 1588-1234, 9 and an outside number (PH-53), numbers abroad
// (+1…, and 001… and the other international prefixes of Korea), an extension, full-width digits, and tel: addresses
// (RFC 3966). Letters, * and #, and whatever is no whole number are refused with ErrNotANumber.
//
// A number of 3 to 5 digits is Inside, and so are the special numbers (1xx, 13xx): an extension may be called like one.
// 112 and 119 are not: they are never taken for an extension, and neither are 9112 and 9119, which reach them too.
//
// What Parse returns can be parsed again, with the same result.
func Parse(text string) (Number, error) {
	digits, abroad, ok := clean(text)
	if !ok {
		return Number{}, ErrNotANumber
	}
	n, ok := understand(digits, abroad)
	if !ok {
		return Number{}, ErrNotANumber
	}
	return n, nil
}

func understand(digits string, abroad bool) (Number, bool) {
	if abroad {
		return international(digits)
	}
	if n, ok := short(digits); ok {
		return n, true
	}
	if n, ok := outside(digits); ok {
		return n, true
	}
	if digits[0] == '9' {
		return outside(digits[1:])
	}
	return Number{}, false
}

// Same says whether two numbers, in any form, are the same line.
func Same(a, b string) bool {
	x, errX := Parse(a)
	y, errY := Parse(b)
	return errX == nil && errY == nil && x.Digits == y.Digits
}
