package handset

import (
	"strings"

	"github.com/emiago/sipgo/sip"
)

// Caller is who the telephone says it is. Any text may be given: what a
// header may not hold is escaped or left out, never sent as it is.
type Caller struct {
	// Number is the user part of the From address. What a SIP address may not
	// hold is percent-encoded, CR and LF too (RFC 3261 section 19.1.2), so
	// that the other side gets what was given. Empty sends no user part.
	Number string
	// Name is the display name. CR, LF and NUL become spaces, the other
	// control characters, quotes and backslashes are escaped (RFC 3261
	// section 25.1, quoted-string); everything else is sent as it is, be it
	// valid UTF-8 or not. Empty sends none.
	Name string
	// Anonymous withholds number and name (RFC 3323: anonymous.invalid and
	// "Privacy: id").
	Anonymous bool
}

// from returns the From header of a caller at host.
func (c Caller) from(host, tag string) *sip.FromHeader {
	from := &sip.FromHeader{
		DisplayName: quoted(c.Name),
		Address:     sip.Uri{Scheme: "sip", User: escaped(c.Number), Host: host},
	}
	if c.Anonymous {
		from.DisplayName = "Anonymous"
		from.Address.User, from.Address.Host = "anonymous", "anonymous.invalid"
	}
	from.Params.Add("tag", tag)
	return from
}

// quoted makes s fit between the quotes of a quoted-string.
func quoted(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := range len(s) {
		switch c := s[i]; {
		case c == '\r' || c == '\n' || c == 0:
			b.WriteByte(' ')
		case c == '"' || c == '\\' || c < ' ' && c != '\t' || c == 0x7F:
			b.WriteByte('\\')
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// escaped makes s fit as the user part of a SIP address. It encodes more than
// it must (";" and "?" too), because parsers differ about those.
func escaped(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	b.Grow(len(s))
	for i := range len(s) {
		c := s[i]
		switch {
		case '0' <= c && c <= '9', 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z',
			strings.IndexByte("-_.!~*'()&=+$,/", c) >= 0:
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
	return b.String()
}
