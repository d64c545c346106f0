// Package handsettest is the other end of the line for tests of telephones: a
// SIP switch in the same process that does with each call what the test says.
package handsettest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
	"github.com/stretchr/testify/require"
)

// Switch answers SIP calls on a loopback port.
type Switch struct {
	// Addr is the switch's SIP address, host:port.
	Addr string

	t       testing.TB
	handle  func(*Call)
	dialogs *sipgo.DialogServerCache
	client  *sipgo.Client

	mu      sync.Mutex
	calls   map[string]*Call
	stopped bool
	wg      sync.WaitGroup
}

// New starts a switch that gives each call to handle, in a goroutine of its
// own. It is stopped with the test, and handle must be done by then.
func New(t testing.TB, handle func(*Call)) *Switch {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	require.NoError(t, err)
	addr := portOf(conn)
	ua, err := sipgo.NewUA(
		sipgo.WithUserAgentTransportLayerOptions(sip.WithTransportLayerLogger(log)),
		sipgo.WithUserAgentTransactionLayerOptions(
			sip.WithTransactionLayerLogger(log),
			sip.WithTransactionLayerUnhandledResponseHandler(func(*sip.Response) {}),
		))
	require.NoError(t, err)
	client, err := sipgo.NewClient(ua, sipgo.WithClientLogger(log),
		sipgo.WithClientAddr(addr.String()), sipgo.WithClientConnectionAddr(addr.String()))
	require.NoError(t, err)
	server, err := sipgo.NewServer(ua, sipgo.WithServerLogger(log))
	require.NoError(t, err)
	s := &Switch{
		Addr: addr.String(), t: t, handle: handle, client: client, calls: make(map[string]*Call),
		dialogs: sipgo.NewDialogServerCache(client, sip.ContactHeader{
			Address: sip.Uri{Scheme: "sip", User: "switch", Host: addr.Addr().String(), Port: int(addr.Port())},
		}),
	}
	server.OnInvite(s.onInvite)
	server.OnAck(func(req *sip.Request, tx sip.ServerTransaction) { _ = s.dialogs.ReadAck(req, tx) })
	server.OnBye(s.onBye)
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.ServeUDP(conn)
	}()
	t.Cleanup(func() {
		s.mu.Lock()
		s.stopped = true
		s.mu.Unlock()
		s.wg.Wait()
		_ = conn.Close()
		<-served
		_ = ua.Close()
		// An answer that was under way opens another socket for itself.
		time.AfterFunc(300*time.Millisecond, func() { _ = ua.TransportLayer().Close() })
	})
	return s
}

// portOf returns the address that a socket was given.
func portOf(conn *net.UDPConn) netip.AddrPort {
	addr, _ := netip.ParseAddrPort(conn.LocalAddr().String()) // always one
	return addr
}

func (s *Switch) onInvite(req *sip.Request, tx sip.ServerTransaction) {
	dialog, err := s.dialogs.ReadInvite(req, tx)
	if err != nil {
		_ = tx.Respond(sip.NewResponseFromRequest(req, sip.StatusBadRequest, err.Error(), nil))
		return
	}
	call, err := newCall(s, req, dialog)
	if err != nil {
		_ = tx.Respond(sip.NewResponseFromRequest(req, sip.StatusInternalServerError, err.Error(), nil))
		return
	}
	s.mu.Lock()
	if s.stopped {
		s.mu.Unlock()
		return
	}
	s.calls[req.CallID().Value()] = call
	tx.OnCancel(func(cancel *sip.Request) { call.over(cancel) })
	s.wg.Go(func() {
		defer call.close()
		s.handle(call)
	})
	s.mu.Unlock()
	select { // sipgo ends the transaction when this function returns
	case <-tx.Done():
	case <-call.gone:
	}
}

func (s *Switch) onBye(req *sip.Request, tx sip.ServerTransaction) {
	s.mu.Lock()
	call := s.calls[req.CallID().Value()]
	s.mu.Unlock()
	if call == nil {
		_ = tx.Respond(sip.NewResponseFromRequest(req, sip.StatusCallTransactionDoesNotExists, "Unknown", nil))
		return
	}
	_ = call.dialog.ReadBye(req, tx)
	call.over(req)
}

