package peer

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOffersThatAreRefused(t *testing.T) {
	replace := func(old, by string) string { return strings.Replace(chromiumOffer, old, by, 1) }
	section := chromiumOffer[strings.Index(chromiumOffer, "m=audio"):]
	for name, offer := range map[string]string{
		"10 MB":                    chromiumOffer + strings.Repeat("a=x:y\r\n", 1_500_000),
		"500 sections":             chromiumOffer + strings.Repeat("m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n", 500),
		"no section":               chromiumOffer[:strings.Index(chromiumOffer, "m=audio")],
		"two sections":             chromiumOffer + section,
		"plain RTP":                replace("UDP/TLS/RTP/SAVPF", "RTP/AVP"),
		"keys in the open":         chromiumOffer + "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20|1:4\r\n",
		"ICE-lite":                 replace("a=ice-options", "a=ice-lite\r\na=ice-options"),
		"ICE-lite, of the session": replace("a=group", "a=ice-lite\r\na=group"),
		"two ufrags":               chromiumOffer + "a=ice-ufrag:abcd\r\n",
		"no ufrag":                 replace("a=ice-ufrag", "a=x"),
		"no password":              replace("a=ice-pwd", "a=x"),
		"no fingerprint":           replace("a=fingerprint", "a=x"),
		"SHA-1":                    replace("sha-256 7B", "sha-1 7B"),
		"a hundred fingerprints":   chromiumOffer + strings.Repeat("a=fingerprint:sha-256 7B:8B\r\n", 100),
		"receives only":            replace("a=sendrecv", "a=recvonly"),
		"inactive":                 replace("a=sendrecv", "a=inactive"),
	} {
		t.Run(name, func(t *testing.T) {
			require.NotEqual(t, chromiumOffer, offer)
			_, err := readOffer(offer, nil)
			require.ErrorIs(t, err, ErrBadOffer)
		})
	}
}

func TestAddressesOfAnOfferAreForgotten(t *testing.T) {
	hostile := chromiumOffer + "a=candidate:1 1 udp 2130706431 169.254.169.254 80 typ host\r\n" +
		"a=candidate:2 1 udp 2130706431 evil.example 80 typ host\r\nA=CANDIDATE:3 1 udp 1 0.0.0.0 80 typ host\n" +
		"a=candidate:4 1 tcp 1 10.0.0.1 22 typ host tcptype passive\r\na=remote-candidates:1 10.0.0.1 22\r\na=end-of-candidates\r\n"
	require.Equal(t, chromiumOffer+"a=end-of-candidates\r\n", withoutCandidates(hostile))
}
