package handset_test

import (
	"bytes"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/stretchr/testify/require"

	"bellhop/media/handset"
)

// rawPeer is a UDP socket that sees what is really sent.
type rawPeer struct {
	t    testing.TB
	conn *net.UDPConn
}

func newRawPeer(t testing.TB) *rawPeer {
	t.Helper()
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return &rawPeer{t, conn}
}

func (r *rawPeer) addr() string { return r.conn.LocalAddr().String() }

func (r *rawPeer) read() ([]byte, *net.UDPAddr) {
	r.t.Helper()
	buf := make([]byte, 65536)
	require.NoError(r.t, r.conn.SetReadDeadline(time.Now().Add(5*time.Second)))
	n, from, err := r.conn.ReadFromUDP(buf)
	require.NoError(r.t, err)
	return buf[:n], from
}

// expect reads up to a request of the given method, past repetitions of others.
func (r *rawPeer) expect(method sip.RequestMethod) (*sip.Request, *net.UDPAddr) {
	r.t.Helper()
	for {
		raw, from := r.read()
		msg, err := sip.ParseMessage(raw)
		require.NoError(r.t, err)
		if req, ok := msg.(*sip.Request); ok && req.Method == method {
			return req, from
		}
	}
}

func (r *rawPeer) respond(req *sip.Request, to *net.UDPAddr, status int, body []byte, headers ...sip.Header) {
	r.t.Helper()
	res := sip.NewResponseFromRequest(req, status, "As Told", body)
	for _, h := range headers {
		res.AppendHeader(h)
	}
	_, err := r.conn.WriteToUDP([]byte(res.String()), to)
	require.NoError(r.t, err)
}

// The lines an INVITE has, one each and no other.
var inviteLines = []string{
	"Via", "Max-Forwards", "From", "To", "Call-ID", "CSeq", "Contact", "Allow", "User-Agent", "Content-Type", "Content-Length",
}

// checkInvite fails unless raw is one INVITE with exactly the lines expected.
func checkInvite(t testing.TB, raw []byte, more ...string) map[string]string {
	t.Helper()
	head, body, ok := bytes.Cut(raw, []byte("\r\n\r\n"))
	require.True(t, ok)
	require.True(t, bytes.HasPrefix(body, []byte("v=0\r\n")), "the body is our SDP")
	require.NotContains(t, strings.ReplaceAll(string(head), "\r\n", ""), "\n")
	require.NotContains(t, strings.ReplaceAll(string(head), "\r\n", ""), "\r")
	lines := strings.Split(string(head), "\r\n")
	require.Regexp(t, `^INVITE sip:[^ ]* SIP/2\.0$`, lines[0])
	headers := make(map[string]string)
	var names []string
	for _, line := range lines[1:] {
		name, value, ok := strings.Cut(line, ": ")
		require.True(t, ok, "%q is not a header", line)
		names = append(names, name)
		headers[name] = value
	}
	want := append(slices.Clone(inviteLines), more...)
	require.ElementsMatch(t, want, names)
	return headers
}

