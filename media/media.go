// Package media is the second process of Bellhop: it carries the audio between
// Asterisk and the agents' browsers and decides nothing. To Asterisk every
// agent with a page is a SIP telephone (package phone); to the page media is the
// other end of one WebRTC connection (packages signalling and peer); between
// them package relay moves G.711 without touching it. serve decides over the
// control line (package control). When serve dies, nobody's audio stops.
//
//	Asterisk ── SIP, RTP ──► phone ── relay ── peer ◄── WebRTC ── page
//	                           ▲       desk      ▲
//	                  serve ── control       signalling ── websocket ── page
package media

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"bellhop/media/control"
	"bellhop/media/peer"
	"bellhop/media/phone"
	"bellhop/media/relay"
	"bellhop/media/signalling"
	"bellhop/media/token"
	"bellhop/media/turn"
)

// PortRange is a range of UDP ports, both ends included.
type PortRange struct{ From, To int }

// Options configure New. Addresses are "host:port"; port 0 takes a free one.
type Options struct {
	// Addr is where pages open their signalling websocket, path /phone.
	Addr string
	// ControlAddr is where serve opens the control websocket, path /control.
	ControlAddr string
	// SIPAddr is where Asterisk calls the agents, by UDP.
	SIPAddr string
	// RTCAddr is the one port for every browser's audio, UDP and TCP.
	RTCAddr string
	// PublicIP is what browsers are told of RTCAddr's address, where a NAT maps one to the other; its own unless set.
	PublicIP netip.Addr
	// TLS has pages served over TLS; nil for plain websockets.
	TLS *tls.Config
	// TURNAddr (UDP and TCP) and TURNTLSAddr are where a relay for strict firewalls is; nowhere unless set. TURNSecret is
	// what its credentials are made with.
	TURNAddr, TURNTLSAddr string
	TURNSecret            []byte
	// RTPPorts are for plain RTP with Asterisk, on SIPAddr's host; two a call.
	RTPPorts PortRange
	// AsteriskIP is the only address plain RTP and SIP are accepted from.
	AsteriskIP netip.Addr
	// Secret is shared with serve, at least 32 bytes.
	Secret []byte
	// Origins are the pages that may connect, each as "scheme://host[:port]".
	Origins []string
	Log     *slog.Logger
	// Metrics may be nil.
	Metrics prometheus.Registerer
}

