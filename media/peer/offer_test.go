package peer

import (
	"testing"

	"github.com/stretchr/testify/require"

	"bellhop/media/relay"
)

// chromiumOffer is what Chromium 156 offers, shortened to the lines that count.
const chromiumOffer = "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\na=extmap-allow-mixed\r\n" +
	"a=msid-semantic: WMS stream\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\n" +
	"a=ice-ufrag:4ZcD\r\na=ice-pwd:2/1muCWoOi3uLifh0NuRHlOi\r\na=ice-options:trickle\r\n" +
	"a=fingerprint:sha-256 7B:8B:F0:65:5F:78:E2:51:3B:AC:6F:F3:3F:46:1B:35:DC:B8:5F:64:1A:24:C2:43:F0:A1:58:D0:A1:2C:19:08\r\n" +
	"a=setup:actpass\r\na=mid:0\r\na=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\na=sendrecv\r\na=rtcp-mux\r\n" +
	"a=rtpmap:111 opus/48000/2\r\na=rtpmap:63 red/48000/2\r\na=rtpmap:9 G722/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n" +
	"a=rtpmap:13 CN/8000\r\na=rtpmap:110 telephone-event/48000\r\na=rtpmap:126 telephone-event/8000\r\na=ssrc:1 cname:x\r\n"

func TestReadOffer(t *testing.T) {
	f, err := readOffer(chromiumOffer, nil)
	require.NoError(t, err)
	require.Equal(t, relay.Formats{Codec: relay.PCMU, Event: 126}, f)
	alaw := relay.PCMA
	f, err = readOffer(chromiumOffer, &alaw)
	require.NoError(t, err)
	require.Equal(t, relay.Formats{Codec: relay.PCMA, Event: 126}, f)
}

func FuzzReadOffer(f *testing.F) {
	f.Add(chromiumOffer)
	f.Add("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=rtpmap:200 telephone-event/8000\r\n")
	f.Add("v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96")
	f.Add("v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0")
	f.Add("")
	f.Fuzz(func(t *testing.T, sdp string) {
		formats, err := readOffer(sdp, nil)
		if err != nil {
			require.ErrorIs(t, err, ErrBadOffer)
			return
		}
		require.Contains(t, []relay.Codec{relay.PCMU, relay.PCMA}, formats.Codec)
		require.True(t, formats.Event == 0 || formats.Event >= 96)
	})
}
