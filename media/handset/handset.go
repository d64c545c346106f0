// Package handset is a customer's telephone: it dials a SIP server over UDP,
// speaks and listens with G.711, presses keys, hangs up, and tells what
// happened. `bellhop call` and the end-to-end tests place their calls with it.
//
// One [Phone] is one SIP address and carries any number of calls at the same
// time; each call is a [Session] with its own RTP port.
package handset

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

// ErrClosed is returned by [Phone.Dial] after [Phone.Close].
var ErrClosed = errors.New("the telephone is switched off")

// A customer's name may be longer than sipgo's 1300 bytes for a UDP message;
// what the network allows is sent, and cut into fragments if need be.
func init() { sip.UDPMTUSize = 65507 + 200 }

// Options say where a telephone is.
type Options struct {
	// LocalIP is the address that SIP and RTP are sent from and received at,
	// 127.0.0.1 if unset. It must be one of this machine's own.
	LocalIP netip.Addr
	// SIPPort is the UDP port for SIP; 0 lets the kernel choose.
	SIPPort uint16
	// UserAgent is what the telephone calls itself, "bellhop-call" if empty.
	UserAgent string
	// Log receives what SIP has to complain about; nil throws it away.
	Log *slog.Logger
}

func (o *Options) validate() error {
	if !o.LocalIP.IsValid() {
		o.LocalIP = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	if o.LocalIP.IsUnspecified() {
		return errors.New("handset: the local address must be a real one, it is told to the other side")
	}
	if o.UserAgent == "" {
		o.UserAgent = "bellhop-call"
	}
	if strings.ContainsFunc(o.UserAgent, func(r rune) bool { return r < ' ' || r > '~' }) {
		return errors.New("handset: the user agent may hold printable ASCII only")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return nil
}

// Phone is a telephone that is switched on. It is safe for concurrent use.
type Phone struct {
	opts   Options
	addr   netip.AddrPort
	conn   net.PacketConn
	ua     *sipgo.UserAgent
	client *sipgo.Client
	served chan struct{}

	mu       sync.Mutex
	sessions map[string]*Session // by Call-ID
	closed   bool
}

// New switches a telephone on: it is bound to its address and can dial.
func New(opts Options) (*Phone, error) {
	if err := opts.validate(); err != nil {
		return nil, err
	}
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(opts.LocalIP, opts.SIPPort)))
	if err != nil {
		return nil, fmt.Errorf("handset: %w", err)
	}
	p := &Phone{
		opts:     opts,
		addr:     addrOf(conn),
		conn:     conn,
		served:   make(chan struct{}),
		sessions: make(map[string]*Session),
	}
	if err := p.connect(); err != nil {
		return nil, errors.Join(fmt.Errorf("handset: %w", err), conn.Close())
	}
	return p, nil
}

// connect starts sipgo on the telephone's socket.
func (p *Phone) connect() error {
	log := p.opts.Log
	var err error
	p.ua, err = sipgo.NewUA(
		sipgo.WithUserAgent(p.opts.UserAgent),
		sipgo.WithUserAgentHostname(p.addr.Addr().String()),
		sipgo.WithUserAgentTransportLayerOptions(sip.WithTransportLayerLogger(log)),
		sipgo.WithUserAgentTransactionLayerOptions(
			sip.WithTransactionLayerLogger(log),
			sip.WithTransactionLayerUnhandledResponseHandler(func(res *sip.Response) {
				log.Debug("response to nothing we asked", "status", res.StatusCode)
			}),
		),
	)
	if err != nil {
		return err
	}
	p.client, err = sipgo.NewClient(p.ua,
		sipgo.WithClientLogger(log),
		sipgo.WithClientAddr(p.addr.String()),
		sipgo.WithClientNAT(),
	)
	if err != nil {
		return err
	}
	server, err := sipgo.NewServer(p.ua, sipgo.WithServerLogger(log))
	if err != nil {
		return err
	}
	server.OnInvite(p.onInvite)
	server.OnAck(p.onAck)
	server.OnBye(p.onBye)
	server.OnOptions(func(req *sip.Request, tx sip.ServerTransaction) { p.respond(tx, req, sip.StatusOK, "OK") })
	conn := &socket{PacketConn: p.conn, reading: make(chan struct{})}
	go func() {
		defer close(p.served)
		if err := server.ServeUDP(conn); err != nil && !errors.Is(err, net.ErrClosed) {
			log.Error("SIP socket", "error", err)
		}
	}()
	select {
	case <-conn.reading:
		return nil
	case <-p.served:
		return errors.New("SIP socket not served")
	}
}

// socket tells when sipgo begins to read: only then does it send through this
// socket too.
type socket struct {
	net.PacketConn

	once    sync.Once
	reading chan struct{}
}

