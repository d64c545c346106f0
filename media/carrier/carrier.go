package carrier

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"

	"bellhop/media/inspect"
)

const (
	// maxLines is how many calls may be up at once; more are refused with 503.
	maxLines = 500
	// settleTime is ample for a request that has been read to be handled.
	settleTime = 20 * time.Millisecond
)

// Options are what a Carrier needs.
type Options struct {
	// Addr is the address at which it is called: IP and UDP port; port 0 takes a free one. Sound uses free ports of that IP.
	Addr string
	// HTTPAddr is where the calls are listed; port 0 takes a free one.
	HTTPAddr string
	Log      *slog.Logger
}

func (o Options) validate() error {
	addr, err := netip.ParseAddrPort(o.Addr)
	if err != nil || addr.Addr().IsUnspecified() {
		return fmt.Errorf("carrier: %q is no single IP address with a port", o.Addr)
	}
	if o.Log == nil || o.HTTPAddr == "" {
		return errors.New("carrier: Log and HTTPAddr are required")
	}
	return nil
}

// Carrier is a running simulation.
type Carrier struct {
	opts Options
	log  *slog.Logger
	book *book

	conn    net.PacketConn
	addr    netip.AddrPort
	contact sip.ContactHeader
	ua      *sipgo.UserAgent
	server  *sipgo.Server
	dialogs sipgo.DialogUA
	http    http.Server
	httpAt  string

	deaf    atomic.Bool
	stop    chan struct{}
	once    sync.Once
	serving sync.WaitGroup
	running sync.WaitGroup

	mu       sync.Mutex
	stopping bool
	lines    map[string]*line // by Call-ID
}

// New makes a carrier; Start opens its ports.
func New(opts Options) (*Carrier, error) {
	if err := opts.validate(); err != nil {
		return nil, err
	}
	return &Carrier{opts: opts, log: opts.Log.With("component", "carrier"), book: newBook(), stop: make(chan struct{}), lines: make(map[string]*line)}, nil
}

// Start opens the ports and takes calls until Stop.
func (c *Carrier) Start(ctx context.Context) error {
	var config net.ListenConfig
	conn, err := config.ListenPacket(ctx, "udp", c.opts.Addr)
	if err != nil {
		return fmt.Errorf("carrier: listen: %w", err)
	}
	c.conn = conn
	web, err := config.Listen(ctx, "tcp", c.opts.HTTPAddr)
	if err != nil {
		return errors.Join(fmt.Errorf("carrier: listen: %w", err), conn.Close())
	}
	if err := c.prepare(); err != nil {
		return errors.Join(err, web.Close(), conn.Close())
	}
	c.httpAt = web.Addr().String()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /calls", c.book.serveCalls)
	c.http.Handler, c.http.ReadHeaderTimeout, c.http.WriteTimeout = mux, 5*time.Second, 10*time.Second
	c.serving.Go(func() {
		if err := c.http.Serve(web); !errors.Is(err, http.ErrServerClosed) {
			c.log.Error("list of calls stopped", "err", err)
		}
	})
	c.serving.Go(func() {
		if err := c.server.ServeUDP(conn); err != nil && !c.deaf.Load() {
			c.log.Error("SIP stopped", "err", err)
		}
	})
	return nil
}

