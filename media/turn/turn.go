// Package turn is a relay for agents whose network lets only TCP, or only TLS, out (TURN, RFC 8656). It relays to media's
// own port for browsers' audio and to nothing else: whoever has credentials gets no further than without them.
//
// Credentials are those of the TURN REST API: the user name is "<expiry>:<agent>", the password the base64 of its
// HMAC-SHA1 with the shared secret. serve gives them to signed-in agents who have a phone.
package turn

import (
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // what TURN servers know
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/pion/logging"
	"github.com/pion/turn/v5"
	"github.com/prometheus/client_golang/prometheus"
)

// Realm is what credentials are for.
const Realm = "bellhop"

// maxPerUser is how many allocations a user may have: one for each of his networks, and those that a reload left.
const maxPerUser = 16

// Options configure Listen.
type Options struct {
	// Addr is where UDP and TCP are listened on, TLSAddr where TLS is; either may be empty.
	Addr, TLSAddr string
	TLS           *tls.Config
	// Target is media's port for browsers' audio, the only one that is relayed to; its address may be unspecified.
	Target netip.AddrPort
	// PublicIP is what browsers are told of Target's address, where a NAT maps one to the other.
	PublicIP netip.Addr
	Secret   []byte
	// Guard bounds how many TCP connections there may be; nil for no bound.
	Guard   func(net.Listener) net.Listener
	Log     *slog.Logger
	Logger  logging.LoggerFactory // of pion; may be nil
	Metrics prometheus.Registerer // may be nil
}

// Credentials are what a browser shows the relay until expires.
func Credentials(secret []byte, user string, expires time.Time) (name, password string) {
	name = strconv.FormatInt(expires.Unix(), 10) + ":" + user
	mac := hmac.New(sha1.New, secret)
	mac.Write([]byte(name))
	return name, base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// Server is the relay.
type Server struct {
	turn      *turn.Server
	addr, tls net.Addr

	mu          sync.Mutex
	allocations map[string]int // by user
	gauge       prometheus.Gauge
}

// Listen opens the ports.
func Listen(ctx context.Context, o Options) (*Server, error) {
	s := &Server{allocations: make(map[string]int), gauge: prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "bellhop_media_turn_allocations", Help: "Ways over the TURN relay that browsers have.",
	})}
	if o.Metrics != nil {
		o.Metrics.MustRegister(s.gauge)
	}
	packets, listeners, err := s.open(ctx, o)
	if err == nil {
		s.turn, err = turn.NewServer(s.config(o, packets, listeners))
	}
	if err != nil {
		for _, c := range packets {
			_ = c.Close()
		}
		for _, l := range listeners {
			_ = l.Close()
		}
		return nil, fmt.Errorf("turn: %w", err)
	}
	o.Log.Info("TURN relay ready", "addr", s.addr, "tls", s.tls, "target", o.Target)
	return s, nil
}

func (s *Server) open(ctx context.Context, o Options) (packets []net.PacketConn, listeners []net.Listener, err error) {
	guard := o.Guard
	if guard == nil {
		guard = func(l net.Listener) net.Listener { return l }
	}
	var config net.ListenConfig
	if o.Addr != "" {
		l, err := config.Listen(ctx, "tcp", o.Addr)
		if err != nil {
			return packets, listeners, err
		}
		listeners, s.addr = append(listeners, guard(l)), l.Addr()
		c, err := config.ListenPacket(ctx, "udp", l.Addr().String())
		if err != nil {
			return packets, listeners, err
		}
		packets = append(packets, c)
	}
	if o.TLSAddr != "" {
		l, err := config.Listen(ctx, "tcp", o.TLSAddr)
		if err != nil {
			return packets, listeners, err
		}
		listeners, s.tls = append(listeners, tls.NewListener(guard(l), o.TLS)), l.Addr()
	}
	return packets, listeners, nil
}

func (s *Server) config(o Options, packets []net.PacketConn, listeners []net.Listener) turn.ServerConfig {
	logger := o.Logger
	if logger == nil {
		logger = &logging.DefaultLoggerFactory{Writer: discard{}, DefaultLogLevel: logging.LogLevelDisabled}
	}
	way := &way{target: o.Target, public: o.PublicIP}
	config := turn.ServerConfig{
		Realm: Realm, LoggerFactory: logger,
		AuthHandler:  turn.LongTermTURNRESTAuthHandler(string(o.Secret), logger.NewLogger("turn")),
		QuotaHandler: s.admit,
		EventHandler: turn.EventHandler{
			OnAllocationCreated: func(_, _ net.Addr, _, user, _ string, _ net.Addr, _ int) { s.count(user, 1) },
			OnAllocationDeleted: func(_, _ net.Addr, _, user, _ string) { s.count(user, -1) },
		},
	}
	permitted := func(_ net.Addr, peer net.IP) bool { return way.leadsTo(peer) }
	for _, c := range packets {
		config.PacketConnConfigs = append(config.PacketConnConfigs,
			turn.PacketConnConfig{PacketConn: c, RelayAddressGenerator: way, PermissionHandler: permitted})
	}
	for _, l := range listeners {
		config.ListenerConfigs = append(config.ListenerConfigs,
			turn.ListenerConfig{Listener: l, RelayAddressGenerator: way, PermissionHandler: permitted})
	}
	return config
}

// admit bounds what one user may have.
func (s *Server) admit(user, _ string, _ net.Addr) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.allocations[user] < maxPerUser
}

func (s *Server) count(user string, change int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.allocations[user] += change; s.allocations[user] <= 0 {
		delete(s.allocations, user)
	}
	s.gauge.Add(float64(change))
}

// Addr is where UDP and TCP are listened on; nil when they are not.
func (s *Server) Addr() net.Addr { return s.addr }

// TLSAddr is where TLS is listened on; nil when it is not.
func (s *Server) TLSAddr() net.Addr { return s.tls }

// Close frees the ports.
func (s *Server) Close() error {
	if err := s.turn.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("turn: close: %w", err)
	}
	return nil
}

// discard is where pion's own logger writes when nobody wants it.
type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }
