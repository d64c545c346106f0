package asterisk_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
	"github.com/stretchr/testify/require"

	"bellhop/deploy/asterisk"
	"bellhop/deploy/asterisk/asterisktest"
)

// scanner is somebody who tries numbers and names.
type scanner struct {
	t      *testing.T
	client *sipgo.Client
	host   string
	target sip.Uri
}

func newScanner(t *testing.T, host, target string) *scanner {
	t.Helper()
	ua, err := sipgo.NewUA(sipgo.WithUserAgent("friendly-scanner"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = ua.Close() })
	client, err := sipgo.NewClient(ua, sipgo.WithClientHostname(host), sipgo.WithClientConnectionAddr(host+":0"),
		sipgo.WithClientLogger(slog.New(slog.DiscardHandler)))
	require.NoError(t, err)
	var uri sip.Uri
	require.NoError(t, sip.ParseUri("sip:"+target, &uri))
	return &scanner{t, client, host, uri}
}

// ask sends a request about a user and returns the final answer, with what tells answers apart: all but what is made anew
// for each.
func (s *scanner) ask(method sip.RequestMethod, user string) (status int, answer string) {
	s.t.Helper()
	to := s.target
	to.User = user
	req := sip.NewRequest(method, to)
	from := sip.Uri{Scheme: "sip", User: user, Host: s.host}
	tag := sip.NewParams()
	tag.Add("tag", sip.GenerateTagN(8))
	req.AppendHeader(&sip.FromHeader{Address: from, Params: tag})
	req.AppendHeader(sip.NewHeader("Contact", "<sip:x@"+net.JoinHostPort(s.host, "5999")+">"))
	req.AppendHeader(sip.NewHeader("Expires", "60"))
	switch method { //nolint:exhaustive // the others need no more
	case sip.REFER:
		req.AppendHeader(sip.NewHeader("Refer-To", "<sip:0060000000@"+s.host+">"))
	case sip.SUBSCRIBE, sip.NOTIFY, sip.PUBLISH:
		req.AppendHeader(sip.NewHeader("Event", "presence"))
		req.AppendHeader(sip.NewHeader("Subscription-State", "active"))
	case sip.MESSAGE:
		req.AppendHeader(sip.NewHeader("Content-Type", "text/plain"))
		req.SetBody([]byte("hello"))
	case sip.INVITE:
		req.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
		req.SetBody(fmt.Appendf(nil, "v=0\r\no=- 1 1 IN IP4 %[1]s\r\ns=-\r\nc=IN IP4 %[1]s\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n", s.host))
	}
	ctx, cancel := context.WithTimeout(s.t.Context(), 5*time.Second)
	defer cancel()
	resp, err := s.client.Do(ctx, req)
	require.NoError(s.t, err, "%s %s", method, user)
	var told []string
	for _, h := range resp.Headers() {
		switch strings.ToLower(h.Name()) {
		case "via", "from", "to", "call-id", "cseq", "date":
		case "www-authenticate", "contact":
			told = append(told, h.Name())
		default:
			told = append(told, h.Name()+": "+h.Value())
		}
	}
	return resp.StatusCode, fmt.Sprint(resp.StatusCode, resp.Reason, told, len(resp.Body()) > 0)
}

// guesses are numbers we have, extensions, names of our own configuration, and what costs money to call.
var guesses = []string{
	"1000", "2041", "9999", "agent", "carrier", "customers", "party", "admin", "bellhop", "0015551234567", "0060912345678",
	"060700123", "+8821234567", "011881234", "900", "01012345678",
}

// otherThanInvite is every method that somebody may try, and that nobody here needs from outside.
var otherThanInvite = []sip.RequestMethod{
	sip.REGISTER, sip.SUBSCRIBE, sip.MESSAGE, sip.REFER, sip.NOTIFY, sip.PUBLISH, sip.INFO, sip.UPDATE, sip.OPTIONS,
}

// TestScanFromUnknownSource: whoever is not let in is refused, whatever he tries and whomever he guesses, in the same words.
func TestScanFromUnknownSource(t *testing.T) {
	t.Parallel()
	carrier := asterisktest.NewPhone(t, "127.0.0.4", "carrier")
	in := asterisktest.StartForTest(t, func(c *asterisk.Config) { c.CarrierAddr, c.Callers = carrier.Addr, "127.0.0.2/32" })
	s := newScanner(t, "127.0.0.3", in.SIPAddr)
	for _, method := range append([]sip.RequestMethod{sip.INVITE}, otherThanInvite...) {
		_, first := s.ask(method, guesses[0])
		for _, user := range guesses {
			status, answer := s.ask(method, user)
			require.GreaterOrEqual(t, status, 400, "%s %s", method, user)
			require.Equal(t, first, answer, "%s %s: the answer tells who exists", method, user)
		}
		t.Logf("%s: %s", method, first)
	}
	requireNothing(t, in, carrier)
	line := asterisktest.NewPhone(t, "127.0.0.2", "010").Call("1000", in.SIPAddr)
	<-line.Answered
}

// TestScanFromTheTrunk: on the customers' side, too, only a call can be made, and it reaches nothing but Bellhop.
func TestScanFromTheTrunk(t *testing.T) {
	t.Parallel()
	carrier := asterisktest.NewPhone(t, "127.0.0.4", "carrier")
	in := asterisktest.StartForTest(t, func(c *asterisk.Config) { c.CarrierAddr = carrier.Addr })
	s := newScanner(t, "127.0.0.3", in.SIPAddr)
	for _, method := range otherThanInvite {
		_, first := s.ask(method, guesses[0])
		for _, user := range guesses {
			status, answer := s.ask(method, user)
			if method != sip.OPTIONS {
				require.GreaterOrEqual(t, status, 400, "%s %s", method, user)
			}
			require.Equal(t, first, answer, "%s %s: the answer tells who exists", method, user)
		}
		t.Logf("%s: %s", method, first)
	}
	requireNothing(t, in, carrier)

	phone := asterisktest.NewPhone(t, "127.0.0.2", "010")
	for _, number := range guesses {
		line := phone.Call(number, in.SIPAddr)
		<-line.Answered // with music, for no server is there
		var channels []struct {
			Name     string `json:"name"`
			Dialplan struct {
				Context string `json:"context"`
				Exten   string `json:"exten"`
			} `json:"dialplan"`
		}
		require.NoError(t, in.Get("/channels", &channels))
		require.Len(t, channels, 1, number)
		require.True(t, strings.HasPrefix(channels[0].Name, "PJSIP/customers-"), channels[0].Name)
		require.Equal(t, "from-trunk", channels[0].Dialplan.Context)
		require.Equal(t, number, channels[0].Dialplan.Exten)
		if number == guesses[0] {
			refuseTransfer(t, line)
		}
		line.Hangup()
		in.RequireIdle()
	}
	requireNothing(t, in, carrier)
}

// refuseTransfer: a caller cannot have his call sent on to another number. Asterisk leaves the request without an answer.
func refuseTransfer(t *testing.T, line *asterisktest.Line) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	status, err := line.Ask(ctx, sip.REFER, sip.NewHeader("Refer-To", "<sip:0060912345678@127.0.0.1>"))
	if err == nil {
		require.GreaterOrEqual(t, status, 400)
	}
}

// requireNothing: no call is there and none went out.
func requireNothing(t *testing.T, in *asterisktest.Instance, carrier *asterisktest.Phone) {
	t.Helper()
	in.RequireIdle()
	require.Empty(t, carrier.Incoming, "somebody was called outside")
}
