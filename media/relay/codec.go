package relay

// Codec is a G.711 codec. Its value is its static RTP payload type
// (RFC 3551 section 6), so it can be compared with a packet's payload type.
type Codec uint8

const (
	// PCMU is G.711 µ-law, the codec every call prefers.
	PCMU Codec = 0
	// PCMA is G.711 A-law, used only where one side lacks PCMU.
	PCMA Codec = 8
)

// String returns the codec's encoding name as SDP spells it.
func (c Codec) String() string {
	if c == PCMA {
		return "PCMA"
	}
	return "PCMU"
}

// silence is the octet that decodes to the level nearest to zero.
func (c Codec) silence() byte {
	if c == PCMA {
		return 0xD5
	}
	return 0xFF
}

const (
	// ClockRate is the RTP clock of G.711 and of its telephone-events, in Hz.
	ClockRate = 8000
	// frameSamples is one 20 ms frame: 160 samples, 160 octets of G.711.
	frameSamples = 160
)

// Formats are the payload types one side of a line uses. Audio is a static
// payload type; Event is the dynamic one of telephone-event (RFC 4733), 0 when
// that side does not take part in it.
type Formats struct {
	Codec Codec
	Event uint8
}

// translate returns the payload type that the other side uses for what pt
// means on this side, and whether the other side can take it at all.
func (f Formats) translate(pt uint8, to Formats) (uint8, bool) {
	switch {
	case pt == uint8(f.Codec) && f.Codec == to.Codec:
		return uint8(to.Codec), true
	case f.Event != 0 && pt == f.Event && to.Event != 0:
		return to.Event, true
	default:
		return 0, false
	}
}
