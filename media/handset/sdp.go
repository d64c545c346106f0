package handset

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/pion/sdp/v3"
)

// Payload types of RFC 3551, and the one we offer for telephone events.
const (
	payloadPCMU  = 0
	payloadPCMA  = 8
	payloadEvent = 101
)

// media is what both sides agreed on.
type media struct {
	remote  netip.AddrPort
	codec   Codec
	payload uint8
	event   uint8 // telephone-event's payload type, 0 if there is none
	sends   bool  // they want to hear us
	hears   bool  // they speak
}

var errNoSound = errors.New("no common way to speak")

// describe returns our SDP: all of codecs in an offer, the agreed one in an
// answer. Direction is one of SDP's four.
func describe(local netip.AddrPort, version uint64, event uint8, direction string, codecs ...codecPayload) []byte {
	family := "IP4"
	if local.Addr().Is6() {
		family = "IP6"
	}
	var formats, maps strings.Builder
	for _, c := range codecs {
		fmt.Fprintf(&formats, " %d", c.payload)
		fmt.Fprintf(&maps, "a=rtpmap:%d %s/8000\r\n", c.payload, c.codec)
	}
	if event != 0 {
		fmt.Fprintf(&formats, " %d", event)
		fmt.Fprintf(&maps, "a=rtpmap:%d telephone-event/8000\r\na=fmtp:%d 0-15\r\n", event, event)
	}
	return fmt.Appendf(nil, "v=0\r\no=- %d %d IN %s %s\r\ns=-\r\nc=IN %s %s\r\nt=0 0\r\n"+
		"m=audio %d RTP/AVP%s\r\n%sa=ptime:20\r\na=%s\r\n",
		local.Port(), version, family, local.Addr(), family, local.Addr(),
		local.Port(), formats.String(), maps.String(), direction)
}

type codecPayload struct {
	codec   Codec
	payload uint8
}

func offered(codecs []Codec) []codecPayload {
	list := make([]codecPayload, len(codecs))
	for i, c := range codecs {
		list[i] = codecPayload{c, payloadPCMU}
		if c == PCMA {
			list[i].payload = payloadPCMA
		}
	}
	return list
}

// understand reads the other side's SDP and picks the first codec in it that
// we know. Its error wraps errNoSound if there is nothing to agree on.
func understand(body []byte) (media, error) {
	var session sdp.SessionDescription
	if err := session.Unmarshal(body); err != nil {
		return media{}, fmt.Errorf("%w: %w", errNoSound, err)
	}
	for _, m := range session.MediaDescriptions {
		if m.MediaName.Media != "audio" || m.MediaName.Port.Value == 0 {
			continue
		}
		return understandAudio(&session, m)
	}
	return media{}, fmt.Errorf("%w: no audio in the SDP", errNoSound)
}

func understandAudio(session *sdp.SessionDescription, m *sdp.MediaDescription) (media, error) {
	connection := m.ConnectionInformation
	if connection == nil {
		connection = session.ConnectionInformation
	}
	if connection == nil || connection.Address == nil {
		return media{}, fmt.Errorf("%w: no address in the SDP", errNoSound)
	}
	ip, err := netip.ParseAddr(connection.Address.Address)
	if err != nil || m.MediaName.Port.Value < 0 || m.MediaName.Port.Value > 65535 {
		return media{}, fmt.Errorf("%w: unusable address in the SDP", errNoSound)
	}
	agreed := media{remote: netip.AddrPortFrom(ip.Unmap(), uint16(m.MediaName.Port.Value))}
	agreed.sends, agreed.hears = direction(session, m)
	if ip.IsUnspecified() { // hold as RFC 2543 did it
		agreed.sends = false
	}
	for _, format := range m.MediaName.Formats {
		payload, err := strconv.ParseUint(format, 10, 7)
		if err != nil {
			continue
		}
		switch name := encoding(m, uint8(payload)); {
		case agreed.codec == "" && (name == string(PCMU) || name == string(PCMA)):
			agreed.codec, agreed.payload = Codec(name), uint8(payload)
		case agreed.event == 0 && name == "TELEPHONE-EVENT":
			agreed.event = uint8(payload)
		}
	}
	if agreed.codec == "" {
		return media{}, fmt.Errorf("%w: neither PCMU nor PCMA in the SDP", errNoSound)
	}
	return agreed, nil
}

// encoding returns the upper-case name of a payload type at 8000 Hz, or "".
func encoding(m *sdp.MediaDescription, payload uint8) string {
	for _, a := range m.Attributes {
		number, codec, ok := strings.Cut(a.Value, " ")
		if a.Key != "rtpmap" || !ok || number != strconv.Itoa(int(payload)) {
			continue
		}
		name, rate, _ := strings.Cut(strings.TrimSpace(codec), "/")
		if rate, _, _ = strings.Cut(rate, "/"); rate != "8000" {
			return ""
		}
		return strings.ToUpper(name)
	}
	switch payload {
	case payloadPCMU:
		return string(PCMU)
	case payloadPCMA:
		return string(PCMA)
	}
	return ""
}

// direction says from the other side's direction whether it wants to hear us
// and whether it speaks.
func direction(session *sdp.SessionDescription, m *sdp.MediaDescription) (sends, hears bool) {
	for _, attributes := range [][]sdp.Attribute{m.Attributes, session.Attributes} {
		for _, a := range attributes {
			switch a.Key {
			case "sendrecv":
				return true, true
			case "sendonly":
				return false, true
			case "recvonly":
				return true, false
			case "inactive":
				return false, false
			}
		}
	}
	return true, true
}

// answerDirection is our direction in answer to theirs.
func (m media) answerDirection() string {
	switch {
	case m.sends && m.hears:
		return "sendrecv"
	case m.sends:
		return "sendonly"
	case m.hears:
		return "recvonly"
	}
	return "inactive"
}
