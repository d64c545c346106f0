package peer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/logging"
	"github.com/pion/webrtc/v4"
	"github.com/prometheus/client_golang/prometheus"

	"bellhop/media/relay"
)

const (
	// quietAfter is how long a browser may send nothing at all before its
	// connection counts as interrupted. A browser checks consent every 2.5 s.
	quietAfter = 5 * time.Second
	// lostAfter is how long an interruption may last.
	lostAfter = 5 * time.Second
)

// Options say where the gateway listens.
type Options struct {
	// Addr is the host and port that browsers send to, UDP and TCP. Port 0 takes
	// a free one.
	Addr string
	// PublicIP is what browsers are told of that address (1:1 NAT); its own unless set.
	PublicIP netip.Addr
	Log      *slog.Logger
	// Metrics may be nil.
	Metrics prometheus.Registerer
}

// Gateway owns the one UDP port (and the TCP port of the same number, for
// networks that let no UDP through) that every browser's audio goes through.
type Gateway struct {
	gate *gate
	pion loggerFactory
	udp  ice.UDPMux
	tcp  ice.TCPMux
	addr netip.AddrPort
	log  *slog.Logger

	rewrite []webrtc.ICEAddressRewriteRule // of the addresses that browsers are told
}

// Listen opens the ports.
func Listen(ctx context.Context, o Options) (*Gateway, error) {
	conn, listener, err := listenBoth(ctx, o.Addr)
	if err != nil {
		return nil, err
	}
	// Room for a flood to be thrown away in, so that nobody's audio is. The kernel gives what it allows.
	if err := conn.SetReadBuffer(receiveBuffer); err != nil {
		o.Log.Warn("receive buffer of the RTC port not set", "err", err)
	}
	factory := newLoggerFactory(o.Log, o.Metrics)
	door := newGate(conn, o.Metrics)
	g := &Gateway{
		gate: door,
		pion: factory,
		udp:  webrtc.NewICEUDPMux(factory.NewLogger("ice"), door),
		tcp:  webrtc.NewICETCPMux(factory.NewLogger("ice"), newCrowd(listener), tcpBuffered),
		addr: conn.LocalAddr().(*net.UDPAddr).AddrPort(),
		log:  o.Log,
	}
	if o.PublicIP.IsValid() {
		g.rewrite = []webrtc.ICEAddressRewriteRule{{
			External: []string{o.PublicIP.String()}, AsCandidateType: webrtc.ICECandidateTypeHost, Mode: webrtc.ICEAddressRewriteReplace,
		}}
	}
	return g, nil
}

// receiveBuffer is what the kernel is asked to hold for the UDP port, in octets.
const receiveBuffer = 4 << 20

// tcpBuffered is how many packets of a TCP connection may wait to be read.
const tcpBuffered = 16

// listenBoth opens UDP and TCP on the same number. With port 0 the kernel picks
// the UDP port and the TCP one may be taken, so a few are tried.
func listenBoth(ctx context.Context, addr string) (*net.UDPConn, net.Listener, error) {
	at, err := net.ResolveUDPAddr("udp", addr)
	if err != nil {
		return nil, nil, fmt.Errorf("peer: listen: %w", err)
	}
	var config net.ListenConfig
	for try := 0; ; try++ {
		conn, err := net.ListenUDP("udp", at)
		if err != nil {
			return nil, nil, fmt.Errorf("peer: listen: %w", err)
		}
		listener, err := config.Listen(ctx, "tcp", conn.LocalAddr().String())
		if err == nil {
			return conn, listener, nil
		}
		_ = conn.Close()
		if at.Port != 0 || try == 10 {
			return nil, nil, fmt.Errorf("peer: listen: %w", err)
		}
	}
}

// Logger is pion's, whose lines go into the log.
func (g *Gateway) Logger() logging.LoggerFactory { return g.pion }

// Addr returns where browsers send to.
func (g *Gateway) Addr() netip.AddrPort { return g.addr }

// Close frees the ports. Peers must have been closed before.
func (g *Gateway) Close() error {
	return errors.Join(g.tcp.Close(), g.udp.Close())
}

const eventName = "telephone-event"

// newAPI is pion set up for one peer, whose sources are counted.
func newAPI(g *Gateway, c relay.Codec, from *sources) (*webrtc.API, error) {
	media := &webrtc.MediaEngine{}
	codecs := []webrtc.RTPCodecParameters{
		{RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: "audio/" + c.String(), ClockRate: relay.ClockRate}, PayloadType: webrtc.PayloadType(c)},
		{RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: "audio/" + eventName, ClockRate: relay.ClockRate, SDPFmtpLine: "0-16"}, PayloadType: 126},
	}
	for _, p := range codecs {
		if err := media.RegisterCodec(p, webrtc.RTPCodecTypeAudio); err != nil {
			return nil, fmt.Errorf("peer: register %s: %w", p.MimeType, err)
		}
	}
	s := webrtc.SettingEngine{LoggerFactory: g.pion, BufferFactory: from.buffer}
	s.SetICEUDPMux(g.udp)
	s.SetICETCPMux(g.tcp)
	s.SetNetworkTypes(networkTypes(g.addr.Addr()))
	// ICE-lite (RFC 8445 section 2.5): browsers do the checks, media answers them
	// and sends nothing to addresses that only an offer names.
	s.SetLite(true)
	s.SetIncludeLoopbackCandidate(true)
	s.SetIPFilter(candidateFilter(g.addr.Addr()))
	s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	s.DisableActiveTCP(true)
	s.SetICETimeouts(quietAfter, lostAfter, 0)
	s.SetReceiveMTU(receiveSize)
	if err := s.SetICEAddressRewriteRules(g.rewrite...); err != nil {
		return nil, fmt.Errorf("peer: public address: %w", err)
	}
	return webrtc.NewAPI(webrtc.WithMediaEngine(media), webrtc.WithSettingEngine(s),
		webrtc.WithInterceptorRegistry(&interceptor.Registry{})), nil
}

func networkTypes(a netip.Addr) []webrtc.NetworkType {
	four := []webrtc.NetworkType{webrtc.NetworkTypeUDP4, webrtc.NetworkTypeTCP4}
	six := []webrtc.NetworkType{webrtc.NetworkTypeUDP6, webrtc.NetworkTypeTCP6}
	switch {
	case a.IsUnspecified():
		return append(four, six...)
	case a.Is4() || a.Is4In6():
		return four
	default:
		return six
	}
}

// candidateFilter keeps the addresses that the gateway really listens on: the
// one it is bound to, or with the unspecified address all but loopback.
func candidateFilter(bound netip.Addr) func(net.IP) bool {
	return func(ip net.IP) bool {
		a, ok := netip.AddrFromSlice(ip)
		if !ok {
			return false
		}
		if bound.IsUnspecified() {
			return !a.IsLoopback()
		}
		return a.Unmap() == bound.Unmap()
	}
}
