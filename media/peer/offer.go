package peer

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pion/sdp/v3"

	"bellhop/media/relay"
)

// ErrBadOffer says that a browser's offer is not one that a telephone makes.
var ErrBadOffer = errors.New("peer: bad offer")

// maxOffer is the longest SDP that is looked at, in bytes. A browser's offer of
// one audio section has about 2 KB.
const maxOffer = 32 << 10

// readOffer checks that the offer is one bidirectional audio section with a
// codec of ours, and chooses the formats: PCMU, or PCMA if that is missing, or
// only the codec a live leg already speaks.
func readOffer(offer string, only *relay.Codec) (relay.Formats, error) {
	if len(offer) > maxOffer {
		return relay.Formats{}, fmt.Errorf("%w: %d bytes", ErrBadOffer, len(offer))
	}
	var s sdp.SessionDescription
	if err := s.UnmarshalString(offer); err != nil {
		return relay.Formats{}, fmt.Errorf("%w: %w", ErrBadOffer, err)
	}
	if len(s.MediaDescriptions) != 1 || s.MediaDescriptions[0].MediaName.Media != "audio" {
		return relay.Formats{}, fmt.Errorf("%w: want exactly one audio section", ErrBadOffer)
	}
	audio := s.MediaDescriptions[0]
	for _, unwanted := range []string{"recvonly", "sendonly", "inactive", "ice-lite", "crypto"} {
		if attribute(&s, unwanted) != nil {
			return relay.Formats{}, fmt.Errorf("%w: %s", ErrBadOffer, unwanted)
		}
	}
	if err := checkTransport(&s, audio); err != nil {
		return relay.Formats{}, err
	}
	return chooseFormats(audio, only)
}

// attribute is every value of an attribute, of the session and of its sections.
func attribute(s *sdp.SessionDescription, key string) (values []string) {
	all := slices.Clone(s.Attributes)
	for _, m := range s.MediaDescriptions {
		all = append(all, m.Attributes...)
	}
	for _, a := range all {
		if strings.EqualFold(a.Key, key) {
			values = append(values, a.Value)
		}
	}
	return values
}

// checkTransport wants DTLS-SRTP (RFC 5764) of one end, which has certificates that cannot be forged and checks the way
// itself: between two that are ICE-lite nobody would, and media would send wherever the offer says.
func checkTransport(s *sdp.SessionDescription, audio *sdp.MediaDescription) error {
	if p := strings.Join(audio.MediaName.Protos, "/"); p != "UDP/TLS/RTP/SAVPF" && p != "UDP/TLS/RTP/SAVP" {
		return fmt.Errorf("%w: %.40s", ErrBadOffer, p)
	}
	if len(attribute(s, "ice-ufrag")) != 1 || len(attribute(s, "ice-pwd")) != 1 {
		return fmt.Errorf("%w: want ICE credentials once", ErrBadOffer)
	}
	fingerprints := attribute(s, "fingerprint")
	for _, f := range fingerprints {
		if kind, _, _ := strings.Cut(strings.ToLower(f), " "); kind != "sha-256" && kind != "sha-384" && kind != "sha-512" {
			return fmt.Errorf("%w: fingerprint by %.20s", ErrBadOffer, kind)
		}
	}
	if len(fingerprints) == 0 || len(fingerprints) > 4 {
		return fmt.Errorf("%w: %d fingerprints", ErrBadOffer, len(fingerprints))
	}
	return nil
}

// withoutCandidates is the offer without the addresses it names: the browser's are where its checks come from. So nothing
// that an offer says makes media send a packet or ask for a name.
func withoutCandidates(offer string) string {
	var b strings.Builder
	for line := range strings.Lines(offer) {
		if key := strings.ToLower(line); !strings.HasPrefix(key, "a=candidate") && !strings.HasPrefix(key, "a=remote-candidates") {
			b.WriteString(line)
		}
	}
	return b.String()
}

// credentials are the ICE ufrag and password of an answer of ours.
func credentials(answer string) (ufrag, password string) {
	for line := range strings.Lines(answer) {
		if v, ok := strings.CutPrefix(line, "a=ice-ufrag:"); ok {
			ufrag = strings.TrimSpace(v)
		}
		if v, ok := strings.CutPrefix(line, "a=ice-pwd:"); ok {
			password = strings.TrimSpace(v)
		}
	}
	return ufrag, password
}

func chooseFormats(audio *sdp.MediaDescription, only *relay.Codec) (relay.Formats, error) {
	wanted := []relay.Codec{relay.PCMU, relay.PCMA}
	if only != nil {
		wanted = []relay.Codec{*only}
	}
	for _, c := range wanted {
		if slices.Contains(audio.MediaName.Formats, strconv.Itoa(int(c))) {
			return relay.Formats{Codec: c, Event: eventType(audio)}, nil
		}
	}
	return relay.Formats{}, fmt.Errorf("%w: no %v", ErrBadOffer, wanted)
}

// eventType finds the payload type of telephone-event at 8 kHz, 0 if there is none.
func eventType(audio *sdp.MediaDescription) uint8 {
	for _, a := range audio.Attributes {
		if a.Key != "rtpmap" {
			continue
		}
		number, name, _ := strings.Cut(a.Value, " ")
		if !strings.EqualFold(name, eventName+"/8000") || !slices.Contains(audio.MediaName.Formats, number) {
			continue
		}
		if pt, err := strconv.ParseUint(number, 10, 7); err == nil && pt >= 96 {
			return uint8(pt)
		}
	}
	return 0
}
