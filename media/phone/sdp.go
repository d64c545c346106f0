package phone

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/pion/sdp/v3"

	"bellhop/media/relay"
)

// errNotAcceptable says that an offer holds nothing for a G.711 telephone.
var errNotAcceptable = errors.New("phone: offer not acceptable")

// offer is what Asterisk's SDP (RFC 3264) says about its side.
type offer struct {
	remote    netip.AddrPort
	codecs    []relay.Codec
	event     uint8
	direction string // the answer's
}

func readOffer(body []byte) (offer, error) {
	var s sdp.SessionDescription
	if err := s.Unmarshal(body); err != nil {
		return offer{}, fmt.Errorf("%w: %w", errNotAcceptable, err)
	}
	i := slices.IndexFunc(s.MediaDescriptions, func(m *sdp.MediaDescription) bool {
		return m.MediaName.Media == "audio" && slices.Equal(m.MediaName.Protos, []string{"RTP", "AVP"})
	})
	if i != 0 || len(s.MediaDescriptions) != 1 {
		return offer{}, fmt.Errorf("%w: want one RTP/AVP audio section", errNotAcceptable)
	}
	audio := s.MediaDescriptions[0]
	where := audio.ConnectionInformation
	if where == nil {
		where = s.ConnectionInformation
	}
	if where == nil || where.Address == nil {
		return offer{}, fmt.Errorf("%w: no address", errNotAcceptable)
	}
	addr, err := netip.ParseAddr(where.Address.Address)
	if err != nil {
		return offer{}, fmt.Errorf("%w: %w", errNotAcceptable, err)
	}
	port := audio.MediaName.Port.Value
	if port < 1 || port > 65535 {
		return offer{}, fmt.Errorf("%w: port %d", errNotAcceptable, port)
	}
	o := offer{remote: netip.AddrPortFrom(addr.Unmap(), uint16(port)), event: eventType(audio), direction: answerDirection(audio)}
	for _, c := range []relay.Codec{relay.PCMU, relay.PCMA} {
		if slices.Contains(audio.MediaName.Formats, strconv.Itoa(int(c))) {
			o.codecs = append(o.codecs, c)
		}
	}
	if len(o.codecs) == 0 {
		return offer{}, fmt.Errorf("%w: no G.711", errNotAcceptable)
	}
	return o, nil
}

func eventType(audio *sdp.MediaDescription) uint8 {
	for _, a := range audio.Attributes {
		number, name, _ := strings.Cut(a.Value, " ")
		if a.Key != "rtpmap" || !strings.EqualFold(name, "telephone-event/8000") {
			continue
		}
		if pt, err := strconv.ParseUint(number, 10, 7); err == nil && pt >= 96 {
			return uint8(pt)
		}
	}
	return 0
}

func answerDirection(audio *sdp.MediaDescription) string {
	for _, d := range []struct{ offered, answer string }{
		{"sendonly", "recvonly"}, {"recvonly", "sendonly"}, {"inactive", "inactive"},
	} {
		if _, ok := audio.Attribute(d.offered); ok {
			return d.answer
		}
	}
	return "sendrecv"
}

// writeAnswer is our SDP for the formats agreed upon. version counts the answers
// within a dialog (RFC 3264 section 8).
func writeAnswer(local netip.AddrPort, f relay.Formats, direction string, version int) []byte {
	family := "IP4"
	if local.Addr().Is6() {
		family = "IP6"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "v=0\r\no=bellhop %d %d IN %s %s\r\ns=-\r\nc=IN %s %s\r\nt=0 0\r\n",
		local.Port(), version, family, local.Addr(), family, local.Addr())
	formats, attributes := strconv.Itoa(int(f.Codec)), fmt.Sprintf("a=rtpmap:%d %s/8000\r\n", f.Codec, f.Codec)
	if f.Event != 0 {
		formats += " " + strconv.Itoa(int(f.Event))
		attributes += fmt.Sprintf("a=rtpmap:%d telephone-event/8000\r\na=fmtp:%d 0-16\r\n", f.Event, f.Event)
	}
	fmt.Fprintf(&b, "m=audio %d RTP/AVP %s\r\n%sa=ptime:20\r\na=%s\r\n", local.Port(), formats, attributes, direction)
	return []byte(b.String())
}
