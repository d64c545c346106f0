package carrier

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/pion/sdp/v3"
)

// formats is what a caller offers, as far as we speak it.
type formats struct {
	remote netip.AddrPort
	law    string // PCMU or PCMA, the first that is offered
	code   uint8  // its payload type
	event  uint8  // telephone-event's; 0 if it is not offered
}

var errNoSound = errors.New("carrier: the offer holds neither PCMU nor PCMA over RTP")

// readOffer understands the SDP of an INVITE.
func readOffer(body []byte) (formats, error) {
	var s sdp.SessionDescription
	if err := s.Unmarshal(body); err != nil {
		return formats{}, fmt.Errorf("%w: %w", errNoSound, err)
	}
	for _, m := range s.MediaDescriptions {
		where := m.ConnectionInformation
		if where == nil {
			where = s.ConnectionInformation
		}
		if m.MediaName.Media != "audio" || where == nil || where.Address == nil {
			continue
		}
		ip, err := netip.ParseAddr(where.Address.Address)
		if port := m.MediaName.Port.Value; err != nil || !unicast(ip) || port < 1 || port > 65535 {
			return formats{}, errNoSound
		}
		return readFormats(netip.AddrPortFrom(ip.Unmap(), uint16(m.MediaName.Port.Value)), m)
	}
	return formats{}, errNoSound
}

// unicast tells whether sound can be sent to the address: to one telephone, and not to a whole network.
func unicast(ip netip.Addr) bool {
	ip = ip.Unmap()
	return !ip.IsMulticast() && !ip.IsUnspecified() && !ip.IsLinkLocalUnicast() && ip != netip.AddrFrom4([4]byte{255, 255, 255, 255})
}

func readFormats(remote netip.AddrPort, m *sdp.MediaDescription) (formats, error) {
	names := map[string]string{"0": "PCMU", "8": "PCMA"} // RFC 3551, table 4
	for _, a := range m.Attributes {
		if code, name, ok := strings.Cut(a.Value, " "); ok && a.Key == "rtpmap" {
			names[code] = strings.ToUpper(strings.TrimSuffix(name, "/8000"))
		}
	}
	f := formats{remote: remote}
	for _, format := range m.MediaName.Formats {
		code, err := strconv.ParseUint(format, 10, 7)
		if err != nil {
			continue
		}
		switch name := names[format]; {
		case f.law == "" && (name == "PCMU" || name == "PCMA"):
			f.law, f.code = name, uint8(code)
		case f.event == 0 && name == "TELEPHONE-EVENT":
			f.event = uint8(code)
		}
	}
	if f.law == "" {
		return formats{}, errNoSound
	}
	return f, nil
}

// answer is our SDP.
func (f formats) answer(local netip.AddrPort) []byte {
	family := "IP4"
	if local.Addr().Is6() {
		family = "IP6"
	}
	codes, maps := fmt.Sprint(f.code), fmt.Sprintf("a=rtpmap:%d %s/8000\r\n", f.code, f.law)
	if f.event != 0 {
		codes += fmt.Sprintf(" %d", f.event)
		maps += fmt.Sprintf("a=rtpmap:%[1]d telephone-event/8000\r\na=fmtp:%[1]d 0-15\r\n", f.event)
	}
	return fmt.Appendf(nil, "v=0\r\no=- %[1]d 1 IN %[2]s %[3]s\r\ns=-\r\nc=IN %[2]s %[3]s\r\nt=0 0\r\nm=audio %[1]d RTP/AVP %[4]s\r\n%[5]sa=ptime:20\r\na=sendrecv\r\n",
		local.Port(), family, local.Addr(), codes, maps)
}
