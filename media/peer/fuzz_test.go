package peer

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"bellhop/media/relay"
)

// FuzzOpen gives pion every offer that we accept: it answers or refuses, and is gone when it is closed.
func FuzzOpen(f *testing.F) {
	f.Add(chromiumOffer)
	f.Add(strings.Replace(chromiumOffer, "a=setup:actpass", "a=setup:active", 1))
	f.Add(strings.Replace(chromiumOffer, "a=setup:actpass", "a=setup:passive", 1))
	f.Add(strings.Replace(chromiumOffer, "a=ssrc:1 cname:x", "a=ssrc-group:FID 1 2 3\r\na=rid:1 send\r\na=simulcast:send 1;~2", 1))
	f.Add(strings.Replace(chromiumOffer, "a=mid:0", "a=mid:"+strings.Repeat("x", 300), 1))
	f.Add(strings.Replace(chromiumOffer, "a=rtpmap:111 opus/48000/2", "a=rtpmap:111 opus/48000/2\r\na=fmtp:111 =;;=;\r\na=rtcp-fb:* nack", 1))
	g, err := Listen(f.Context(), Options{Addr: "127.0.0.1:0", Log: slog.New(slog.DiscardHandler)})
	require.NoError(f, err)
	f.Cleanup(func() { _ = g.Close() })
	f.Fuzz(func(t *testing.T, offer string) {
		p, answer, err := g.Open(t.Context(), Config{Offer: offer, Changed: func() {}, Audio: func(*Peer, []byte) {}})
		if err != nil {
			return
		}
		ufrag, password := credentials(answer)
		require.NotEmpty(t, ufrag)
		require.NotEmpty(t, password)
		require.Contains(t, []relay.Codec{relay.PCMU, relay.PCMA}, p.Formats().Codec)
		require.NoError(t, p.Close())
		require.Empty(t, g.gate.doors)
	})
}
