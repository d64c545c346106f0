package media_test

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/logging"
	pionturn "github.com/pion/turn/v5"
	"github.com/pion/webrtc/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"bellhop/media/turn"
)

var turnSecret = []byte("only the relay and serve know it")

// newRelay is a TURN relay to the target.
func newRelay(t *testing.T, target netip.AddrPort, public netip.Addr) *turn.Server {
	t.Helper()
	s, err := turn.Listen(t.Context(), turn.Options{
		Addr: "127.0.0.1:0", Target: target, PublicIP: public, Secret: turnSecret, Log: testLog(), Metrics: prometheus.NewRegistry(),
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// guest is a TURN client over TCP with these credentials.
func guest(t *testing.T, s *turn.Server, name, password string) *pionturn.Client {
	t.Helper()
	c, err := net.Dial("tcp", s.Addr().String())
	require.NoError(t, err)
	client, err := pionturn.NewClient(&pionturn.ClientConfig{
		STUNServerAddr: s.Addr().String(), TURNServerAddr: s.Addr().String(), Conn: pionturn.NewSTUNConn(c),
		Username: name, Password: password, Realm: turn.Realm, RTO: 200 * time.Millisecond,
		LoggerFactory: &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled},
	})
	require.NoError(t, err)
	require.NoError(t, client.Listen())
	t.Cleanup(func() { client.Close(); _ = c.Close() })
	return client
}

// echoes is a UDP server that sends back what it hears.
func echoes(t *testing.T, addr string) netip.AddrPort {
	t.Helper()
	at, err := net.ResolveUDPAddr("udp", addr)
	require.NoError(t, err)
	c, err := net.ListenUDP("udp", at)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	go func() {
		b := make([]byte, 1500)
		for {
			n, from, err := c.ReadFromUDPAddrPort(b)
			if err != nil {
				return
			}
			_, _ = c.WriteToUDPAddrPort(b[:n], from)
		}
	}()
	return c.LocalAddr().(*net.UDPAddr).AddrPort()
}

func TestRelayLetsNobodyInWithoutFreshCredentials(t *testing.T) {
	s := newRelay(t, echoes(t, "127.0.0.1:0"), netip.Addr{})
	late, latePassword := turn.Credentials(turnSecret, "kim", time.Now().Add(-time.Second))
	forged, forgedPassword := turn.Credentials([]byte("a guess"), "kim", time.Now().Add(time.Hour))
	name, password := turn.Credentials(turnSecret, "kim", time.Now().Add(time.Hour))
	for what, shown := range map[string][2]string{
		"expired": {late, latePassword}, "forged": {forged, forgedPassword}, "no time": {"kim", password}, "none": {"", ""},
		"another's name": {name + "x", password},
	} {
		_, err := guest(t, s, shown[0], shown[1]).Allocate()
		require.Error(t, err, what)
	}
	way, err := guest(t, s, name, password).Allocate()
	require.NoError(t, err)
	require.NoError(t, way.Close())
}

func TestRelayLeadsToMediaAndNowhereElse(t *testing.T) {
	target := echoes(t, "127.0.0.1:0")
	public := netip.MustParseAddr("203.0.113.7")
	for name, o := range map[string]struct {
		public   netip.Addr
		relaysTo string
	}{"its address": {netip.Addr{}, "127.0.0.1"}, "its address behind a NAT": {public, public.String()}} {
		t.Run(name, func(t *testing.T) {
			s := newRelay(t, target, o.public)
			user, password := turn.Credentials(turnSecret, "kim", time.Now().Add(time.Hour))
			client := guest(t, s, user, password)
			way, err := client.Allocate()
			require.NoError(t, err)
			defer way.Close() //nolint:errcheck // the client is closed after it
			media := &net.UDPAddr{IP: net.ParseIP(o.relaysTo), Port: int(target.Port())}
			_, err = way.WriteTo([]byte("hello"), media)
			require.NoError(t, err)
			b := make([]byte, 100)
			require.NoError(t, way.SetReadDeadline(time.Now().Add(patient)))
			n, from, err := way.ReadFrom(b)
			require.NoError(t, err)
			require.Equal(t, "hello", string(b[:n]))
			require.Equal(t, media.String(), from.String())

			for _, elsewhere := range []string{"127.0.0.2", "10.0.0.1", "169.254.169.254", "203.0.113.8"} {
				require.Error(t, client.CreatePermission(&net.UDPAddr{IP: net.ParseIP(elsewhere), Port: 53}), elsewhere)
			}
			// Another port of media's address: a permission is for an address, but nothing passes.
			other := echoes(t, "127.0.0.1:0")
			_, err = way.WriteTo([]byte("astray"), &net.UDPAddr{IP: net.ParseIP(o.relaysTo), Port: int(other.Port())})
			require.NoError(t, err)
			_, err = way.WriteTo([]byte("again"), media)
			require.NoError(t, err)
			n, _, err = way.ReadFrom(b)
			require.NoError(t, err)
			require.Equal(t, "again", string(b[:n]), "what went astray never came back")
			_, err = client.AllocateTCP()
			require.Error(t, err, "TCP to others (RFC 6062)")
		})
	}
}

func TestOneUserHasOnlySoManyWays(t *testing.T) {
	s := newRelay(t, echoes(t, "127.0.0.1:0"), netip.Addr{})
	user, password := turn.Credentials(turnSecret, "kim", time.Now().Add(time.Hour))
	var err error
	allocate := func(user, password string) {
		var way net.PacketConn
		if way, err = guest(t, s, user, password).Allocate(); err == nil {
			t.Cleanup(func() { _ = way.Close() })
		}
	}
	for n := 0; n < 20 && err == nil; n++ {
		allocate(user, password)
	}
	require.ErrorContains(t, err, "486")
	allocate(turn.Credentials(turnSecret, "lee", time.Now().Add(time.Hour)))
	require.NoError(t, err)
}

// TestAgentTalksOverNothingButTURN: both ways, and the call is whole.
func TestAgentTalksOverNothingButTURN(t *testing.T) {
	r := newRig(t)
	target := netip.MustParseAddrPort(r.server.RTCAddr())
	s := newRelay(t, target, netip.Addr{})
	name, password := turn.Credentials(turnSecret, "kim", time.Now().Add(time.Hour))
	p := newPage(t, r.server.PhoneURL(), pcmu)
	require.NoError(t, p.pc.SetConfiguration(webrtc.Configuration{ICETransportPolicy: webrtc.ICETransportPolicyRelay, ICEServers: []webrtc.ICEServer{{
		URLs: []string{fmt.Sprintf("turn:%s?transport=tcp", s.Addr())}, Username: name, Credential: password,
	}}}))
	p.hello("kim")
	p.connected()
	r.hears(fmt.Sprintf("up kim %s sip:kim@%s", p.session, r.server.SIPAddr()))
	l := r.connect(p, "kim", "leg-kim")
	startTalk(t, p, l).whole(t, "over TURN by TCP")
}
