package peer

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // RFC 8489 section 14.5 knows no other for ICE
	"encoding/binary"
	"hash"
)

// STUN as ICE uses it (RFC 8489 sections 5 and 14, RFC 8445 section 7.1).
const (
	stunHeader     = 20
	stunCookie     = 0x2112A442
	bindingRequest = 0x0001
	attrUsername   = 0x0006
	attrIntegrity  = 0x0008
	maxAttributes  = 32
	maxCheck       = 1280
)

// check is what counts of a connectivity check.
type check struct {
	ufrag     []byte // the part of USERNAME that names the session
	integrity int    // where the attribute begins
}

// readCheck reads a binding request. It keeps nothing and takes no memory.
func readCheck(b []byte) (check, bool) {
	if len(b) < stunHeader || len(b) > maxCheck || binary.BigEndian.Uint16(b) != bindingRequest ||
		int(binary.BigEndian.Uint16(b[2:])) != len(b)-stunHeader || binary.BigEndian.Uint32(b[4:]) != stunCookie {
		return check{}, false
	}
	var c check
	for at, n := stunHeader, 0; at < len(b); n++ {
		if len(b)-at < 4 || n == maxAttributes {
			return check{}, false
		}
		size := int(binary.BigEndian.Uint16(b[at+2:]))
		end := at + 4 + size
		if end > len(b) {
			return check{}, false
		}
		switch binary.BigEndian.Uint16(b[at:]) {
		case attrUsername:
			if c.ufrag == nil && c.integrity == 0 {
				c.ufrag, _, _ = bytes.Cut(b[at+4:end], []byte(":"))
			}
		case attrIntegrity:
			if size != sha1.Size || c.integrity != 0 {
				return check{}, false
			}
			c.integrity = at
		}
		at = end + (4-size%4)%4
	}
	return c, len(c.ufrag) > 0 && c.integrity != 0
}

// checker knows the password of a session. It is not for concurrent use.
type checker struct {
	mac    hash.Hash
	header [stunHeader]byte
	sum    [sha1.Size]byte
}

func newChecker(password string) *checker {
	return &checker{mac: hmac.New(sha1.New, []byte(password))}
}

// good tells whether the check was made with the password.
func (k *checker) good(b []byte, c check) bool {
	copy(k.header[:], b)
	binary.BigEndian.PutUint16(k.header[2:], uint16(c.integrity-stunHeader+4+sha1.Size)) //nolint:gosec // at most maxCheck
	k.mac.Reset()
	k.mac.Write(k.header[:])
	k.mac.Write(b[stunHeader:c.integrity])
	return hmac.Equal(k.mac.Sum(k.sum[:0]), b[c.integrity+4:c.integrity+4+sha1.Size])
}
