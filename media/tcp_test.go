package media_test

import (
	"crypto/rand"
	"fmt"
	"net"
	"testing"

	"github.com/pion/webrtc/v4"
	"github.com/stretchr/testify/require"
)

// TestWithoutUDP: F15. A network that lets no UDP through takes the TCP port of the same number, and strangers there do
// not disturb anybody.
func TestWithoutUDP(t *testing.T) {
	r := newRig(t)
	p := newPageOn(t, r.server.PhoneURL(), pcmu, webrtc.NetworkTypeTCP4)
	p.hello("kim")
	p.connected()
	r.hears(fmt.Sprintf("up kim %s sip:kim@%s", p.session, r.server.SIPAddr()))
	l := r.connect(p, "kim", "leg-1")
	k := startTalk(t, p, l)
	k.whole(t, "over TCP")

	began := heap()
	for i := range 400 {
		conn, err := net.Dial("tcp", r.server.RTCAddr())
		require.NoError(t, err)
		defer func() { _ = conn.Close() }()
		switch junk := make([]byte, 1+i); i % 3 {
		case 0: // says nothing
		case 1:
			_, _ = rand.Read(junk)
			_, _ = conn.Write(junk)
		default:
			b := guess(t, "nobodynobody:x", "x")
			_, _ = conn.Write(append([]byte{0, byte(len(b))}, b...))
		}
	}
	k.whole(t, "with strangers at the TCP port")
	require.Less(t, heap()-began, 50.0)
}
