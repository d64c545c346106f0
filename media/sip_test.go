package media_test

import (
	"bytes"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"

	"bellhop/media/control"
)

func TestInvitesThatAreRefused(t *testing.T) {
	r := newRig(t)
	r.signIn("kim")
	for name, tt := range map[string]struct {
		agent  string
		status int
		change change
	}{
		"nobody there":     {"lee", 480, func(*leg, *sip.Request) {}},
		"no leg id":        {"kim", 400, func(_ *leg, req *sip.Request) { req.RemoveHeader("X-Bellhop-Leg") }},
		"strange leg id":   {"kim", 400, func(_ *leg, req *sip.Request) { req.ReplaceHeader(sip.NewHeader("X-Bellhop-Leg", "a b<c>")) }},
		"no SDP":           {"kim", 488, func(_ *leg, req *sip.Request) { req.SetBody(nil) }},
		"rubbish":          {"kim", 488, withSDP(func(string) string { return "v=0\r\nrubbish" })},
		"no G.711":         {"kim", 488, withSDP(func(s string) string { return strings.Replace(s, "AVP 0 8", "AVP 3 9", 1) })},
		"only A-law":       {"kim", 488, withSDP(func(s string) string { return strings.Replace(s, "AVP 0 8", "AVP 8", 1) })},
		"RTP elsewhere":    {"kim", 488, withSDP(func(s string) string { return strings.Replace(s, "c=IN IP4 127.0.0.1", "c=IN IP4 192.0.2.9", 1) })},
		"no port":          {"kim", 488, withSDP(func(s string) string { return replacePort(s, "0") })},
		"encrypted":        {"kim", 488, withSDP(func(s string) string { return strings.Replace(s, "RTP/AVP", "RTP/SAVP", 1) })},
		"no address":       {"kim", 488, withSDP(func(s string) string { return strings.Replace(s, "c=IN IP4 127.0.0.1\r\n", "", 1) })},
		"two audio":        {"kim", 488, withSDP(func(s string) string { return s + "m=audio 9 RTP/AVP 0\r\n" })},
		"in no dialog":     {"kim", 481, func(_ *leg, req *sip.Request) { req.AppendHeader(tagged("kim")) }},
		"agent breaks out": {"kim%40x", 480, func(*leg, *sip.Request) {}},
	} {
		t.Run(name, func(t *testing.T) {
			l := r.asterisk.invite(r.server.SIPAddr(), tt.agent, "leg-x", tt.change)
			require.Equal(t, tt.status, next(t, l.statuses))
		})
	}
	require.Zero(t, r.metric("bellhop_media_legs"))
}

func replacePort(sdp, port string) string {
	before, after, _ := strings.Cut(sdp, "m=audio ")
	_, rest, _ := strings.Cut(after, " ")
	return before + "m=audio " + port + " " + rest
}

func tagged(user string) *sip.ToHeader {
	h := &sip.ToHeader{Address: sip.Uri{Scheme: "sip", User: user, Host: "127.0.0.1"}, Params: sip.NewParams()}
	h.Params.Add("tag", "old")
	return h
}

func TestLongCallerNamesStillRing(t *testing.T) {
	r := newRig(t)
	r.signIn("kim")
	l := r.asterisk.invite(r.server.SIPAddr(), "kim", "leg-1", func(_ *leg, req *sip.Request) {
		from := &sip.FromHeader{DisplayName: strings.Repeat("김", 64), Address: sip.Uri{Scheme: "sip", User: strings.Repeat("1", 32), Host: "127.0.0.1"}, Params: sip.NewParams()}
		from.Params.Add("tag", "t")
		req.AppendHeader(from)
	})
	require.Equal(t, 180, next(t, l.statuses))
}

func TestOneLegAnAgent(t *testing.T) {
	r := newRig(t)
	_, first := r.talking("kim", "leg-1")
	second := r.asterisk.invite(r.server.SIPAddr(), "kim", "leg-2")
	require.Equal(t, 486, next(t, second.statuses))
	require.ErrorIs(t, r.serve.PickUp(t.Context(), "kim", "leg-2"), control.UnknownLeg)
	select {
	case <-first.bye:
		require.Fail(t, "the first leg was touched")
	default:
	}
}

