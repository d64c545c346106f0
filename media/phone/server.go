package phone

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/time/rate"

	"bellhop/media/inspect"
	"bellhop/media/relay"
)

// What a Desk refuses a leg with.
var (
	// ErrNoPhone says that the agent has no phone session.
	ErrNoPhone = errors.New("phone: agent has no phone session")
	// ErrBusy says that the agent has a leg already.
	ErrBusy = errors.New("phone: agent has a leg already")
	// ErrNoCodec says that browser and Asterisk have no codec in common.
	ErrNoCodec = errors.New("phone: no codec in common")
)

// Desk knows the agents. Its methods are called from the legs' goroutines.
type Desk interface {
	// Ring is told of a new leg, before it is answered 180. An error refuses it.
	Ring(*Leg) error
	// Up is told that Asterisk has confirmed an answered leg.
	Up(*Leg)
	// Ended is told of the end of every leg that Ring took.
	Ended(*Leg)
}

const (
	// byeTime bounds the wait for the answer to a BYE.
	byeTime = 2 * time.Second
	// settleTime is ample for a request that has been read to be handled.
	settleTime = 20 * time.Millisecond
	// requestsPerSecond and requestBurst bound what the stack gets to do: it keeps every request for 32 s. A call takes
	// two, its INVITE and its BYE.
	requestsPerSecond = 300
	requestBurst      = 1500
	// probeTime bounds the question whether Asterisk still knows a leg.
	probeTime = time.Second
)

// Options configure Listen. All but Metrics are needed.
type Options struct {
	// Addr is the host and UDP port that Asterisk calls. Port 0 takes a free one.
	Addr string
	// AsteriskIP is the only address that is listened to.
	AsteriskIP netip.Addr
	Log        *slog.Logger
	Metrics    prometheus.Registerer
}

// Server is the telephone exchange that Asterisk sees.
type Server struct {
	o       Options
	conn    net.PacketConn
	addr    netip.AddrPort
	contact sip.ContactHeader
	ua      *sipgo.UserAgent
	server  *sipgo.Server
	dialogs sipgo.DialogUA
	desk    Desk
	ports   *relay.Ports

	foreign prometheus.Counter
	refused *prometheus.CounterVec
	invites *prometheus.CounterVec
	answers prometheus.Histogram

	pace     *rate.Limiter
	deaf     atomic.Bool
	stop     chan struct{}
	stopOnce sync.Once
	serving  sync.WaitGroup
	running  sync.WaitGroup // legs

	mu       sync.Mutex
	stopping bool
	legs     map[string]*Leg // by Call-ID
}

// Listen opens the SIP port. Nothing is answered before Start.
func Listen(ctx context.Context, o Options) (*Server, error) {
	var config net.ListenConfig
	conn, err := config.ListenPacket(ctx, "udp", o.Addr)
	if err != nil {
		return nil, fmt.Errorf("phone: listen: %w", err)
	}
	s := &Server{
		o: o, conn: conn, pace: rate.NewLimiter(requestsPerSecond, requestBurst), stop: make(chan struct{}), legs: make(map[string]*Leg),
		foreign: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "bellhop_media_sip_foreign_packets_total", Help: "SIP packets dropped because they did not come from Asterisk.",
		}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "bellhop_media_sip_refused_total", Help: "SIP messages from Asterisk that are against the rules, by the status they were answered with, 0 for none.",
		}, []string{"status"}),
		invites: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "bellhop_media_invites_total", Help: "INVITEs from Asterisk, by the status of the first answer.",
		}, []string{"status"}),
		answers: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "bellhop_media_answer_duration_seconds", Help: "Time from the order to answer a leg to Asterisk's ACK.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5},
		}),
	}
	if o.Metrics != nil {
		o.Metrics.MustRegister(s.foreign, s.refused, s.invites, s.answers)
	}
	if err := s.listen(); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return s, nil
}

func (s *Server) listen() error {
	bound := s.conn.LocalAddr().(*net.UDPAddr).AddrPort()
	local, err := localAddr(bound.Addr(), s.o.AsteriskIP)
	if err != nil {
		return err
	}
	s.addr = netip.AddrPortFrom(local, bound.Port())
	s.contact = sip.ContactHeader{Address: sip.Uri{Scheme: "sip", User: "bellhop", Host: host(local), Port: int(bound.Port())}}
	log := slog.New(warnings{s.o.Log.Handler()})
	s.ua, err = sipgo.NewUA(sipgo.WithUserAgent("bellhop"), sipgo.WithUserAgentHostname(host(local)),
		sipgo.WithUserAgentTransactionLayerOptions(sip.WithTransactionLayerLogger(log), sip.WithTransactionLayerUnhandledResponseHandler(s.unasked)),
		sipgo.WithUserAgentTransportLayerOptions(sip.WithTransportLayerLogger(log), sip.WithTransportLayerReadFilter(s.filter)))
	if err != nil {
		return fmt.Errorf("phone: %w", err)
	}
	if s.server, err = sipgo.NewServer(s.ua, sipgo.WithServerLogger(log)); err != nil {
		return fmt.Errorf("phone: %w", err)
	}
	client, err := sipgo.NewClient(s.ua, sipgo.WithClientLogger(log), sipgo.WithClientHostname(host(local)),
		sipgo.WithClientConnectionAddr(s.conn.LocalAddr().String()))
	if err != nil {
		return fmt.Errorf("phone: %w", err)
	}
	s.dialogs = sipgo.DialogUA{Client: client, ContactHDR: s.contact, RewriteContact: true}
	return nil
}