// ReadFrom is that of the socket.
func (s *socket) ReadFrom(b []byte) (int, net.Addr, error) {
	s.once.Do(func() { close(s.reading) })
	return s.PacketConn.ReadFrom(b)
}

// addrOf returns the address that a socket was given.
func addrOf(conn *net.UDPConn) netip.AddrPort {
	addr, _ := netip.ParseAddrPort(conn.LocalAddr().String()) // always one
	return addr
}

// Addr returns the telephone's SIP address.
func (p *Phone) Addr() netip.AddrPort { return p.addr }

// Close hangs up every call, waits for the hang-ups to be done (a few seconds
// at most), and switches the telephone off. It may be called twice.
func (p *Phone) Close() error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil
	}
	p.closed = true
	live := make([]*Session, 0, len(p.sessions))
	for _, s := range p.sessions {
		live = append(live, s)
	}
	p.mu.Unlock()

	for _, s := range live {
		s.HangUp()
	}
	for _, s := range live {
		<-s.Done()
	}
	err := p.conn.Close()
	<-p.served
	if uaErr := p.ua.Close(); uaErr != nil && !errors.Is(uaErr, net.ErrClosed) {
		err = errors.Join(err, uaErr)
	}
	// sipgo answers every request in a goroutine of its own. One that was under
	// way opens another socket for its answer, which nobody else would close.
	time.AfterFunc(straggling, func() { _ = p.ua.TransportLayer().Close() })
	return err
}

func (p *Phone) add(s *Session) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return ErrClosed
	}
	p.sessions[s.callID] = s
	return nil
}

func (p *Phone) remove(s *Session) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.sessions, s.callID)
}

// find returns the session that a request within a dialog belongs to, or nil.
// Our tag must match as well (RFC 3261 section 12.2.2).
func (p *Phone) find(req *sip.Request) *Session {
	if req.CallID() == nil || req.To() == nil {
		return nil
	}
	p.mu.Lock()
	s := p.sessions[req.CallID().Value()]
	p.mu.Unlock()
	if s == nil {
		return nil
	}
	if tag, _ := req.To().Params.Get("tag"); tag != s.localTag {
		return nil
	}
	return s
}

func (p *Phone) onInvite(req *sip.Request, tx sip.ServerTransaction) {
	if s := p.find(req); s != nil {
		s.onReinvite(req, tx)
		return
	}
	if to := req.To(); to != nil && to.Params.Has("tag") {
		p.respond(tx, req, sip.StatusCallTransactionDoesNotExists, "Call Does Not Exist")
		return
	}
	p.respond(tx, req, sip.StatusTemporarilyUnavailable, "This telephone only places calls")
}

func (p *Phone) onAck(req *sip.Request, _ sip.ServerTransaction) {
	if s := p.find(req); s != nil {
		s.onAck(req)
	}
}

func (p *Phone) onBye(req *sip.Request, tx sip.ServerTransaction) {
	s := p.find(req)
	if s == nil {
		p.respond(tx, req, sip.StatusCallTransactionDoesNotExists, "Call Does Not Exist")
		return
	}
	p.respond(tx, req, sip.StatusOK, "OK")
	s.onBye(req)
}

func (p *Phone) respond(tx sip.ServerTransaction, req *sip.Request, status int, reason string) {
	if err := tx.Respond(sip.NewResponseFromRequest(req, status, reason, nil)); err != nil {
		p.opts.Log.Warn("SIP response not sent", "method", req.Method, "status", status, "error", err)
	}
}

// request sends a request and returns its transaction. The request must be complete
// but for its Via header; a CANCEL brings its own.
func (p *Phone) request(ctx context.Context, req *sip.Request) (sip.ClientTransaction, error) {
	return p.client.TransactionRequest(ctx, req, p.finish)
}

// write sends an ACK, which has no transaction.
func (p *Phone) write(req *sip.Request) error {
	return p.client.WriteRequest(req, p.finish)
}

func (p *Phone) finish(c *sipgo.Client, req *sip.Request) error {
	if req.Via() == nil {
		if err := sipgo.ClientRequestAddVia(c, req); err != nil {
			return err
		}
	}
	if req.ContentLength() == nil {
		req.SetBody(req.Body())
	}
	req.Laddr = sip.Addr{IP: p.addr.Addr().AsSlice(), Port: int(p.addr.Port())}
	return nil
}

// The times after which the telephone stops waiting for the other side.
const (
	defaultReplyTimeout = 10 * time.Second
	straggling          = 300 * time.Millisecond
	cancelPatience      = time.Second     // for a first sign of life, so that CANCEL may be sent
	goodbyePatience     = 3 * time.Second // for the end of a CANCEL or a BYE
)