func TestLegThatAsteriskForgotGivesWay(t *testing.T) {
	r := newRig(t)
	p, _ := r.talking("kim", "leg-1")
	r.asterisk.mu.Lock()
	r.asterisk.forgets = true
	r.asterisk.mu.Unlock()
	l := r.asterisk.invite(r.server.SIPAddr(), "kim", "leg-2")
	require.Equal(t, 180, next(t, l.statuses))
	require.Equal(t, "leg none leg-1", p.told())
	require.Equal(t, "leg ringing leg-2", p.told())
	require.NoError(t, r.serve.PickUp(t.Context(), "kim", "leg-2"))
	l.answered()
}

func TestCallerGoneWhileRinging(t *testing.T) {
	r := newRig(t)
	p := r.signIn("kim")
	l := r.call("kim", "leg-1")
	require.Equal(t, "leg ringing leg-1", p.told())
	l.cancel()
	require.Equal(t, "leg none leg-1", p.told())
	require.ErrorIs(t, r.serve.PickUp(t.Context(), "kim", "leg-1"), control.UnknownLeg)
	require.Zero(t, r.metric("bellhop_media_legs"))
}

func TestPickUpWithoutAPage(t *testing.T) {
	r := newRig(t)
	p := r.signIn("kim")
	r.call("kim", "leg-1")
	p.close()
	r.hearsGone("kim", p.session)
	require.ErrorIs(t, r.serve.PickUp(t.Context(), "kim", "leg-1"), control.PhoneDown)
	require.NoError(t, r.serve.Close(t.Context(), "kim"))
	require.Eventually(t, func() bool { return r.metric("bellhop_media_legs") == 0 }, patient, 5*time.Millisecond)
}

func TestByeOutsideADialog(t *testing.T) {
	r := newRig(t)
	p, l := r.talking("kim", "leg-1")
	to := netip.MustParseAddrPort(r.server.SIPAddr())
	for name, change := range map[string]func(*sip.Request){
		"of an earlier process": func(req *sip.Request) {
			req.AppendHeader(tagged("kim"))
		},
		"with another tag": func(req *sip.Request) {
			req.AppendHeader(tagged("kim"))
			req.AppendHeader(l.dialog.InviteRequest.CallID())
		},
	} {
		t.Run(name, func(t *testing.T) {
			req := sip.NewRequest(sip.BYE, sip.Uri{Scheme: "sip", User: "kim", Host: "127.0.0.1", Port: int(to.Port())})
			change(req)
			res, err := r.asterisk.dialogs.Client.Do(t.Context(), req)
			require.NoError(t, err)
			require.Equal(t, 481, res.StatusCode)
		})
	}
	l.hangUp()
	require.Equal(t, "leg none leg-1", p.told())
}

func TestReinviteMovesTheAudio(t *testing.T) {
	r := newRig(t)
	_, l := r.talking("kim", "leg-1")
	next(t, l.hears)
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	ask := func(sdp string) *sip.Response {
		req := sip.NewRequest(sip.INVITE, l.dialog.InviteResponse.Contact().Address)
		req.SetBody([]byte(sdp))
		req.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
		res, err := l.dialog.Do(t.Context(), req)
		require.NoError(t, err)
		require.NoError(t, l.dialog.WriteRequest(sip.NewRequest(sip.ACK, req.Recipient)))
		return res
	}
	offer := r.asterisk.offer(conn.LocalAddr().(*net.UDPAddr).Port)
	require.Equal(t, 488, ask(strings.Replace(offer, "IP4 127.0.0.1\r\nt", "IP4 192.0.2.9\r\nt", 1)).StatusCode)
	res := ask(strings.Replace(offer, "sendrecv", "sendonly", 1))
	require.Equal(t, 200, res.StatusCode)
	require.Contains(t, string(res.Body()), "a=recvonly")
	remote, err := remoteOf(string(res.Body()))
	require.NoError(t, err)
	require.Equal(t, l.remote, remote)
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(patient)))
	n, err := conn.Read(make([]byte, 1500))
	require.NoError(t, err)
	require.Equal(t, 172, n)
	l.hangUp()
}

