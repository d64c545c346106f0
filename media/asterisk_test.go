package media_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
	"github.com/google/uuid"
	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"
)

// asterisk plays Asterisk's part: it calls agents and sends plain RTP.
type asterisk struct {
	t       *testing.T
	ip      string
	dialogs sipgo.DialogUA
	running sync.WaitGroup
	mu      sync.Mutex
	legs    map[string]*leg // by Call-ID
	// forgets makes it answer as an Asterisk that was restarted.
	forgets bool
}

// switchEvent is the payload type of telephone-event in Asterisk's offers.
const switchEvent = 101

func newAsterisk(t *testing.T, ip string) *asterisk {
	t.Helper()
	a := &asterisk{t: t, ip: ip, legs: make(map[string]*leg)}
	log := slog.New(slog.DiscardHandler)
	ua, err := sipgo.NewUA(sipgo.WithUserAgent("asterisk"),
		sipgo.WithUserAgentTransactionLayerOptions(sip.WithTransactionLayerLogger(log)),
		sipgo.WithUserAgentTransportLayerOptions(sip.WithTransportLayerLogger(log)))
	require.NoError(t, err)
	conn, err := net.ListenPacket("udp", ip+":0")
	require.NoError(t, err)
	server, err := sipgo.NewServer(ua, sipgo.WithServerLogger(log))
	require.NoError(t, err)
	server.OnBye(a.onBye)
	server.OnOptions(a.onOptions)
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.ServeUDP(conn) })
	require.Eventually(t, func() bool {
		_, err := ua.TransportLayer().GetConnection("udp", conn.LocalAddr().String())
		return err == nil
	}, patient, time.Millisecond)
	port := conn.LocalAddr().(*net.UDPAddr).Port
	client, err := sipgo.NewClient(ua, sipgo.WithClientLogger(log), sipgo.WithClientHostname(ip), sipgo.WithClientConnectionAddr(conn.LocalAddr().String()))
	require.NoError(t, err)
	a.dialogs = sipgo.DialogUA{Client: client, ContactHDR: sip.ContactHeader{Address: sip.Uri{Scheme: "sip", User: "asterisk", Host: ip, Port: port}}}
	t.Cleanup(func() {
		_ = conn.Close()
		serving.Wait()
		_ = ua.Close()
		a.running.Wait()
	})
	return a
}

func (a *asterisk) find(req *sip.Request) *leg {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.forgets {
		return nil
	}
	return a.legs[req.CallID().Value()]
}

func (a *asterisk) onBye(req *sip.Request, tx sip.ServerTransaction) {
	l := a.find(req)
	if l == nil {
		_ = tx.Respond(sip.NewResponseFromRequest(req, 481, "Gone", nil))
		return
	}
	_ = tx.Respond(sip.NewResponseFromRequest(req, 200, "OK", nil))
	close(l.bye)
}

func (a *asterisk) onOptions(req *sip.Request, tx sip.ServerTransaction) {
	status := 200
	if a.find(req) == nil {
		status = 481
	}
	_ = tx.Respond(sip.NewResponseFromRequest(req, status, "", nil))
}

// leg is one call that Asterisk makes.
type leg struct {
	t        *testing.T
	dialog   *sipgo.DialogClientSession
	rtp      *net.UDPConn
	remote   netip.AddrPort // where media wants its RTP
	answer   string
	statuses chan int
	up       chan struct{}
	bye      chan struct{}
	cancel   context.CancelFunc
	hears    chan *rtp.Packet
}

// change alters an INVITE before it is sent.
type change func(l *leg, req *sip.Request)

func withSDP(change func(sdp string) string) change {
	return func(_ *leg, req *sip.Request) { req.SetBody([]byte(change(string(req.Body())))) }
}

func (a *asterisk) offer(port int) string {
	return fmt.Sprintf("v=0\r\no=- 1 1 IN IP4 %s\r\ns=Asterisk\r\nc=IN IP4 %s\r\nt=0 0\r\nm=audio %d RTP/AVP 0 8 %d\r\n"+
		"a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:%d telephone-event/8000\r\na=fmtp:%d 0-16\r\na=ptime:20\r\na=sendrecv\r\n",
		a.ip, a.ip, port, switchEvent, switchEvent, switchEvent)
}

