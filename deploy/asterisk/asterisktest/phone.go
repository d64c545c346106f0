package asterisktest

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
	"github.com/stretchr/testify/require"
)

// Phone is a plain SIP telephone for tests, on a port of its own: it calls like a customer and is called like an
// agent's phone.
type Phone struct {
	// Addr is its SIP address, host:port.
	Addr string
	// Incoming gives the calls that reach it; they have not been answered yet, not even with 180.
	Incoming chan *Line

	t      testing.TB
	ua     *sipgo.UserAgent
	dialog *sipgo.DialogUA
	user   string

	mu    sync.Mutex
	lines map[string]*Line // by Call-ID
}

// NewPhone starts a telephone on the loopback address host, such as 127.0.0.1, until the test ends.
func NewPhone(t testing.TB, host, user string) *Phone {
	t.Helper()
	addr, err := net.ResolveUDPAddr("udp", freePort(t, "udp", host))
	require.NoError(t, err)
	ua, err := sipgo.NewUA(sipgo.WithUserAgent(user))
	require.NoError(t, err)
	silent := slog.New(slog.DiscardHandler)
	server, err := sipgo.NewServer(ua, sipgo.WithServerLogger(silent))
	require.NoError(t, err)
	client, err := sipgo.NewClient(ua, sipgo.WithClientHostname(host), sipgo.WithClientPort(addr.Port),
		sipgo.WithClientConnectionAddr(addr.String()), sipgo.WithClientLogger(silent))
	require.NoError(t, err)
	p := &Phone{
		Addr: addr.String(), Incoming: make(chan *Line, 64), t: t, ua: ua, user: user, lines: make(map[string]*Line),
		dialog: &sipgo.DialogUA{
			Client:     client,
			ContactHDR: sip.ContactHeader{Address: sip.Uri{Scheme: "sip", User: user, Host: host, Port: addr.Port}},
		},
	}
	server.OnInvite(p.invited)
	server.OnAck(p.acked)
	server.OnBye(p.byed)
	ready, done := make(chan struct{}), make(chan struct{})
	ctx, cancel := context.WithCancel(context.WithValue(context.Background(), sipgo.ListenReadyCtxKey, sipgo.ListenReadyCtxValue(ready))) //nolint:staticcheck // sipgo's own key
	go func() {
		defer close(done)
		_ = server.ListenAndServe(ctx, "udp", addr.String())
	}()
	select {
	case <-ready:
	case <-done:
		cancel()
		_ = ua.Close()
		t.Logf("somebody took %s meanwhile: another port", addr)
		return NewPhone(t, host, user)
	}
	require.Eventually(t, func() bool { // sipgo says that it is ready a little before it knows the socket
		conn, err := ua.TransportLayer().GetConnection("udp", addr.String())
		return err == nil && conn != nil
	}, time.Second, time.Millisecond)
	t.Cleanup(func() {
		for _, l := range p.open() {
			l.Hangup()
		}
		cancel()
		<-done
		_ = ua.Close()
	})
	return p
}

// Call dials a number at a SIP address (host:port). The call goes on by itself; watch the Line.
func (p *Phone) Call(number, at string, headers ...sip.Header) *Line {
	p.t.Helper()
	l := p.newLine()
	ctx, cancel := context.WithCancel(context.Background())
	l.cancel = cancel
	host, port, err := net.SplitHostPort(at)
	require.NoError(p.t, err)
	to := sip.Uri{Scheme: "sip", User: number, Host: host}
	_, err = fmt.Sscan(port, &to.Port)
	require.NoError(p.t, err)
	headers = append(headers, sip.NewHeader("Content-Type", "application/sdp"))
	l.placed = time.Now()
	session, err := p.dialog.Invite(ctx, to, l.sdp(), headers...)
	require.NoError(p.t, err)
	l.client = session
	p.add(session.InviteRequest.CallID().Value(), l)
	go l.dial(ctx)
	return l
}

// Register signs the telephone in at a SIP address, as one on an agent's desk does, and gives the final status.
func (p *Phone) Register(at, password string) int {
	p.t.Helper()
	host, port, err := net.SplitHostPort(at)
	require.NoError(p.t, err)
	to := sip.Uri{Scheme: "sip", Host: host, User: p.user}
	_, err = fmt.Sscan(port, &to.Port)
	require.NoError(p.t, err)
	req := sip.NewRequest(sip.REGISTER, to)
	name := "<sip:" + p.user + "@" + host + ">"
	for _, h := range []sip.Header{
		sip.NewHeader("From", name+";tag="+sip.GenerateTagN(8)), sip.NewHeader("To", name),
		sip.NewHeader("Contact", "<sip:"+p.user+"@"+p.Addr+">"), sip.NewHeader("Expires", "120"),
	} {
		req.AppendHeader(h)
	}
	ctx, cancel := context.WithTimeout(p.t.Context(), 5*time.Second)
	defer cancel()
	resp, err := p.dialog.Client.Do(ctx, req)
	require.NoError(p.t, err)
	if resp.StatusCode == sip.StatusUnauthorized {
		resp, err = p.dialog.Client.DoDigestAuth(ctx, req, resp, sipgo.DigestAuth{Username: p.user, Password: password})
		require.NoError(p.t, err)
	}
	return resp.StatusCode
}

func (p *Phone) newLine() *Line {
	p.t.Helper()
	host, _, err := net.SplitHostPort(p.Addr)
	require.NoError(p.t, err)
	rtp, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.ParseIP(host)})
	require.NoError(p.t, err)
	return newLine(p, rtp)
}

func (p *Phone) invited(req *sip.Request, tx sip.ServerTransaction) {
	session, err := p.dialog.ReadInvite(req, tx)
	if err != nil {
		return
	}
	l := p.newLine()
	l.Request, l.server = req, session
	l.learn(string(req.Body()))
	p.add(req.CallID().Value(), l)
	p.Incoming <- l
	<-session.Context().Done() // cancelled, answered with an error, or ended
	l.end("")
}

func (p *Phone) acked(req *sip.Request, tx sip.ServerTransaction) {
	if l := p.line(req); l != nil && l.server != nil {
		_ = l.server.ReadAck(req, tx)
	}
}

func (p *Phone) byed(req *sip.Request, tx sip.ServerTransaction) {
	l := p.line(req)
	switch {
	case l == nil:
		_ = tx.Respond(sip.NewResponseFromRequest(req, 481, "Call does not exist", nil))
	case l.server != nil:
		_ = l.server.ReadBye(req, tx)
		l.end(reasonOf(req))
	default:
		_ = l.client.ReadBye(req, tx)
		l.end(reasonOf(req))
	}
}

func reasonOf(req *sip.Request) string {
	if h := req.GetHeader("Reason"); h != nil {
		return h.Value()
	}
	return ""
}

func (p *Phone) add(id string, l *Line) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lines[id] = l
}

func (p *Phone) line(req *sip.Request) *Line {
	p.mu.Lock()
	defer p.mu.Unlock()
	if req.CallID() == nil {
		return nil
	}
	return p.lines[req.CallID().Value()]
}

func (p *Phone) open() []*Line {
	p.mu.Lock()
	defer p.mu.Unlock()
	var lines []*Line
	for _, l := range p.lines {
		lines = append(lines, l)
	}
	return lines
}

// From is a From header with a display name and a user, both as they are sent: escape them where SIP asks for it.
func From(display, user string) sip.Header {
	if display != "" {
		display = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(display) + `" `
	}
	return sip.NewHeader("From", fmt.Sprintf("%s<sip:%s@127.0.0.1>;tag=%d", display, user, time.Now().UnixNano()))
}
