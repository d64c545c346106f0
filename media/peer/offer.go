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
	for _, oneWay := range []string{"recvonly", "sendonly", "inactive"} {
		if _, ok := audio.Attribute(oneWay); ok {
			return relay.Formats{}, fmt.Errorf("%w: audio is %s", ErrBadOffer, oneWay)
		}
	}
	return chooseFormats(audio, only)
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