// invite calls the agent at media's SIP address.
func (a *asterisk) invite(to, agent, id string, changes ...change) *leg {
	a.t.Helper()
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.ParseIP(a.ip)})
	require.NoError(a.t, err)
	l := &leg{
		t: a.t, rtp: conn, statuses: make(chan int, 16), up: make(chan struct{}), bye: make(chan struct{}), hears: make(chan *rtp.Packet, 4096),
	}
	at := netip.MustParseAddrPort(to)
	req := sip.NewRequest(sip.INVITE, sip.Uri{Scheme: "sip", User: agent, Host: at.Addr().String(), Port: int(at.Port())})
	req.SetBody([]byte(a.offer(conn.LocalAddr().(*net.UDPAddr).Port)))
	req.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	req.AppendHeader(sip.NewHeader("X-Bellhop-Leg", id))
	callID := sip.CallIDHeader(uuid.NewString())
	req.AppendHeader(&callID)
	for _, c := range changes {
		c(l, req)
	}
	a.mu.Lock()
	a.legs[callID.Value()] = l
	a.mu.Unlock()
	ctx, cancel := context.WithCancel(context.Background())
	l.cancel = cancel
	l.dialog, err = a.dialogs.WriteInvite(ctx, req)
	require.NoError(a.t, err)
	over := make(chan struct{})
	a.running.Go(func() { l.wait(ctx); close(over) })
	a.running.Go(l.listen)
	a.t.Cleanup(func() {
		cancel()
		_ = conn.Close()
		select {
		case <-over:
		case <-time.After(500 * time.Millisecond): // nobody answers it
		}
	})
	return l
}

// wait follows the INVITE and confirms the answer.
func (l *leg) wait(ctx context.Context) {
	err := l.dialog.WaitAnswer(ctx, sipgo.AnswerOptions{OnResponse: func(r *sip.Response) error {
		l.statuses <- r.StatusCode
		return nil
	}})
	if err != nil {
		return
	}
	l.answer = string(l.dialog.InviteResponse.Body())
	l.remote, err = remoteOf(l.answer)
	if err == nil && l.dialog.Ack(ctx) == nil {
		close(l.up)
	}
}

func remoteOf(sdp string) (netip.AddrPort, error) {
	var ip string
	var port uint16
	for line := range strings.Lines(sdp) {
		_, _ = fmt.Sscanf(line, "c=IN IP4 %s", &ip)
		_, _ = fmt.Sscanf(line, "m=audio %d", &port)
	}
	addr, err := netip.ParseAddr(ip)
	return netip.AddrPortFrom(addr, port), err
}

func (l *leg) listen() {
	buf := make([]byte, 1500)
	for {
		n, err := l.rtp.Read(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		p := &rtp.Packet{}
		if err != nil || p.Unmarshal(append([]byte(nil), buf[:n]...)) != nil {
			continue
		}
		l.hears <- p
	}
}

func (l *leg) answered() {
	l.t.Helper()
	next(l.t, l.statuses)
	<-l.up
}

// speak sends one RTP packet from Asterisk's port.
func (l *leg) speak(h rtp.Header, payload []byte) {
	l.t.Helper()
	l.speakFrom(l.rtp, h, payload)
}

func (l *leg) speakFrom(conn *net.UDPConn, h rtp.Header, payload []byte) {
	l.t.Helper()
	h.Version = 2
	b, err := (&rtp.Packet{Header: h, Payload: payload}).Marshal()
	require.NoError(l.t, err)
	_, err = conn.WriteToUDPAddrPort(b, l.remote)
	require.NoError(l.t, err)
}

// hangUp says BYE.
func (l *leg) hangUp() {
	l.t.Helper()
	require.NoError(l.t, l.dialog.Bye(l.t.Context()))
}
