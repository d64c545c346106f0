package media_test

import (
	"crypto/rand"
	"encoding/binary"
	"net"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/stun/v4"
	"github.com/stretchr/testify/require"
)

// flood sends so many packets a second for a while, the n-th by send(n).
func flood(perSecond int, lasts time.Duration, send func(n int)) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for began, n := time.Now(), 0; time.Since(began) < lasts; <-tick.C {
		for due := int(time.Since(began).Seconds() * float64(perSecond)); n < due; n++ {
			send(n)
		}
	}
}

// heap is how much memory is in use.
func heap() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}

// hello is a DTLS ClientHello (RFC 6347 section 4.2), as far as a stranger needs one.
func hello(n int) []byte {
	b := append([]byte{22, 0xFE, 0xFF, 0, 0, 0, 0, 0, 0}, make([]byte, 120)...)
	binary.BigEndian.PutUint16(b[9:], uint16(n))
	binary.BigEndian.PutUint16(b[11:], 116)
	copy(b[13:], []byte{1, 0, 0, 104, byte(n >> 8), byte(n), 0, 0, 0, 0, 0, 104, 0xFE, 0xFD})
	_, _ = rand.Read(b[27:59])
	return b
}

// guess is a connectivity check that somebody makes up.
func guess(t *testing.T, user, password string) []byte {
	t.Helper()
	m, err := stun.Build(stun.TransactionID, stun.BindingRequest, stun.NewUsername(user),
		stun.RawAttribute{Type: stun.AttrUseCandidate}, stun.NewShortTermIntegrity(password), stun.Fingerprint)
	require.NoError(t, err)
	return m.Raw
}

// credentials are media's of the session, as the page was told them.
func (p *page) credentials() (ufrag, password string) {
	for line := range strings.Lines(p.pc.RemoteDescription().SDP) {
		if v, ok := strings.CutPrefix(line, "a=ice-ufrag:"); ok {
			ufrag = strings.TrimSpace(v)
		}
		if v, ok := strings.CutPrefix(line, "a=ice-pwd:"); ok {
			password = strings.TrimSpace(v)
		}
	}
	return ufrag, password
}

// nothingFor requires that nothing at all was sent to the socket.
func nothingFor(t *testing.T, conn *net.UDPConn) {
	t.Helper()
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(time.Millisecond)))
	n, err := conn.Read(make([]byte, 1500))
	require.Error(t, err, "%d octets", n)
}

const attackTime = time.Second