// Addr is the address that Asterisk reaches us at.
func (s *Server) Addr() netip.AddrPort { return s.addr }

// Start takes calls until Stop.
func (s *Server) Start(desk Desk, ports *relay.Ports) {
	s.desk, s.ports = desk, ports
	s.server.OnInvite(s.invite)
	s.server.OnAck(s.ack)
	s.server.OnBye(s.bye)
	s.server.OnCancel(s.gone)
	s.serving.Go(func() {
		if err := s.server.ServeUDP(s.conn); err != nil {
			s.o.Log.Error("SIP stopped", "err", err)
		}
	})
}

// Stop ends every leg, with BYE where it is up, and closes the port.
func (s *Server) Stop() {
	s.stopOnce.Do(func() {
		s.mu.Lock()
		s.stopping = true
		s.mu.Unlock()
		close(s.stop)
		s.running.Wait()
		// sipgo opens a socket of its own to answer a request, such as a last ACK,
		// when it has forgotten ours. So nothing new is let in, and what was let in
		// gets a moment before the socket goes.
		s.deaf.Store(true)
		<-time.After(settleTime)
		_ = s.conn.Close()
		s.serving.Wait()
		if err := s.ua.Close(); err != nil {
			s.o.Log.Warn("SIP not closed", "err", err)
		}
	})
}

// methods are what is served; the rest is answered 405.
var methods = inspect.Methods{"INVITE", "ACK", "CANCEL", "BYE", "OPTIONS"}

// filter lets nothing near the parser that is not from Asterisk, or not SIP.
func (s *Server) filter(p sip.TransportReadProps, data []byte) ([]byte, error) {
	if s.deaf.Load() {
		return nil, nil
	}
	if a, ok := p.RemoteAddr.(*net.UDPAddr); !ok || a.AddrPort().Addr().Unmap() != s.o.AsteriskIP.Unmap() {
		s.foreign.Inc()
		return nil, nil
	}
	v := methods.Message(data)
	status, reply := v.Status, v.Reply
	switch {
	case v.Method == "OPTIONS": // Asterisk asks whether we are there
		status, reply = sip.StatusOK, v.Answer(sip.StatusOK)
	case v.Method != "" && v.Method != "ACK" && !s.pace.Allow():
		status, reply = sip.StatusServiceUnavailable, v.Answer(sip.StatusServiceUnavailable)
	case v.Pass != nil:
		return v.Pass, nil
	}
	if status != sip.StatusOK {
		s.refused.WithLabelValues(strconv.Itoa(status)).Inc()
	}
	if reply != nil {
		if _, err := s.conn.WriteTo(reply, p.RemoteAddr); err != nil {
			s.o.Log.Debug("SIP response not sent", "status", status, "err", err)
		}
	}
	return nil, nil
}

// unasked forgets a response to nothing that was asked.
func (s *Server) unasked(res *sip.Response) {
	s.o.Log.Debug("SIP response to nothing", "status", res.StatusCode)
}

func (s *Server) respond(tx sip.ServerTransaction, req *sip.Request, status int) {
	if err := tx.Respond(sip.NewResponseFromRequest(req, status, reasons[status], nil)); err != nil {
		s.o.Log.Debug("SIP response not sent", "status", status, "err", err)
	}
}

var reasons = map[int]string{
	sip.StatusOK:                     "OK",
	sip.StatusRinging:                "Ringing",
	sip.StatusBadRequest:             "Bad Request",
	sip.StatusTemporarilyUnavailable: "Temporarily Unavailable",
	statusUnknownDialog:              "Call/Transaction Does Not Exist",
	statusLoop:                       "Loop Detected",
	sip.StatusBusyHere:               "Busy Here",
	sip.StatusNotAcceptableHere:      "Not Acceptable Here",
	sip.StatusInternalServerError:    "Server Internal Error",
	sip.StatusServiceUnavailable:     "Service Unavailable",
}

const (
	statusUnknownDialog = 481
	statusLoop          = 482
)

// localAddr is the address to put into SDP and Contact: the one that is bound,
// or with the unspecified address the one that packets to Asterisk leave from.
func localAddr(bound, asterisk netip.Addr) (netip.Addr, error) {
	if !bound.IsUnspecified() {
		return bound.Unmap(), nil
	}
	conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(netip.AddrPortFrom(asterisk, 9)))
	if err != nil {
		return netip.Addr{}, fmt.Errorf("phone: no way to Asterisk at %s: %w", asterisk, err)
	}
	defer func() { _ = conn.Close() }()
	return conn.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap(), nil
}

func host(a netip.Addr) string {
	if a.Is6() {
		return "[" + a.String() + "]"
	}
	return a.String()
}

// warnings lets sipgo say what went wrong, and nothing else.
type warnings struct{ slog.Handler }

func (w warnings) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && w.Handler.Enabled(ctx, l)
}

func (w warnings) WithAttrs(a []slog.Attr) slog.Handler { return warnings{w.Handler.WithAttrs(a)} }
func (w warnings) WithGroup(name string) slog.Handler   { return warnings{w.Handler.WithGroup(name)} }
