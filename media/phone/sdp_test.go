package phone

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"bellhop/media/relay"
)

const asteriskOffer = "v=0\r\no=- 5 5 IN IP4 127.0.0.1\r\ns=Asterisk\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n" +
	"m=audio 20000 RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n" +
	"a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=ptime:20\r\na=maxptime:140\r\na=sendrecv\r\n"

func TestReadOffer(t *testing.T) {
	o, err := readOffer([]byte(asteriskOffer))
	require.NoError(t, err)
	require.Equal(t, offer{
		remote: netip.MustParseAddrPort("127.0.0.1:20000"), codecs: []relay.Codec{relay.PCMU, relay.PCMA}, event: 101, direction: "sendrecv",
	}, o)
}

func TestAnswerCanBeRead(t *testing.T) {
	for _, local := range []string{"127.0.0.1:24000", "[fd00::2]:24000"} {
		at := netip.MustParseAddrPort(local)
		o, err := readOffer(writeAnswer(at, relay.Formats{Codec: relay.PCMA, Event: 101}, "recvonly", 3))
		require.NoError(t, err)
		require.Equal(t, offer{remote: at, codecs: []relay.Codec{relay.PCMA}, event: 101, direction: "sendonly"}, o)
	}
}

func FuzzReadOffer(f *testing.F) {
	f.Add([]byte(asteriskOffer))
	f.Add(writeAnswer(netip.MustParseAddrPort("[::1]:2"), relay.Formats{}, "inactive", 1))
	f.Add([]byte("v=0\r\no=- 5 5 IN IP4 x\r\ns=-\r\nc=IN IP4 224.0.0.1/127/3\r\nt=0 0\r\nm=audio 99999 RTP/AVP 0\r\n"))
	f.Add([]byte("v=0\r\nm=audio -1 RTP/AVP 0\r\na=rtpmap\r\na=rtpmap:999 telephone-event/8000"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		o, err := readOffer(b)
		if err != nil {
			require.ErrorIs(t, err, errNotAcceptable)
			return
		}
		require.True(t, o.remote.IsValid())
		require.NotZero(t, o.remote.Port())
		require.NotEmpty(t, o.codecs)
	})
}