// TestStrangersAndForgersDoNotDisturbACall: F19–F22, B10, B11. While page and Asterisk speak, others attack the port for
// browsers and the plain one; nothing of it is played, nothing redirected, and the counters say so.
func TestStrangersAndForgersDoNotDisturbACall(t *testing.T) {
	r := newRig(t)
	p, l, n := r.talkingThrough("kim", "leg-1")
	k := startTalk(t, p, l)
	require.Eventually(t, func() bool { return len(n.of(&n.heard, 128, 191)) > 20 }, patient, 10*time.Millisecond)
	k.up.take()
	k.down.take()
	rtc := netip.MustParseAddrPort(r.server.RTCAddr())
	third := udpOn(t, "127.0.0.7")
	defer func() { _ = third.Close() }()
	ufrag, password := p.credentials()
	began := heap()
	plain := func(ssrc uint32, n int) []byte {
		b, err := (&rtp.Packet{Header: rtp.Header{Version: 2, SSRC: ssrc, SequenceNumber: uint16(n), Timestamp: uint32(n) * 160}, Payload: frame(n)}).Marshal()
		require.NoError(t, err)
		return b
	}
	for _, attack := range []struct {
		name      string
		perSecond int
		counter   []string
		send      func(i int)
	}{
		{"RTP of a third address at the browsers' port", 1000, []string{"bellhop_media_rtc_dropped_total", "unknown_address"}, func(i int) {
			_, _ = third.WriteToUDPAddrPort(plain(p.mic.ssrc.Load(), i), rtc)
		}},
		{"the page's own SRTP, from a third address", 1000, []string{"bellhop_media_rtc_dropped_total", "unknown_address"}, func(int) {
			_, _ = third.WriteToUDPAddrPort(n.of(&n.heard, 128, 191)[0], rtc)
		}},
		{"RTP of a third address at the plain port", 1000, []string{"bellhop_media_rtp_dropped_total", "foreign_source"}, func(i int) {
			_, _ = third.WriteToUDPAddrPort(plain(9, i), l.remote)
		}},
		{"replayed SRTP", 10_000, []string{"bellhop_media_srtp_rejected_total"}, func(i int) {
			if old := n.of(&n.heard, 128, 191); i%100 == 0 && len(old) > 0 {
				for range 100 {
					n.inject(old[0])
				}
			}
		}},
		{"wrongly keyed SRTP", 10_000, []string{"bellhop_media_srtp_rejected_total"}, func(i int) {
			b := plain(p.mic.ssrc.Load(), i)
			n.inject(append(b, make([]byte, 16)...))
		}},
		{"malformed packets", 10_000, []string{"bellhop_media_srtp_rejected_total"}, func(i int) {
			b := make([]byte, 3+i%1300)
			_, _ = rand.Read(b)
			b[0] = []byte{0x80, 0x9F, 0xBF, 0, 1, 22, 63, 255}[i%8]
			n.inject(b)
		}},
		{"ClientHellos of a third address", 1000, []string{"bellhop_media_rtc_dropped_total", "unknown_address"}, func(i int) {
			_, _ = third.WriteToUDPAddrPort(hello(i), rtc)
		}},
		{"ClientHellos in the page's name", 1000, []string{"bellhop_media_rtc_dropped_total", "rate"}, func(i int) { n.inject(hello(i)) }},
		{"checks for nobody", 5000, []string{"bellhop_media_rtc_dropped_total", "unknown_session"}, func() func(int) {
			b := guess(t, "nobodynobody:x", password)
			return func(int) { _, _ = third.WriteToUDPAddrPort(b, rtc) }
		}()},
		{"checks with a wrong password", 5000, []string{"bellhop_media_rtc_dropped_total", "wrong_password"}, func() func(int) {
			b := guess(t, ufrag+":x", "wrongwrongwrongwrongwrong")
			return func(int) { _, _ = third.WriteToUDPAddrPort(b, rtc) }
		}()},
		{"the page's checks, from a third address", 100, []string{"bellhop_media_rtc_dropped_total", "replayed_check"}, func(int) {
			if checks := n.of(&n.heard, 0, 3); len(checks) > 0 {
				_, _ = third.WriteToUDPAddrPort(checks[len(checks)-1], rtc)
			}
		}},
	} {
		before := r.metric(attack.counter[0], attack.counter[1:]...)
		flood(attack.perSecond, attackTime, attack.send)
		k.whole(t, attack.name)
		nothingFor(t, third)
		counted := r.metric(attack.counter[0], attack.counter[1:]...) - before
		t.Logf("%s: %.0f counted", attack.name, counted)
		require.Positive(t, counted, attack.name)
	}
	grown := heap() - began
	t.Logf("memory grew by %.1f MB", grown)
	require.Less(t, grown, 50.0)
	require.Equal(t, 1.0, r.metric("bellhop_media_phones_up"))
}

// TestSetUpSucceedsUnderAttack: F19, ASVS 17.2.6. Every session comes up although hellos and checks rain on the port.
func TestSetUpSucceedsUnderAttack(t *testing.T) {
	r := newRig(t)
	rtc := netip.MustParseAddrPort(r.server.RTCAddr())
	third := udpOn(t, "127.0.0.7")
	stop, over := make(chan struct{}), make(chan struct{})
	unknown := guess(t, "nobodynobody:x", "x")
	go func() {
		defer close(over)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			flood(1000, 50*time.Millisecond, func(n int) {
				_, _ = third.WriteToUDPAddrPort(hello(n), rtc)
				_, _ = third.WriteToUDPAddrPort(unknown, rtc)
			})
		}
	}()
	defer func() { close(stop); <-over; _ = third.Close() }()
	for i := range 10 {
		agent := "agent-" + string(rune('a'+i))
		p, l := r.talking(agent, "leg-"+agent)
		both(t, p, l)
	}
	require.Equal(t, 10.0, r.metric("bellhop_media_phones_up"))
	require.Positive(t, r.metric("bellhop_media_rtc_dropped_total", "unknown_address"))
}