// prepare makes the SIP side.
func (c *Carrier) prepare() error {
	addr, err := netip.ParseAddrPort(c.conn.LocalAddr().String())
	if err != nil {
		return fmt.Errorf("carrier: %w", err)
	}
	c.addr = addr
	host := sip.Uri{Scheme: "sip", User: "carrier", Host: addr.Addr().String(), Port: int(addr.Port())}
	if addr.Addr().Is6() {
		host.Host = "[" + host.Host + "]"
	}
	c.contact = sip.ContactHeader{Address: host}
	silent := slog.New(slog.DiscardHandler)
	c.ua, err = sipgo.NewUA(sipgo.WithUserAgent("Bellhop simulated carrier"), sipgo.WithUserAgentHostname(host.Host),
		sipgo.WithUserAgentTransactionLayerOptions(sip.WithTransactionLayerLogger(silent), sip.WithTransactionLayerUnhandledResponseHandler(func(*sip.Response) {})),
		sipgo.WithUserAgentTransportLayerOptions(sip.WithTransportLayerLogger(silent), sip.WithTransportLayerReadFilter(c.filter)))
	if err != nil {
		return fmt.Errorf("carrier: %w", err)
	}
	if c.server, err = sipgo.NewServer(c.ua, sipgo.WithServerLogger(silent)); err != nil {
		return fmt.Errorf("carrier: %w", err)
	}
	client, err := sipgo.NewClient(c.ua, sipgo.WithClientLogger(silent), sipgo.WithClientHostname(host.Host),
		sipgo.WithClientConnectionAddr(addr.String()))
	if err != nil {
		return fmt.Errorf("carrier: %w", err)
	}
	c.dialogs = sipgo.DialogUA{Client: client, ContactHDR: c.contact, RewriteContact: true}
	c.server.OnInvite(c.invite)
	c.server.OnAck(c.confirm)
	c.server.OnBye(c.bye)
	c.server.OnOptions(func(req *sip.Request, tx sip.ServerTransaction) { c.respond(tx, req, sip.StatusOK, 0) })
	return nil
}

// Addr is the address at which the carrier is called, and HTTPAddr where its calls are listed.
func (c *Carrier) Addr() string { return c.addr.String() }

// HTTPAddr is the address, host:port, at which the calls are listed.
func (c *Carrier) HTTPAddr() string { return c.httpAt }

// Calls are the calls so far, the oldest first, at most the newest 1000.
func (c *Carrier) Calls() []Record { return c.book.list() }

// Stop ends every call, with BYE where it is up, and closes the ports.
func (c *Carrier) Stop() {
	c.once.Do(func() {
		if c.ua == nil {
			return
		}
		c.mu.Lock()
		c.stopping = true
		c.mu.Unlock()
		close(c.stop)
		c.running.Wait()
		_ = c.http.Close()
		// sipgo opens a socket of its own to answer a request when it has forgotten ours. So nothing new is let in, and what
		// was let in gets a moment before the socket goes.
		c.deaf.Store(true)
		<-time.After(settleTime)
		_ = c.conn.Close()
		c.serving.Wait()
		if err := c.ua.Close(); err != nil {
			c.log.Warn("SIP not closed", "err", err)
		}
	})
}

// methods are what is served; the rest is answered 405.
var methods = inspect.Methods{"INVITE", "ACK", "CANCEL", "BYE", "OPTIONS"}

// filter answers what is not SIP, and drops what is about a number that gives no reply at all: sipgo would say 100 by
// itself.
func (c *Carrier) filter(p sip.TransportReadProps, data []byte) ([]byte, error) {
	if c.deaf.Load() {
		return nil, nil
	}
	v := methods.Message(data)
	if v.Reply != nil {
		if _, err := c.conn.WriteTo(v.Reply, p.RemoteAddr); err != nil {
			c.log.Debug("SIP response not sent", "status", v.Status, "err", err)
		}
	}
	if data = v.Pass; data == nil {
		return nil, nil
	}
	first, _, _ := bytes.Cut(data, []byte("\r\n"))
	if fields := bytes.Fields(first); len(fields) != 3 || !planFor(userOf(string(fields[1]))).deaf {
		return data, nil
	}
	if msg, err := sip.ParseMessage(data); err == nil {
		if req, ok := msg.(*sip.Request); ok && req.IsInvite() && req.CallID() != nil {
			c.book.add(recordOf(req))
		}
	}
	return nil, nil
}

// userOf is the user part of a SIP address.
func userOf(address string) string {
	var uri sip.Uri
	if sip.ParseUri(address, &uri) != nil {
		return ""
	}
	return uri.User
}

// recordOf begins the record of a call.
func recordOf(req *sip.Request) Record {
	r := Record{ID: req.CallID().Value(), Number: req.Recipient.User, State: Calling, At: time.Now()}
	if from := req.From(); from != nil {
		r.CallerID, r.CallerName = from.Address.User, from.DisplayName
	}
	return r
}

