package relay

import "encoding/binary"

const (
	headerSize = 12
	// maxPayload is 120 ms of G.711. No telephone sends longer packets, and a
	// payload beyond it is not worth forwarding.
	maxPayload = 960
	// maxPacket is the largest packet a line writes: its own header and a payload.
	maxPacket = headerSize + maxPayload
	// readSize is more than any acceptable packet with CSRCs, extensions and padding,
	// so that a longer one is recognised as such instead of being cut to size.
	readSize = 1500
)

// packet is a received RTP packet (RFC 3550 section 5.1). Contributing sources,
// header extensions and padding are left behind: they end at this hop.
type packet struct {
	payloadType uint8
	marker      bool
	sequence    uint16
	timestamp   uint32
	source      uint32
	payload     []byte
}

// parse reads b as an RTP packet. The payload shares b's memory. It returns
// false for anything that is not one: wrong version, lengths that do not fit,
// or a payload that is empty or longer than maxPayload.
func parse(b []byte) (packet, bool) {
	if len(b) < headerSize || b[0]>>6 != 2 {
		return packet{}, false
	}
	start := headerSize + 4*int(b[0]&0x0f)
	if b[0]&0x10 != 0 {
		if len(b) < start+4 {
			return packet{}, false
		}
		start += 4 + 4*int(binary.BigEndian.Uint16(b[start+2:]))
	}
	end := len(b)
	if b[0]&0x20 != 0 {
		padding := int(b[end-1])
		if padding == 0 {
			return packet{}, false
		}
		end -= padding
	}
	if end <= start || end-start > maxPayload {
		return packet{}, false
	}
	return packet{
		payloadType: b[1] & 0x7f,
		marker:      b[1]&0x80 != 0,
		sequence:    binary.BigEndian.Uint16(b[2:]),
		timestamp:   binary.BigEndian.Uint32(b[4:]),
		source:      binary.BigEndian.Uint32(b[8:]),
		payload:     b[start:end],
	}, true
}

// putHeader writes a plain 12-octet RTP header into b.
func putHeader(b []byte, pt uint8, marker bool, s stamp, source uint32) {
	b[0] = 0x80
	b[1] = pt
	if marker {
		b[1] |= 0x80
	}
	binary.BigEndian.PutUint16(b[2:], s.sequence)
	binary.BigEndian.PutUint32(b[4:], s.timestamp)
	binary.BigEndian.PutUint32(b[8:], source)
}