func TestHostileCallersCannotInjectAnything(t *testing.T) {
	long := strings.Repeat("가", 4096/3)
	for name, test := range map[string]struct {
		caller handset.Caller
		from   string // up to the tag
		more   []string
	}{
		"a plain one":  {handset.Caller{Number: "01012345678", Name: "김철수"}, `"김철수" <sip:01012345678@127.0.0.1>`, nil},
		"none":         {handset.Caller{}, `<sip:127.0.0.1>`, nil},
		"anonymous":    {handset.Caller{Number: "01012345678", Name: "김철수", Anonymous: true}, `"Anonymous" <sip:anonymous@anonymous.invalid>`, []string{"Privacy"}},
		"line breaks":  {handset.Caller{Number: "1\r\nX-Evil: 1", Name: "a\r\nX-Evil: 1\r\n\r\nbody\x00"}, `"a  X-Evil: 1    body " <sip:1%0D%0AX-Evil%3A%201@127.0.0.1>`, nil},
		"quotes":       {handset.Caller{Name: `" <sip:admin@host>;tag=x, "\`}, `"\" <sip:admin@host>;tag=x, \"\\" <sip:127.0.0.1>`, nil},
		"HTML":         {handset.Caller{Name: `<script>alert(1)</script>`, Number: `<b>1</b>`}, `"<script>alert(1)</script>" <sip:%3Cb%3E1%3C/b%3E@127.0.0.1>`, nil},
		"emoji":        {handset.Caller{Name: "😀", Number: "☎"}, `"😀" <sip:%E2%98%8E@127.0.0.1>`, nil},
		"four KB":      {handset.Caller{Name: long}, `"` + long + `" <sip:127.0.0.1>`, nil},
		"another host": {handset.Caller{Number: "a@evil;x?y"}, `<sip:a%40evil%3Bx%3Fy@127.0.0.1>`, nil},
		"controls":     {handset.Caller{Name: "\a\x7f\t\u202e"}, "\"\\\a\\\x7f\t\u202e\" <sip:127.0.0.1>", nil},
		"not UTF-8":    {handset.Caller{Name: "\xff\xfe"}, "\"\xff\xfe\" <sip:127.0.0.1>", nil},
	} {
		t.Run(name, func(t *testing.T) {
			raw := newRawPeer(t)
			s := dial(t, newPhone(t), handset.Call{Server: raw.addr(), From: test.caller})
			message, from := raw.read()
			headers := checkInvite(t, message, test.more...)
			sent := headers["From"]
			require.Equal(t, test.from, sent[:strings.LastIndex(sent, ";tag=")])

			msg, err := sip.ParseMessage(message)
			require.NoError(t, err)
			raw.respond(msg.(*sip.Request), from, 486, nil)
			require.Equal(t, 486, awaitEnd(t, s).Status, "the answer to such a caller is understood")
		})
	}
}

func TestAnythingCanBeDialledSafely(t *testing.T) {
	raw := newRawPeer(t)
	s := dial(t, newPhone(t), handset.Call{Server: raw.addr(), To: "1 SIP/2.0\r\nX-Evil: <é>", ReplyTimeout: 50 * time.Millisecond})
	message, _ := raw.read()
	headers := checkInvite(t, message)
	require.Equal(t, "<sip:1%20SIP/2.0%0D%0AX-Evil%3A%20%3C%C3%A9%3E@127.0.0.1>", headers["To"])
	awaitEnd(t, s)
}

// A 200 that crosses our CANCEL must be acknowledged and hung up.
func TestAnsweredWhileBeingCancelled(t *testing.T) {
	raw := newRawPeer(t)
	d := newDiary()
	s := dial(t, newPhone(t), handset.Call{Server: raw.addr(), OnEvent: d.write})
	invite, from := raw.expect(sip.INVITE)
	raw.respond(invite, from, 180, nil)
	d.await(t, handset.Ringing)
	s.HangUp()
	cancel, _ := raw.expect(sip.CANCEL)
	require.Equal(t, invite.Via().Params, cancel.Via().Params, "a CANCEL has the Via of its INVITE")
	raw.respond(cancel, from, 200, nil)
	_, port, err := net.SplitHostPort(raw.addr())
	require.NoError(t, err)
	contact := sip.NewHeader("Contact", "<sip:raw@127.0.0.1:"+port+">")
	raw.respond(invite, from, 200, nil, contact)
	ack, _ := raw.expect(sip.ACK)
	require.Equal(t, invite.CSeq().SeqNo, ack.CSeq().SeqNo)
	bye, _ := raw.expect(sip.BYE)
	require.Equal(t, invite.CSeq().SeqNo+1, bye.CSeq().SeqNo)
	raw.respond(bye, from, 200, nil)
	end := awaitEnd(t, s)
	require.Equal(t, handset.Us, end.By)
	require.False(t, end.Answered)
}

// Every repetition of the 200 is acknowledged, requests follow the route set,
// and an answer that means nothing to us is hung up at once.
func TestAnswerWithoutACommonCodecIsHungUp(t *testing.T) {
	raw := newRawPeer(t)
	s := dial(t, newPhone(t), handset.Call{Server: raw.addr()})
	invite, from := raw.expect(sip.INVITE)
	sdp := []byte("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 18\r\n")
	headers := []sip.Header{
		sip.NewHeader("Contact", "<sip:raw@unreachable.invalid>"),
		sip.NewHeader("Record-Route", "<sip:"+raw.addr()+";lr;hop=2>"),
		sip.NewHeader("Record-Route", "<sip:far.invalid;lr;hop=1>"),
	}
	headers[1], headers[2] = headers[2], headers[1]
	raw.respond(invite, from, 200, sdp, headers...)
	ack, _ := raw.expect(sip.ACK)
	require.Equal(t, "sip:raw@unreachable.invalid", ack.Recipient.String())
	routes := ack.GetHeaders("Route")
	require.Len(t, routes, 2)
	require.Contains(t, routes[0].Value(), "hop=2", "the route set is the record turned round")
	bye, _ := raw.expect(sip.BYE)
	require.True(t, bye.To().Params.Has("tag"))
	raw.respond(invite, from, 200, sdp, headers...)
	raw.expect(sip.ACK)
	raw.respond(bye, from, 200, nil)
	end := awaitEnd(t, s)
	require.False(t, end.Answered)
	require.Equal(t, handset.Us, end.By)
	require.Contains(t, end.Reason, "neither PCMU nor PCMA")
}

func TestRequestsAboutNoCallOfOurs(t *testing.T) {
	raw := newRawPeer(t)
	p := newPhone(t)
	to := net.UDPAddrFromAddrPort(p.Addr())
	for _, test := range []struct {
		method sip.RequestMethod
		tag    string
		want   string
	}{
		{sip.OPTIONS, "", "SIP/2.0 200"},
		{sip.BYE, ";tag=x", "SIP/2.0 481"},
		{sip.INVITE, ";tag=x", "SIP/2.0 481"},
		{sip.INVITE, "", "SIP/2.0 480"},
		{"REGISTER", "", "SIP/2.0 405"},
	} {
		request := string(test.method) + " sip:handset@" + p.Addr().String() + " SIP/2.0\r\n" +
			"Via: SIP/2.0/UDP " + raw.addr() + ";branch=z9hG4bK" + string(test.method) + test.tag[min(1, len(test.tag)):] + "\r\n" +
			"From: <sip:x@127.0.0.1>;tag=a\r\nTo: <sip:handset@127.0.0.1>" + test.tag + "\r\n" +
			"Call-ID: nothing\r\nCSeq: 1 " + string(test.method) + "\r\nContent-Length: 0\r\n\r\n"
		_, err := raw.conn.WriteToUDP([]byte(request), to)
		require.NoError(t, err)
		answer, _ := raw.read()
		require.True(t, strings.HasPrefix(string(answer), test.want), "%s%s: %s", test.method, test.tag, answer)
		if test.method == sip.INVITE {
			ack := strings.NewReplacer("INVITE sip", "ACK sip", "1 INVITE", "1 ACK").Replace(request)
			_, err = raw.conn.WriteToUDP([]byte(ack), to)
			require.NoError(t, err)
		}
	}
}