func (c *Carrier) respond(tx sip.ServerTransaction, req *sip.Request, status, cause int) {
	res := sip.NewResponseFromRequest(req, status, reasons[status], nil)
	if cause != 0 {
		res.AppendHeader(sip.NewHeader("Reason", fmt.Sprintf("Q.850;cause=%d", cause)))
	}
	if err := tx.Respond(res); err != nil {
		c.log.Debug("SIP response not sent", "status", status, "err", err)
	}
}

// invite keeps its goroutine for the life of the call.
func (c *Carrier) invite(req *sip.Request, tx sip.ServerTransaction) {
	if l := c.find(req); l != nil {
		c.reinvite(l, req, tx)
		return
	}
	l, status := c.newLine(req, tx)
	if status != 0 {
		c.respond(tx, req, status, 0)
		return
	}
	defer c.running.Done()
	l.run()
	c.mu.Lock()
	delete(c.lines, req.CallID().Value())
	c.mu.Unlock()
}

// newLine makes a call of an INVITE; a status other than 0 refuses it.
func (c *Carrier) newLine(req *sip.Request, tx sip.ServerTransaction) (*line, int) {
	if req.CallID() == nil {
		return nil, sip.StatusBadRequest
	}
	offer, err := readOffer(req.Body())
	if err != nil {
		return nil, sip.StatusNotAcceptableHere
	}
	dialog, err := c.dialogs.ReadInvite(req, tx)
	if err != nil {
		return nil, sip.StatusBadRequest
	}
	for dialog.InviteRequest.RemoveHeader("Record-Route") { // our BYE goes to the caller and nowhere else
	}
	id := req.CallID().Value()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stopping || len(c.lines) >= maxLines || c.lines[id] != nil {
		return nil, sip.StatusServiceUnavailable
	}
	e := c.book.add(recordOf(req))
	s, err := openSound(c.addr.Addr(), offer, e.key)
	if err != nil {
		c.log.Warn("no port for sound", "err", err)
		e.ended(sip.StatusServiceUnavailable, byCarrier)
		return nil, sip.StatusServiceUnavailable
	}
	l := &line{carrier: c, plan: planFor(req.Recipient.User), entry: e, dialog: dialog, tx: tx, sound: s, acked: make(chan struct{})}
	c.lines[id] = l
	c.running.Add(1)
	c.log.Info("call", "number", req.Recipient.User, "shown", e.record.CallerID)
	return l, 0
}

// find is the call that a request within a dialog is about.
func (c *Carrier) find(req *sip.Request) *line {
	if req.CallID() == nil || req.To() == nil || !req.To().Params.Has("tag") {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lines[req.CallID().Value()]
}

// reinvite takes the caller's new address for sound and answers with ours.
func (c *Carrier) reinvite(l *line, req *sip.Request, tx sip.ServerTransaction) {
	if err := l.dialog.ReadRequest(req, tx); err != nil {
		c.respond(tx, req, sip.StatusBadRequest, 0)
		return
	}
	if offer, err := readOffer(req.Body()); err == nil {
		l.sound.formats.Store(&offer)
	}
	res := sip.NewSDPResponseFromRequest(req, l.sound.formats.Load().answer(l.sound.local()))
	res.AppendHeader(&c.contact)
	if err := tx.Respond(res); err != nil {
		c.log.Debug("re-INVITE not answered", "err", err)
	}
}

func (c *Carrier) confirm(req *sip.Request, tx sip.ServerTransaction) {
	if l := c.find(req); l != nil && l.dialog.ReadAck(req, tx) == nil {
		l.ack.Do(func() { close(l.acked) })
	}
}

func (c *Carrier) bye(req *sip.Request, tx sip.ServerTransaction) {
	l := c.find(req)
	if l == nil {
		c.respond(tx, req, sip.StatusCallTransactionDoesNotExists, 0)
		return
	}
	if err := l.dialog.ReadBye(req, tx); err != nil {
		c.log.Debug("BYE not taken", "err", err)
	}
}