func TestOurByeGoesToAsteriskWhateverItsRoutesSay(t *testing.T) {
	r := newRig(t)
	elsewhere, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 66)})
	require.NoError(t, err)
	defer func() { _ = elsewhere.Close() }()
	r.signIn("kim")
	l := r.asterisk.invite(r.server.SIPAddr(), "kim", "leg-1", func(_ *leg, req *sip.Request) {
		req.AppendHeader(sip.NewHeader("Record-Route", "<sip:"+elsewhere.LocalAddr().String()+";lr>"))
	})
	require.Equal(t, 180, next(t, l.statuses))
	require.NoError(t, r.serve.PickUp(t.Context(), "kim", "leg-1"))
	l.answered()
	require.NoError(t, r.serve.Close(t.Context(), "kim"))
	<-l.bye
	require.NoError(t, elsewhere.SetReadDeadline(time.Now().Add(10*time.Millisecond)))
	_, err = elsewhere.Read(make([]byte, 1500))
	require.Error(t, err)
}

func TestSIPFromElsewhereIsNotEvenParsed(t *testing.T) {
	r := newRig(t)
	r.signIn("kim")
	foreign := newAsterisk(t, "127.0.0.3")
	l := foreign.invite(r.server.SIPAddr(), "kim", "leg-1")
	require.Eventually(t, func() bool { return r.metric("bellhop_media_sip_foreign_packets_total") > 0 }, patient, 5*time.Millisecond)
	require.Empty(t, l.statuses)
}

func TestRTPFromElsewhereIsDropped(t *testing.T) {
	r := newRig(t)
	p, l := r.talking("kim", "leg-1")
	foreign, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 2)})
	require.NoError(t, err)
	defer func() { _ = foreign.Close() }()
	other, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	require.NoError(t, err)
	defer func() { _ = other.Close() }()
	dropped := func(n float64) {
		require.Eventually(t, func() bool { return r.metric("bellhop_media_rtp_dropped_total", "foreign_source") == n }, patient, 5*time.Millisecond)
	}

	l.speakFrom(foreign, rtp.Header{SequenceNumber: 1, SSRC: 1}, frame(1))
	dropped(1)
	l.speakFrom(other, rtp.Header{SequenceNumber: 2, SSRC: 1}, frame(2))
	dropped(2)
	l.speak(rtp.Header{SequenceNumber: 3, SSRC: 1}, frame(3))
	require.Equal(t, frame(3), next(t, p.hears).Payload)
	l.speakFrom(foreign, rtp.Header{SequenceNumber: 4, SSRC: 1}, frame(4))
	l.speakFrom(other, rtp.Header{SequenceNumber: 4, SSRC: 1}, frame(4))
	dropped(4)
	nothingFor(t, other)
	nothingFor(t, foreign)
	l.speak(rtp.Header{SequenceNumber: 4, SSRC: 1}, frame(5))
	require.Equal(t, frame(5), next(t, p.hears).Payload)
}

func TestRubbishOnTheRTPPort(t *testing.T) {
	r := newRig(t)
	p, l := r.talking("kim", "leg-1")
	header := func(first, second byte) []byte { return append([]byte{first, second}, make([]byte, 10)...) }
	for _, b := range [][]byte{
		{},
		{0x80},
		header(0x80, 0), header(0x00, 0), header(0xC0, 0),
		header(0x8F, 0), append(header(0x90, 0), 0, 0, 0xFF, 0xFF), append(header(0xA0, 0), 200), append(header(0xA0, 0), 0),
		append(header(0x80, 0), bytes.Repeat([]byte{1}, 1400)...),
	} {
		_, err := l.rtp.WriteToUDPAddrPort(b, l.remote)
		require.NoError(t, err)
	}
	l.speak(rtp.Header{PayloadType: 3, SequenceNumber: 1, SSRC: 1}, frame(1))
	l.speak(rtp.Header{SequenceNumber: 2, SSRC: 1}, frame(2))
	require.Equal(t, frame(2), next(t, p.hears).Payload)
	require.Equal(t, 10.0, r.metric("bellhop_media_rtp_dropped_total", "malformed"))
	require.Equal(t, 1.0, r.metric("bellhop_media_rtp_dropped_total", "payload_type"))
}