func (o *Options) validate() error {
	for name, addr := range map[string]string{"Addr": o.Addr, "ControlAddr": o.ControlAddr, "SIPAddr": o.SIPAddr, "RTCAddr": o.RTCAddr} {
		if _, _, err := net.SplitHostPort(addr); err != nil {
			return fmt.Errorf("media: %s: %w", name, err)
		}
	}
	if !o.AsteriskIP.IsValid() || o.AsteriskIP.IsUnspecified() {
		return errors.New("media: AsteriskIP: want the address of Asterisk")
	}
	if len(o.Secret) < token.MinSecret {
		return fmt.Errorf("media: Secret has %d bytes, want at least %d", len(o.Secret), token.MinSecret)
	}
	if (o.TURNAddr != "" || o.TURNTLSAddr != "") && len(o.TURNSecret) == 0 {
		return errors.New("media: TURNSecret: want what credentials are made with")
	}
	if o.TURNTLSAddr != "" && o.TLS == nil {
		return errors.New("media: TURNTLSAddr: want TLS")
	}
	if len(o.Origins) == 0 {
		return errors.New("media: Origins: want at least one")
	}
	for _, origin := range o.Origins {
		u, err := url.Parse(origin)
		if err != nil || u.Host == "" || u.Scheme+"://"+u.Host != origin {
			return fmt.Errorf("media: Origins: %q is not scheme://host[:port]", origin)
		}
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return nil
}

// Server is the media process. Start and Stop it once.
type Server struct {
	o        Options
	verifier *token.Verifier

	gateway    *peer.Gateway
	turn       *turn.Server // nil without a relay
	phone      *phone.Server
	control    *control.Server
	signalling *signalling.Server
	desk       *desk

	pages   *endpoint
	serves  *endpoint
	stopped sync.Once
}

// New checks the options. Nothing is opened before Start.
func New(o Options) (*Server, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	v, err := token.NewVerifier(o.Secret)
	if err != nil {
		return nil, err
	}
	return &Server{o: o, verifier: v}, nil
}

// Start opens every port and returns; the end of ctx stops the server, too. If
// one cannot be opened, the error names it and none stays open.
func (s *Server) Start(ctx context.Context) error {
	if err := s.start(ctx); err != nil {
		s.Stop()
		return err
	}
	context.AfterFunc(ctx, s.Stop)
	s.o.Log.Info("media ready", "pages", s.PhoneURL(), "control", s.ControlURL(), "sip", s.SIPAddr(), "rtc", s.RTCAddr())
	return nil
}

func (s *Server) start(ctx context.Context) error {
	var err error
	if s.gateway, err = peer.Listen(ctx, peer.Options{Addr: s.o.RTCAddr, PublicIP: s.o.PublicIP, Log: s.o.Log, Metrics: s.o.Metrics}); err != nil {
		return fmt.Errorf("media: RTCAddr: %w", err)
	}
	if err := s.openTURN(ctx); err != nil {
		return err
	}
	s.phone, err = phone.Listen(ctx, phone.Options{Addr: s.o.SIPAddr, AsteriskIP: s.o.AsteriskIP, Log: s.o.Log, Metrics: s.o.Metrics})
	if err != nil {
		return fmt.Errorf("media: SIPAddr: %w", err)
	}
	packets := relay.NewMetrics(s.o.Metrics)
	ports, err := relay.NewPorts(s.phone.Addr().Addr(), s.o.AsteriskIP, s.o.RTPPorts.From, s.o.RTPPorts.To, packets)
	if err != nil {
		return fmt.Errorf("media: RTPPorts: %w", err)
	}
	s.desk = newDesk(s.o.Log, packets, s.o.Metrics)
	s.control = control.NewServer(control.ServerOptions{
		Secret: s.o.Secret, SIP: s.phone.Addr().String(), Phones: s.desk, Log: s.o.Log, Metrics: s.o.Metrics,
	})
	s.desk.control = s.control
	s.signalling = signalling.NewServer(signalling.Options{
		Gateway: s.gateway, Verifier: s.verifier, Desk: s.desk, Origins: s.o.Origins, Log: s.o.Log, Metrics: s.o.Metrics,
	})
	s.phone.Start(s.desk, ports)
	if s.pages, err = serve(ctx, s.o.Addr, "/phone", s.signalling, s.o.TLS); err != nil {
		return fmt.Errorf("media: Addr: %w", err)
	}
	if s.serves, err = serve(ctx, s.o.ControlAddr, "/control", s.control, nil); err != nil {
		return fmt.Errorf("media: ControlAddr: %w", err)
	}
	return nil
}

func (s *Server) openTURN(ctx context.Context) error {
	if s.o.TURNAddr == "" && s.o.TURNTLSAddr == "" {
		return nil
	}
	var err error
	s.turn, err = turn.Listen(ctx, turn.Options{
		Addr: s.o.TURNAddr, TLSAddr: s.o.TURNTLSAddr, TLS: s.o.TLS, Target: s.gateway.Addr(), PublicIP: s.o.PublicIP,
		Secret: s.o.TURNSecret, Guard: peer.Guard, Log: s.o.Log, Logger: s.gateway.Logger(), Metrics: s.o.Metrics,
	})
	if err != nil {
		return fmt.Errorf("media: TURNAddr: %w", err)
	}
	return nil
}

// Stop says goodbye: BYE to Asterisk for every leg, "stopping" to every page. It
// returns when everything is closed.
func (s *Server) Stop() {
	s.stopped.Do(func() {
		s.pages.close()
		if s.phone != nil {
			s.phone.Stop()
		}
		if s.signalling != nil {
			s.signalling.Stop()
		}
		if s.control != nil {
			s.control.Stop()
		}
		s.serves.close()
		if s.turn != nil {
			if err := s.turn.Close(); err != nil {
				s.o.Log.Warn("TURN port not closed", "err", err)
			}
		}
		if s.gateway != nil {
			if err := s.gateway.Close(); err != nil {
				s.o.Log.Warn("RTC port not closed", "err", err)
			}
		}
	})
}

// PhoneURL is the address of the pages' websocket, for a client on this machine.
func (s *Server) PhoneURL() string { return s.pages.scheme + s.pages.addr() + "/phone" }

// ControlURL is the address of serve's websocket, for a client on this machine.
func (s *Server) ControlURL() string { return s.serves.scheme + s.serves.addr() + "/control" }

// SIPAddr is the host and port that Asterisk reaches the agents at.
func (s *Server) SIPAddr() string { return s.phone.Addr().String() }

// RTCAddr is the host and port of the browsers' audio.
func (s *Server) RTCAddr() string { return s.gateway.Addr().String() }

// endpoint is one HTTP listener with one path.
type endpoint struct {
	scheme   string
	listener net.Listener
	server   *http.Server
	serving  sync.WaitGroup
}

func serve(ctx context.Context, addr, path string, h http.Handler, over *tls.Config) (*endpoint, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET "+path, h)
	e := &endpoint{scheme: "ws://", listener: l, server: &http.Server{
		Handler: mux, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: 30 * time.Second, MaxHeaderBytes: 16 << 10,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug),
	}}
	serving := l
	if over != nil {
		e.scheme, serving = "wss://", tls.NewListener(l, over)
	}
	e.serving.Go(func() { _ = e.server.Serve(serving) })
	return e, nil
}

func (e *endpoint) addr() string { return e.listener.Addr().String() }

// close takes no more connections. Websockets are not its business.
func (e *endpoint) close() {
	if e == nil {
		return
	}
	_ = e.server.Close()
	e.serving.Wait()
}
