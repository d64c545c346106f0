package media_test

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestOffersThatPointElsewhere: B7. Whatever addresses a page's offer names, media sends nothing there, and the page
// that checks for itself is connected all the same.
func TestOffersThatPointElsewhere(t *testing.T) {
	r := newRig(t)
	victim := udpOn(t, "127.0.0.88")
	defer func() { _ = victim.Close() }()
	service, err := net.Listen("tcp", victim.LocalAddr().String())
	require.NoError(t, err)
	defer func() { _ = service.Close() }()
	called := make(chan struct{}, 1)
	go func() {
		if conn, err := service.Accept(); err == nil {
			_ = conn.Close()
			called <- struct{}{}
		}
	}()
	_, port, err := net.SplitHostPort(victim.LocalAddr().String())
	require.NoError(t, err)
	for name, change := range map[string]func(string) string{
		"another host": func(s string) string {
			return s + "a=candidate:1 1 udp 2130706431 127.0.0.88 " + port + " typ host\r\n"
		},
		"TCP": func(s string) string {
			return s + "a=candidate:1 1 tcp 1 127.0.0.88 " + port + " typ host tcptype passive\r\n"
		},
		"a name":        func(s string) string { return s + "a=candidate:1 1 udp 2130706431 localhost " + port + " typ host\r\n" },
		"a .local name": func(s string) string { return s + "a=candidate:1 1 udp 1 x.local " + port + " typ host\r\n" },
		"relayed": func(s string) string {
			return s + "a=candidate:1 1 udp 1 127.0.0.88 " + port + " typ relay raddr 127.0.0.88 rport " + port + "\r\n"
		},
		"everybody": func(s string) string {
			return s + "a=candidate:1 1 udp 1 0.0.0.0 " + port + " typ host\r\na=candidate:2 1 udp 1 224.0.0.1 " + port + " typ host\r\n"
		},
		"rubbish": func(s string) string {
			return s + "a=candidate:\r\na=candidate:1 1 udp\r\na=candidate:1 1 udp -1 127.0.0.88 99999999 typ host\r\n"
		},
		"connection": func(s string) string {
			return strings.NewReplacer("IN IP4 0.0.0.0", "IN IP4 127.0.0.88", "m=audio 9 ", "m=audio "+port+" ").Replace(s)
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPage(t, r.server.PhoneURL(), pcmu)
			p.session = newSession()
			offer := p.offer(false)
			require.NotEqual(t, offer, change(offer))
			p.send(map[string]string{"type": "hello", "token": issue(t, "kim", p.session), "sdp": change(offer)})
			p.answered()
			p.connected()
			r.hears(fmt.Sprintf("up kim %s sip:kim@%s", p.session, r.server.SIPAddr()))
			nothingFor(t, victim)
			p.close()
			r.hearsGone("kim", p.session)
		})
	}
	require.Empty(t, called)

	for name, place := range map[string]string{"the session": "m=audio", "the section": "a=mid"} {
		t.Run("ICE-lite of "+name, func(t *testing.T) { // nobody would check the way, and both send at once
			p := newPage(t, r.server.PhoneURL(), pcmu)
			hostile := strings.Replace(p.offer(false), place, "a=ice-lite\r\n"+place, 1)
			hostile += "a=candidate:1 1 udp 1 127.0.0.88 " + port + " typ host\r\n"
			p.send(map[string]string{"type": "hello", "token": issue(t, "kim", newSession()), "sdp": hostile})
			require.Equal(t, "error bad_offer", p.told())
			nothingFor(t, victim)
		})
	}
}

func TestAWrongFingerprintIsNoPhone(t *testing.T) {
	r := newRig(t)
	p := newPage(t, r.server.PhoneURL(), pcmu)
	offer := p.offer(false)
	before, after, _ := strings.Cut(offer, "a=fingerprint:sha-256 ")
	p.send(map[string]string{"type": "hello", "token": issue(t, "kim", newSession()), "sdp": before + "a=fingerprint:sha-256 00:00" + after[5:]})
	p.answered()
	require.Equal(t, "disconnected", p.told())
	require.Zero(t, r.metric("bellhop_media_phones_up"))
	l := r.asterisk.invite(r.server.SIPAddr(), "kim", "leg-1")
	require.Equal(t, 480, next(t, l.statuses))
}

func TestInvitesWhoseSoundWouldGoElsewhere(t *testing.T) {
	r := newRig(t)
	r.signIn("kim")
	victim := udpOn(t, "127.0.0.88")
	defer func() { _ = victim.Close() }()
	for name, connection := range map[string]string{
		"nowhere": "IP4 0.0.0.0", "multicast": "IP4 224.0.0.1/127", "broadcast": "IP4 255.255.255.255", "another host": "IP4 127.0.0.88",
		"cloud metadata": "IP4 169.254.169.254", "a name": "IP4 localhost", "IPv6": "IP6 ::1", "IPv6 nowhere": "IP6 ::",
	} {
		t.Run(name, func(t *testing.T) {
			l := r.asterisk.invite(r.server.SIPAddr(), "kim", "leg-x", withSDP(func(s string) string {
				return replacePort(strings.Replace(s, "c=IN IP4 127.0.0.1", "c=IN "+connection, 1), fmt.Sprint(victim.LocalAddr().(*net.UDPAddr).Port))
			}))
			require.Equal(t, 488, next(t, l.statuses))
		})
	}
	l := r.asterisk.invite(r.server.SIPAddr(), "kim", "leg-x", withSDP(func(s string) string { return s + strings.Repeat("m=audio 9 RTP/AVP 0\r\n", 30) }))
	require.Equal(t, 488, next(t, l.statuses))
	nothingFor(t, victim)
}