// Call is one call at the switch.
type Call struct {
	// Invite is the INVITE as it came.
	Invite *sip.Request

	sw     *Switch
	dialog *sipgo.DialogServerSession
	rtp    *net.UDPConn
	peer   netip.AddrPort
	ended  chan *sip.Request
	once   sync.Once
	gone   chan struct{}
	media  sync.WaitGroup
}

func newCall(s *Switch, req *sip.Request, dialog *sipgo.DialogServerSession) (*Call, error) {
	peer, err := readOffer(req.Body())
	if err != nil {
		return nil, err
	}
	rtp, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, err
	}
	return &Call{
		Invite: req, sw: s, dialog: dialog, rtp: rtp, peer: peer,
		ended: make(chan *sip.Request, 1), gone: make(chan struct{}),
	}, nil
}

func (c *Call) over(by *sip.Request) { c.once.Do(func() { c.ended <- by }) }

func (c *Call) close() {
	_ = c.rtp.Close()
	c.media.Wait()
	close(c.gone)
}

// Ended delivers the CANCEL or BYE with which the other side ended the call.
func (c *Call) Ended() <-chan *sip.Request { return c.ended }

// Ring sends 180.
func (c *Call) Ring() { c.respond(sip.StatusRinging, "Ringing", nil) }

// EarlyMedia sends 183 with SDP.
func (c *Call) EarlyMedia() {
	c.respond(sip.StatusSessionInProgress, "Session Progress", c.SDP("sendrecv"), contentSDP())
}

// Refuse sends a final answer other than 200.
func (c *Call) Refuse(status int, reason string, headers ...sip.Header) {
	c.respond(status, reason, nil, headers...)
}

// Answer sends 200 with SDP and returns when the ACK has come.
func (c *Call) Answer() { c.AnswerWith(c.SDP("sendrecv")) }

// AnswerWith is [Call.Answer] with another SDP.
func (c *Call) AnswerWith(sdp []byte) {
	c.respond(sip.StatusOK, "OK", sdp, contentSDP())
}

func (c *Call) respond(status int, reason string, body []byte, headers ...sip.Header) {
	if err := c.dialog.Respond(status, reason, body, headers...); err != nil && !errors.Is(err, sip.ErrTransactionCanceled) {
		c.sw.t.Logf("switch: %d not sent: %v", status, err)
	}
}

func contentSDP() sip.Header { return sip.NewHeader("Content-Type", "application/sdp") }

// HangUp sends BYE with the given headers and returns the answer's error, if any.
func (c *Call) HangUp(headers ...sip.Header) error {
	bye := sip.NewRequest(sip.BYE, c.Invite.Contact().Address)
	for _, h := range headers {
		bye.AppendHeader(h)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return c.dialog.WriteBye(ctx, bye)
}

// Reinvite sends a re-INVITE with the given SDP (none if nil), acknowledges a
// 200 with ack as its body, and returns the final answer.
func (c *Call) Reinvite(sdp, ack []byte) (*sip.Response, error) {
	req := sip.NewRequest(sip.INVITE, c.Invite.Contact().Address)
	if sdp != nil {
		req.AppendHeader(contentSDP())
	}
	req.SetBody(sdp)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	res, err := c.dialog.Do(ctx, req)
	if err != nil || !res.IsSuccess() {
		return res, err
	}
	confirm := sip.NewRequest(sip.ACK, c.Invite.Contact().Address)
	confirm.AppendHeader(&sip.CSeqHeader{SeqNo: req.CSeq().SeqNo, MethodName: sip.ACK})
	if ack != nil {
		confirm.AppendHeader(contentSDP())
	}
	confirm.SetBody(ack)
	if err := c.dialog.WriteRequest(confirm); err != nil {
		return res, fmt.Errorf("ACK: %w", err)
	}
	return res, nil
}
